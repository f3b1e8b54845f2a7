import type { App, BlockAction } from '@slack/bolt'
import type { View } from '@slack/types'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { startBolt, stopBolt } from './apps.ts'
import { modal, top } from './modal-parts.ts'
import { button, type Stage, section, setStage } from './stage.ts'

const channel = INCIDENTS_CHANNEL
const userId = 'UALEX'

let stage: Stage
let started: App | null = null

beforeAll(async () => {
  stage = await setStage({
    ackWithin: 500,
    shortcuts: [
      { callbackId: 'pending', name: 'What waits', kind: 'global' },
      { callbackId: 'contain', name: 'Contain…', kind: 'message' },
    ],
  })
})
beforeEach(async () => {
  await stage.workspace.dismiss({ userId, viewId: top(stage), all: true })
})
afterEach(async () => {
  await stopBolt(started)
  started = null
})
afterAll(() => stage.close())

describe('App Home', () => {
  test('is told to the app when it is opened, with what it shows already', async () => {
    const events: { readonly [name: string]: unknown }[] = []
    started = await startBolt(stage, (app) => {
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
    await expect(stage.workspace.openHome({ userId, tab: 'home' })).resolves.toEqual({ outcome: 'acked' })
    await expect.poll(() => stage.workspace.home(userId)?.['type']).toBe('home')
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
    await stage.workspace.openHome({ userId, tab: 'home' })
    const { id: viewId } = stage.workspace.home(userId) ?? {}
    expect(events[1]).toMatchObject({ view: { id: viewId, type: 'home' } })
    await stage.workspace.openHome({ userId, tab: 'messages' })
    expect(events[2]).not.toHaveProperty('view')
    await stage.workspace.press({ userId, viewId: String(viewId), actionId: 'all' })
    expect(events[3]).toEqual({ container: { type: 'view', view_id: viewId }, type: 'home' })
    const submission = { userId, viewId: String(viewId) }
    await expect(stage.workspace.submit(submission)).resolves.toMatchObject({ outcome: 'absent' })
  })
})

describe('a shortcut', () => {
  test('of the composer opens a modal', async () => {
    started = await startBolt(stage, (app) => {
      app.shortcut('pending', async ({ ack, shortcut, client }) => {
        await ack()
        const view = modal([section(`${shortcut.type} of ${shortcut.user.id}`)])
        await client.views.open({ trigger_id: shortcut.trigger_id, view })
      })
    })
    const choice = { userId, callbackId: 'pending' }
    await expect(stage.workspace.shortcut(choice)).resolves.toEqual({ outcome: 'acked' })
    await expect
      .poll(() => stage.workspace.views(userId))
      .toMatchObject([{ blocks: [{ text: { text: 'shortcut of UALEX' } }] }])
  })

  test('of a message brings the message, also one of a thread, and answers at its place', async () => {
    const bodies: { readonly [name: string]: unknown }[] = []
    started = await startBolt(stage, (app) => {
      app.shortcut({ callback_id: 'contain', type: 'message_action' }, async ({ ack, body, respond }) => {
        bodies.push({ ...body })
        await ack()
        await respond({ text: 'from the menu' })
      })
    })
    const { ts: parent } = await stage.call('chat.postMessage', { channel, text: 'card' })
    const reply = await stage.call('chat.postMessage', { channel, text: 'reply', thread_ts: parent })
    const ts = String(reply['ts'])
    await stage.workspace.shortcut({ userId, callbackId: 'contain', channel, ts })
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
    await stage.workspace.waitForMessage(
      ({ text, onlyFor }) => text === 'from the menu' && onlyFor === userId,
    )
  })

  test('that the app did not register, or of a message that is gone or ephemeral, is told to nobody', async () => {
    const gone = { userId, callbackId: 'contain', channel, ts: '1.000001' }
    const { message_ts } = await stage.call('chat.postEphemeral', { channel, user: userId, text: 'x' })
    const ephemeral = { ...gone, ts: String(message_ts) }
    await expect(stage.workspace.shortcut(ephemeral)).resolves.toMatchObject({ outcome: 'absent' })
    await expect(stage.workspace.shortcut({ userId, callbackId: 'none' })).resolves.toEqual({
      outcome: 'absent',
      words: 'Firebreak has no such shortcut.',
    })
    await expect(stage.workspace.shortcut(gone)).resolves.toMatchObject({ outcome: 'absent' })
    await expect(stage.workspace.shortcut({ userId, callbackId: 'pending' })).resolves.toMatchObject({
      outcome: 'failed',
      word: 'dispatch_failed',
    })
  })
})
