import type { App, BlockAction, BlockElementAction, ViewClosedAction } from '@slack/bolt'
import { describe, expect, test } from 'vitest'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { appStage } from './app-stage.ts'
import { modal, plain, reason, top } from './modal-parts.ts'
import { button, section } from './stage.ts'

const channel = INCIDENTS_CHANNEL
const userId = 'UALEX'

const set = appStage()

describe('in a view', () => {
  test('a press tells the view with what its inputs hold, and no channel', async () => {
    const bodies: BlockAction[] = []
    await set.open(modal([reason(), button('preview', { value: 'v' })]), (app) => {
      app.action<BlockAction>('preview', async ({ ack, body }) => {
        bodies.push(body)
        await ack()
      })
    })
    const press = {
      userId,
      viewId: top(set.stage),
      actionId: 'preview',
      values: { reason: { words: 'half' } },
    }
    await expect(set.stage.workspace.press(press)).resolves.toEqual({ outcome: 'acked' })
    const [body] = bodies
    expect(body).toMatchObject({
      container: { type: 'view', view_id: press.viewId },
      view: { id: press.viewId, state: { values: { reason: { words: { value: 'half' } } } } },
      actions: [{ type: 'button', action_id: 'preview', value: 'v' }],
    })
    for (const name of ['channel', 'message', 'response_url', 'state']) expect(body).not.toHaveProperty(name)
  })

  test('what was typed survives an update by the app where the input is the same', async () => {
    const app = await set.open(
      modal([reason(), reason({ block_id: 'gone' }), button('more')]),
      (listening) => {
        listening.action('more', async ({ ack }) => ack())
      },
    )
    const values = { reason: { words: 'kept' }, gone: { words: 'lost' } }
    await set.stage.workspace.press({ userId, viewId: top(set.stage), actionId: 'more', values })
    const blocks = [reason({ label: plain('Why') }), reason({ block_id: 'new' }, { initial_value: 'start' })]
    await app.client.views.update({ view_id: top(set.stage), view: modal(blocks) })
    expect(set.stage.workspace.views(userId)[0]?.['state']).toEqual({
      values: {
        reason: { words: { type: 'plain_text_input', value: 'kept' } },
        new: { words: { type: 'plain_text_input', value: 'start' } },
      },
    })
  })

  test('an input is told at once only where it says so', async () => {
    const actions: BlockElementAction[] = []
    const blocks = [reason(), reason({ block_id: 'told', dispatch_action: true })]
    await set.open(modal(blocks), (app) => {
      app.action<BlockAction>('words', async ({ ack, body }) => {
        actions.push(...body.actions)
        await ack()
      })
    })
    const press = { userId, viewId: top(set.stage), actionId: 'words', value: 'abc' }
    await expect(set.stage.workspace.press({ ...press, blockId: 'reason' })).resolves.toMatchObject({
      outcome: 'absent',
    })
    await set.stage.workspace.press({ ...press, blockId: 'told' })
    expect(actions).toMatchObject([{ type: 'plain_text_input', block_id: 'told', value: 'abc' }])
  })

  test('what is not there any more cannot be pressed, nor what another person has open', async () => {
    await set.open(modal([button('go')]), () => undefined)
    const press = { userId, viewId: top(set.stage), actionId: 'go' }
    await expect(set.stage.workspace.press({ ...press, userId: 'USAM' })).resolves.toEqual({
      outcome: 'absent',
      words: 'That view is closed.',
    })
    await expect(set.stage.workspace.press({ ...press, actionId: 'gone' })).resolves.toEqual({
      outcome: 'absent',
      words: 'That view has changed: what you pressed is not there any more.',
    })
    await expect(set.stage.workspace.submit({ ...press, userId: 'USAM' })).resolves.toMatchObject({
      outcome: 'absent',
    })
    await expect(set.stage.workspace.dismiss({ ...press, userId: 'USAM' })).resolves.toMatchObject({
      outcome: 'absent',
    })
    expect(set.stage.workspace.views(userId).length).toBe(1)
  })
})

describe('closing a modal', () => {
  const notify = { notify_on_close: true }
  const closes: ViewClosedAction[] = []
  const listen = (app: App): void => {
    closes.length = 0
    app.view<ViewClosedAction>({ type: 'view_closed', callback_id: /.*/ }, async ({ ack, body }) => {
      closes.push(body)
      await ack()
    })
    app.action<BlockAction>('deeper', async ({ ack, body, client }) => {
      await ack()
      const view = modal([section('on top')], { callback_id: 'top', ...notify })
      await client.views.push({ trigger_id: body.trigger_id, view })
    })
  }

  test('is told to the app that asked for it, and to no other', async () => {
    await set.open(modal([section('x')]), listen)
    await set.stage.workspace.dismiss({ userId, viewId: top(set.stage) })
    expect(set.stage.workspace.views(userId)).toEqual([])
    await set.stage.workspace.command({ channel, userId, text: '/contain' })
    expect(closes).toEqual([])
  })

  test('one at a time tells each, and all at once says that the stack was cleared', async () => {
    await set.open(modal([button('deeper')], notify), listen)
    const viewId = top(set.stage)
    const deeper = async (): Promise<void> => {
      await set.stage.workspace.press({ userId, viewId, actionId: 'deeper' })
      await expect.poll(() => set.stage.workspace.views(userId).length).toBe(2)
    }
    await deeper()
    await set.stage.workspace.dismiss({ userId, viewId: top(set.stage) })
    expect(set.stage.workspace.views(userId)).toMatchObject([{ id: viewId }])
    await deeper()
    await set.stage.workspace.dismiss({ userId, viewId: top(set.stage), all: true })
    expect(set.stage.workspace.views(userId)).toEqual([])
    expect(closes.map(({ view, is_cleared }) => [view.callback_id, is_cleared])).toEqual([
      ['top', false],
      ['top', true],
      ['contain', true],
    ])
  })

  test('that clears closes those below too', async () => {
    await set.open(modal([button('deeper')], notify), (app) => {
      listen(app)
      app.action<BlockAction>('clearing', async ({ ack, body, client }) => {
        await ack()
        const view = modal([section('on top')], { clear_on_close: true })
        await client.views.push({ trigger_id: body.trigger_id, view })
      })
    })
    await set.app?.client.views.update({ view_id: top(set.stage), view: modal([button('clearing')], notify) })
    await set.stage.workspace.press({ userId, viewId: top(set.stage), actionId: 'clearing' })
    await expect.poll(() => set.stage.workspace.views(userId).length).toBe(2)
    await set.stage.workspace.dismiss({ userId, viewId: top(set.stage) })
    expect(set.stage.workspace.views(userId)).toEqual([])
    expect(closes).toMatchObject([{ is_cleared: true }])
  })
})
