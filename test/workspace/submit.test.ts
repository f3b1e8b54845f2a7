import type { AckFn, App, BlockAction, ViewResponseAction, ViewSubmitAction } from '@slack/bolt'
import { describe, expect, test } from 'vitest'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { appStage } from './app-stage.ts'
import { modal, plain, reason, top } from './modal-parts.ts'
import { button, section } from './stage.ts'

const TROUBLE = 'We had some trouble connecting. Try again?'
const channel = INCIDENTS_CHANNEL
const userId = 'UALEX'

const set = appStage()

type ViewAck = AckFn<ViewResponseAction> & AckFn<void>
const answering =
  (answer?: object): ((app: App) => void) =>
  (app) => {
    app.view<ViewSubmitAction>('contain', async ({ ack }) => {
      await (ack as ViewAck)(answer as ViewResponseAction)
    })
  }

describe('a submission', () => {
  test('arrives with what was typed, and closes its modal', async () => {
    const bodies: ViewSubmitAction[] = []
    await set.open(modal([reason()], { private_metadata: 'P-118' }), (app) => {
      app.view<ViewSubmitAction>('contain', async ({ ack, body }) => {
        bodies.push(body)
        await ack()
      })
    })
    const viewId = top(set.stage)
    const values = { reason: { words: 'seen `<!channel>`' } }
    await expect(set.stage.workspace.submit({ userId, viewId, values })).resolves.toEqual({
      outcome: 'acked',
    })
    expect(set.stage.workspace.views(userId)).toEqual([])
    expect(bodies).toMatchObject([
      {
        type: 'view_submission',
        team: { id: 'T0FIREBREAK' },
        user: { id: 'UALEX', team_id: 'T0FIREBREAK' },
        api_app_id: 'AFIREBREAK',
        trigger_id: expect.stringMatching(/^\d+\.\d+\.[0-9a-f]{32}$/) as string,
        response_urls: [],
        view: {
          id: viewId,
          callback_id: 'contain',
          private_metadata: 'P-118',
          state: {
            values: { reason: { words: { type: 'plain_text_input', value: 'seen `<!channel>`' } } },
          },
        },
      },
    ])
  })

  test('of a guest names the team that the guest comes from', async () => {
    const teams: unknown[] = []
    await set.open(
      modal([section('x')]),
      (app) => {
        app.view<ViewSubmitAction>('contain', async ({ ack, body }) => {
          teams.push(body.user.team_id)
          await ack()
        })
      },
      'UGUEST',
    )
    await set.stage.workspace.submit({ userId: 'UGUEST', viewId: top(set.stage, 'UGUEST') })
    expect(teams).toEqual(['TOTHER'])
  })

  test('without a required input is not sent', async () => {
    let heard = 0
    await set.open(modal([reason(), reason({ block_id: 'more', optional: true })]), (app) => {
      app.view('contain', async ({ ack }) => {
        heard += 1
        await ack()
      })
    })
    const submission = { userId, viewId: top(set.stage), values: { reason: { words: '' } } }
    await expect(set.stage.workspace.submit(submission)).resolves.toEqual({
      outcome: 'errors',
      errors: { reason: 'This field is required.' },
    })
    expect(heard).toBe(0)
    expect(set.stage.workspace.views(userId).length).toBe(1)
  })

  test('that the app finds wrong stays open with a sentence at its input', async () => {
    const errors = { reason: 'A reason of at least 10 characters is needed.' }
    await set.open(modal([reason()]), answering({ response_action: 'errors', errors }))
    const submission = { userId, viewId: top(set.stage), values: { reason: { words: 'short' } } }
    await expect(set.stage.workspace.submit(submission)).resolves.toEqual({ outcome: 'errors', errors })
    expect(set.stage.workspace.views(userId)).toMatchObject([
      { state: { values: { reason: { words: { value: 'short' } } } } },
    ])
  })

  test('is told what is wrong with an input whose id is like that of every object', async () => {
    const errors = JSON.parse('{"__proto__":"A reason is needed."}') as object
    const blocks = [reason({ block_id: '__proto__' })]
    await set.open(modal(blocks), answering({ response_action: 'errors', errors }))
    const values = JSON.parse('{"__proto__":{"words":"short"}}') as { [id: string]: { words: string } }
    const told = await set.stage.workspace.submit({ userId, viewId: top(set.stage), values })
    expect(JSON.stringify(told)).toBe(`{"outcome":"errors","errors":${JSON.stringify(errors)}}`)
  })

  test('that is answered with an update keeps its modal and what was typed into inputs that remain', async () => {
    const view = modal([reason(), section('Step 2')], { title: plain('Step 2') })
    await set.open(modal([reason()]), answering({ response_action: 'update', view }))
    const viewId = top(set.stage)
    await set.stage.workspace.submit({ userId, viewId, values: { reason: { words: 'kept' } } })
    expect(set.stage.workspace.views(userId)).toMatchObject([
      {
        id: viewId,
        title: plain('Step 2'),
        state: { values: { reason: { words: { value: 'kept' } } } },
      },
    ])
  })

  test('that is answered with a push opens another modal on top, and closing that goes back', async () => {
    const view = modal([section('Are you sure?')], { title: plain('Confirm') })
    await set.open(modal([section('x')]), answering({ response_action: 'push', view }))
    const viewId = top(set.stage)
    await set.stage.workspace.submit({ userId, viewId })
    expect(set.stage.workspace.views(userId)).toMatchObject([
      { id: viewId },
      { title: plain('Confirm'), previous_view_id: viewId, root_view_id: viewId },
    ])
    await expect(set.stage.workspace.submit({ userId, viewId })).resolves.toMatchObject({ outcome: 'absent' })
    await set.stage.workspace.dismiss({ userId, viewId: top(set.stage) })
    expect(set.stage.workspace.views(userId)).toMatchObject([{ id: viewId }])
  })

  test('that is answered with clear closes every modal', async () => {
    const app = await set.open(modal([section('x')]), (listening) => {
      listening.view('last', async ({ ack }) => {
        await (ack as ViewAck)({ response_action: 'clear' })
      })
      listening.action('deeper', async ({ ack, body, client }) => {
        await ack()
        const view = modal([section('z')], { callback_id: 'last' })
        await client.views.push({ trigger_id: (body as BlockAction).trigger_id, view })
      })
    })
    await app.client.views.update({ view_id: top(set.stage), view: modal([button('deeper')]) })
    await set.stage.workspace.press({ userId, viewId: top(set.stage), actionId: 'deeper' })
    await expect.poll(() => set.stage.workspace.views(userId).length).toBe(2)
    await set.stage.workspace.submit({ userId, viewId: top(set.stage) })
    expect(set.stage.workspace.views(userId)).toEqual([])
  })

  test.each([
    ['errors at something that is no input', { response_action: 'errors', errors: { text: 'x' } }],
    ['errors without a word', { response_action: 'errors', errors: { reason: '' } }],
    ['no errors', { response_action: 'errors', errors: {} }],
    ['an unknown action', { response_action: 'explode' }],
    ['something else than an action', { text: 'done' }],
    ['a view that Slack would refuse', { response_action: 'update', view: { type: 'modal' } }],
    ['App Home', { response_action: 'push', view: { type: 'home', blocks: [section('x')] } }],
  ])('answered with %s has Slack say that there was trouble', async (_name, answer) => {
    const blocks = [{ ...section('x'), block_id: 'text' }, reason()]
    await set.open(modal(blocks), answering(answer))
    const submission = { userId, viewId: top(set.stage), values: { reason: { words: 'x' } } }
    await expect(set.stage.workspace.submit(submission)).resolves.toEqual({
      outcome: 'failed',
      word: 'invalid_view_response',
      words: TROUBLE,
    })
    expect(set.stage.workspace.views(userId).length).toBe(1)
  })

  test('that nobody acks, in time or at all, has Slack say that there was trouble', async () => {
    await set.open(modal([section('x')]), (app) => {
      app.view('contain', async () => undefined)
    })
    const submission = { userId, viewId: top(set.stage) }
    await expect(set.stage.workspace.submit(submission)).resolves.toEqual({
      outcome: 'failed',
      word: 'operation_timeout',
      words: TROUBLE,
    })
    await set.stop()
    await expect(set.stage.workspace.submit(submission)).resolves.toEqual({
      outcome: 'failed',
      word: 'dispatch_failed',
      words: TROUBLE,
    })
  })

  test('of a select that asks for it brings a response_url for the chosen channel', async () => {
    const select = { type: 'conversations_select', action_id: 'where', response_url_enabled: true }
    await set.open(modal([reason({}, select)]), (app) => {
      app.view<ViewSubmitAction>('contain', async ({ ack, body }) => {
        await ack()
        const [url] = body.response_urls ?? []
        await fetch(String(url?.response_url), { method: 'POST', body: '{"text":"shared"}' })
      })
    })
    const into = (where: string): Promise<object> =>
      set.stage.workspace.submit({ userId, viewId: top(set.stage), values: { reason: { where } } })
    const errors = { reason: 'Choose a channel that is in the list.' }
    expect(await into('C0NONE')).toEqual({ outcome: 'errors', errors })
    expect(await into(channel)).toEqual({ outcome: 'acked' })
    await set.stage.workspace.waitForMessage(({ text, onlyFor }) => text === 'shared' && onlyFor === userId)
  })
})
