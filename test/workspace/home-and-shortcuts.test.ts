import type { BlockAction } from '@slack/bolt'
import type { View } from '@slack/types'
import { describe, expect, test } from 'vitest'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { appStage } from './app-stage.ts'
import { modal } from './modal-parts.ts'
import { button, section } from './stage.ts'

const channel = INCIDENTS_CHANNEL
const userId = 'UALEX'

const set = appStage({
  shortcuts: [
    { callbackId: 'pending', name: 'What waits', kind: 'global' },
    { callbackId: 'contain', name: 'Contain…', kind: 'message' },
  ],
})

describe('App Home', () => {
  test('is told to the app when it is opened, with what it shows already', async () => {
    const events: { readonly [name: string]: unknown }[] = []
    await set.start((app) => {
      app.event('app_home_opened', async ({ event, body, client }) => {
        events.push({ ...event, authorizations: body.authorizations, event_id: body.event_id })
        const view = { type: 'home', blocks: [section('Nothing waits for you.'), button('all')] } as View
        if (event.tab === 'home') await client.views.publish({ user_id: event.user, view })
      })
      app.action<BlockAction>('all', async ({ ack, body }) => {
        events.push({ container: body.container, type: body.view?.type })
        await ack()
      })
    })
    await expect(set.stage.workspace.openHome({ userId, tab: 'home' })).resolves.toEqual({ outcome: 'acked' })
    await expect.poll(() => set.stage.workspace.home(userId)?.['type']).toBe('home')
    expect(events[0]).toMatchObject({
      type: 'app_home_opened',
      user: userId,
      tab: 'home',
      channel: 'DALEX',
      event_ts: expect.stringMatching(/^\d+\.\d{6}$/) as string,
      event_id: expect.stringMatching(/^Ev/) as string,
      authorizations: [{ team_id: 'T0FIREBREAK', user_id: 'UFIREBREAK', is_bot: true }],
    })
    expect(events[0]).not.toHaveProperty('view')
    await set.stage.workspace.openHome({ userId, tab: 'home' })
    const { id: viewId } = set.stage.workspace.home(userId) ?? {}
    expect(events[1]).toMatchObject({ view: { id: viewId, type: 'home' } })
    await set.stage.workspace.openHome({ userId, tab: 'messages' })
    expect(events[2]).not.toHaveProperty('view')
    await set.stage.workspace.press({ userId, viewId: String(viewId), actionId: 'all' })
    expect(events[3]).toEqual({ container: { type: 'view', view_id: viewId }, type: 'home' })
    const submission = { userId, viewId: String(viewId) }
    await expect(set.stage.workspace.submit(submission)).resolves.toMatchObject({ outcome: 'absent' })
  })
})

describe('a shortcut', () => {
  test('of the composer opens a modal', async () => {
    await set.start((app) => {
      app.shortcut('pending', async ({ ack, shortcut, client }) => {
        await ack()
        const view = modal([section(`${shortcut.type} of ${shortcut.user.id}`)])
        await client.views.open({ trigger_id: shortcut.trigger_id, view })
      })
    })
    const choice = { userId, callbackId: 'pending' }
    await expect(set.stage.workspace.shortcut(choice)).resolves.toEqual({ outcome: 'acked' })
    await expect
      .poll(() => set.stage.workspace.views(userId))
      .toMatchObject([{ blocks: [{ text: { text: 'shortcut of UALEX' } }] }])
  })

  test('of a message brings the message, also one of a thread, and answers at its place', async () => {
    const bodies: { readonly [name: string]: unknown }[] = []
    await set.start((app) => {
      app.shortcut({ callback_id: 'contain', type: 'message_action' }, async ({ ack, body, respond }) => {
        bodies.push({ ...body })
        await ack()
        await respond({ text: 'from the menu' })
      })
    })
    const { ts: parent } = await set.stage.call('chat.postMessage', { channel, text: 'card' })
    const reply = await set.stage.call('chat.postMessage', { channel, text: 'reply', thread_ts: parent })
    const ts = String(reply['ts'])
    await set.stage.workspace.shortcut({ userId, callbackId: 'contain', channel, ts })
    expect(bodies).toMatchObject([
      {
        type: 'message_action',
        callback_id: 'contain',
        message_ts: ts,
        message: { ts, text: 'reply', thread_ts: parent },
        channel: { id: channel, name: 'sec-incidents' },
        user: { id: userId, team_id: 'T0FIREBREAK' },
        response_url: expect.stringContaining('/response/') as string,
        trigger_id: expect.any(String) as string,
      },
    ])
    await set.stage.workspace.waitForMessage(
      ({ text, onlyFor }) => text === 'from the menu' && onlyFor === userId,
    )
  })

  test('that the app did not register, or of a message that is gone or ephemeral, is told to nobody', async () => {
    const gone = { userId, callbackId: 'contain', channel, ts: '1.000001' }
    const { message_ts } = await set.stage.call('chat.postEphemeral', { channel, user: userId, text: 'x' })
    const ephemeral = { ...gone, ts: String(message_ts) }
    await expect(set.stage.workspace.shortcut(ephemeral)).resolves.toMatchObject({ outcome: 'absent' })
    await expect(set.stage.workspace.shortcut({ userId, callbackId: 'none' })).resolves.toEqual({
      outcome: 'absent',
      words: 'Firebreak has no such shortcut.',
    })
    await expect(set.stage.workspace.shortcut(gone)).resolves.toMatchObject({ outcome: 'absent' })
    await expect(set.stage.workspace.shortcut({ userId, callbackId: 'pending' })).resolves.toMatchObject({
      outcome: 'failed',
      word: 'dispatch_failed',
    })
  })
})
