import type { BlockAction, SlackOptionsMiddlewareArgs, ViewSubmitAction } from '@slack/bolt'
import type { KnownBlock } from '@slack/types'
import { describe, expect, test } from 'vitest'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { appStage } from './app-stage.ts'
import { modal, plain, reason, top } from './modal-parts.ts'

const channel = INCIDENTS_CHANNEL
const userId = 'UALEX'

const set = appStage()

describe('an external select', () => {
  const select = { type: 'external_select', action_id: 'pod', min_query_length: 2 }
  const option = (value: string): object => ({ text: plain(value), value })
  type Asked = SlackOptionsMiddlewareArgs

  async function offering(answer: object): Promise<Asked['payload'][]> {
    const asked: Asked['payload'][] = []
    const blocks = [reason(), { ...reason({}, select), block_id: 'target' }]
    await set.open(modal(blocks), (app) => {
      app.options('pod', async ({ ack, payload }) => {
        asked.push(payload)
        await ack(answer as never)
      })
      app.view('contain', async ({ ack }) => ack())
    })
    return asked
  }

  test('of a modal offers what the app answers, and what is chosen is told whole', async () => {
    const asked = await offering({ options: [option('checkout-1'), option('checkout-2')] })
    const query = { userId, viewId: top(set.stage), actionId: 'pod', values: { reason: { words: 'typed' } } }
    await expect(set.stage.workspace.options({ ...query, query: 'c' })).resolves.toEqual({
      outcome: 'acked',
      options: [],
    })
    await expect(set.stage.workspace.options({ ...query, query: 'ch' })).resolves.toEqual({
      outcome: 'acked',
      options: [option('checkout-1'), option('checkout-2')],
    })
    expect(asked).toMatchObject([
      {
        type: 'block_suggestion',
        action_id: 'pod',
        block_id: 'target',
        value: 'ch',
        container: { type: 'view', view_id: query.viewId },
        view: { state: { values: { reason: { words: { value: 'typed' } } } } },
        user: { id: userId },
      },
    ])
    const bodies: ViewSubmitAction[] = []
    set.app?.view<ViewSubmitAction>('contain', async ({ body }) => void bodies.push(body))
    const values = { reason: { words: 'x' }, target: { pod: 'checkout-2' } }
    await expect(set.stage.workspace.submit({ userId, viewId: top(set.stage), values })).resolves.toEqual({
      outcome: 'acked',
    })
    expect(bodies[0]?.view.state.values['target']?.['pod']?.selected_option).toEqual(option('checkout-2'))
  })

  test('keeps what an earlier query brought choosable', async () => {
    const bodies: BlockAction[] = []
    const element = { ...select, type: 'multi_external_select' }
    await set.open(modal([reason({ dispatch_action: true }, element)]), (app) => {
      app.options('pod', async ({ ack, payload }) => ack({ options: [option(payload.value)] } as never))
      app.action<BlockAction>('pod', async ({ ack, body }) => {
        bodies.push(body)
        await ack()
      })
    })
    const where = { userId, viewId: top(set.stage), actionId: 'pod' }
    for (const query of ['first', 'second', 'second']) await set.stage.workspace.options({ ...where, query })
    await set.stage.workspace.press({ ...where, value: ['first', 'second', 'never'] })
    expect(bodies[0]?.actions).toMatchObject([{ selected_options: [option('second'), option('first')] }])
  })

  test('of a message asks with the message, and a choice among groups is told whole', async () => {
    const bodies: BlockAction[] = []
    const groups = [{ label: plain('payments'), options: [option('checkout-1')] }]
    const app = await set.start((listening) => {
      listening.options('pod', async ({ ack, payload }) => {
        const { ts } = payload['message'] as { ts: string }
        if (payload.container['message_ts'] !== ts) throw new Error('another message')
        await ack({ option_groups: groups } as never)
      })
      listening.action<BlockAction>('pod', async ({ ack, body }) => {
        bodies.push(body)
        await ack()
      })
    })
    const blocks = [{ type: 'actions', block_id: 'row', elements: [select] }] as KnownBlock[]
    const { ts } = await app.client.chat.postMessage({ channel, text: 'pick', blocks })
    const where = { userId, channel, ts: String(ts), actionId: 'pod' }
    await expect(set.stage.workspace.press({ ...where, value: 'checkout-1' })).resolves.toMatchObject({
      outcome: 'absent',
    })
    await expect(set.stage.workspace.options({ ...where, query: 'che' })).resolves.toEqual({
      outcome: 'acked',
      option_groups: groups,
    })
    await set.stage.workspace.press({ ...where, value: 'checkout-1' })
    expect(bodies[0]?.actions).toMatchObject([{ selected_option: option('checkout-1') }])
    expect(bodies[0]?.state?.values['row']?.['pod']?.selected_option).toEqual(option('checkout-1'))
    const other = { ...where, userId: 'USAM', value: 'checkout-1' }
    await expect(set.stage.workspace.press(other)).resolves.toMatchObject({ outcome: 'absent' })
  })

  test.each([
    ['more than 100 options', { options: Array.from({ length: 101 }, (_, at) => option(String(at))) }],
    ['an option without a value', { options: [{ text: plain('x') }] }],
    ['neither options nor groups', {}],
  ])('answered with %s fails in words', async (_name, answer) => {
    await offering(answer)
    const query = { userId, viewId: top(set.stage), actionId: 'pod', query: 'che' }
    await expect(set.stage.workspace.options(query)).resolves.toEqual({
      outcome: 'failed',
      word: 'invalid_options_response',
      words: 'Firebreak failed with the error "invalid_options_response"',
    })
  })

  test('that nobody answers fails in words, and one that is none is absent', async () => {
    await set.open(modal([reason(), { ...reason({}, select), block_id: 'target' }]), () => undefined)
    const query = { userId, viewId: top(set.stage), query: 'che' }
    await expect(set.stage.workspace.options({ ...query, actionId: 'pod' })).resolves.toMatchObject({
      outcome: 'failed',
      word: 'operation_timeout',
    })
    await expect(set.stage.workspace.options({ ...query, actionId: 'words' })).resolves.toMatchObject({
      outcome: 'absent',
    })
  })
})
