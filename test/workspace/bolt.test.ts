import { type App, type BlockAction, LogLevel, webApi } from '@slack/bolt'
import type { KnownBlock } from '@slack/types'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { AUDIT_CHANNEL, INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { startBolt, stopBolt } from './apps.ts'
import { button, type Stage, section, setStage } from './stage.ts'

let stage: Stage
let started: App | null = null

beforeAll(async () => {
  stage = await setStage({ ackWithin: 500 })
})
afterEach(async () => {
  await stopBolt(started)
  started = null
})
afterAll(() => stage.close())

async function startApp(listen: (app: App) => void): Promise<App> {
  started = await startBolt(stage, listen)
  return started
}

const channel = INCIDENTS_CHANNEL
const userId = 'UALEX'

test('a command is answered for its sender alone', async () => {
  await startApp((app) => {
    app.command('/ip', async ({ ack, command }) => {
      await ack({ text: `${command.user_id} asked ${command.text} in ${command.channel_name}` })
    })
  })
  await expect(stage.workspace.command({ channel, userId, text: '/ip  203.0.113.9 ' })).resolves.toEqual({
    outcome: 'acked',
  })
  const seen = await stage.workspace.ephemerals(userId)
  expect(seen.at(-1)).toMatchObject({ text: 'UALEX asked 203.0.113.9 in sec-incidents', onlyFor: userId })
  expect(await stage.workspace.ephemerals('USAM')).toEqual([])
})

test('a command answered through its response_url in the channel is seen by all', async () => {
  await startApp((app) => {
    app.command('/seen', async ({ ack, respond }) => {
      await ack()
      await respond({ response_type: 'in_channel', text: 'for all' })
    })
  })
  await stage.workspace.command({ channel, userId, text: '/seen x' })
  const message = await stage.workspace.waitForMessage(({ text }) => text === 'for all')
  expect(message).toMatchObject({ onlyFor: null, channel })
})

test('a button is answered in the thread of its message, and the card is redrawn', async () => {
  const payloads: BlockAction[] = []
  const running = await startApp((app) => {
    app.action<BlockAction>('ask:ip', async ({ ack, body, client }) => {
      await ack()
      payloads.push(body)
      const ts = body.message?.['ts'] as string
      await client.chat.postMessage({ channel, thread_ts: ts, text: 'the answer' })
      await client.chat.update({ channel, ts, text: 'asked', blocks: [] })
    })
  })
  const posted = await running.client.chat.postMessage({
    channel,
    text: 'a card',
    blocks: [section('a card'), button('ask:ip', { value: 'v1' })] as KnownBlock[],
  })
  const ts = String(posted.ts)
  await expect(stage.workspace.press({ channel, ts, actionId: 'ask:ip', userId })).resolves.toEqual({
    outcome: 'acked',
  })
  const answer = await stage.workspace.waitForMessage(({ text }) => text === 'the answer')
  expect(answer.threadTs).toBe(ts)
  const card = await stage.workspace.waitForMessage(
    (message) => message.ts === ts && message.text === 'asked',
  )
  expect(card.told).toMatchObject({ reply_count: 1, latest_reply: answer.ts, thread_ts: ts, blocks: [] })
  expect(card.told['edited']).toMatchObject({ user: 'UFIREBREAK' })

  const [payload] = payloads
  expect(payload).toMatchObject({
    type: 'block_actions',
    team: { id: 'T0FIREBREAK' },
    user: { id: 'UALEX', team_id: 'T0FIREBREAK', name: 'alex', username: 'alex' },
    api_app_id: 'AFIREBREAK',
    container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: false },
    channel: { id: channel, name: 'sec-incidents' },
    message: { type: 'message', text: 'a card', bot_id: 'BFIREBREAK' },
    state: { values: {} },
    actions: [{ type: 'button', action_id: 'ask:ip', value: 'v1' }],
  })
  expect(payload?.trigger_id).toMatch(/^\d+\.\d+\.[0-9a-f]{32}$/)
  expect(payload?.response_url).toContain('/response/')
  expect(payload?.actions[0]).toMatchObject({ action_ts: expect.stringMatching(/^\d+\.\d{6}$/) as string })
})

test('an option of a menu and of a select arrives as selected_option, and the select as state', async () => {
  const bodies: BlockAction[] = []
  const running = await startApp((app) => {
    app.action<BlockAction>(/^(more|pick)$/, async ({ ack, body }) => {
      await ack()
      bodies.push(body)
    })
  })
  const options = ['a', 'b'].map((value) => ({ text: { type: 'plain_text', text: value }, value }))
  const elements = [
    { type: 'overflow', action_id: 'more', options },
    { type: 'static_select', action_id: 'pick', options },
  ]
  const blocks = [{ type: 'actions', block_id: 'row', elements }] as KnownBlock[]
  const { ts } = await running.client.chat.postMessage({ channel, text: 'choices', blocks })
  const where = { channel, ts: String(ts), userId, value: 'b' }
  await stage.workspace.press({ ...where, actionId: 'more' })
  await stage.workspace.press({ ...where, actionId: 'pick' })
  expect(bodies.map(({ actions }) => actions[0])).toMatchObject([
    { type: 'overflow', selected_option: { value: 'b' }, block_id: 'row' },
    { type: 'static_select', selected_option: { value: 'b' } },
  ])
  expect(bodies.map(({ state }) => state?.values['row']?.['pick']?.selected_option?.value)).toEqual([
    undefined,
    'b',
  ])
  await expect(stage.workspace.press({ ...where, actionId: 'pick', value: 'c' })).resolves.toMatchObject({
    outcome: 'absent',
  })
})

test('a message for one person has working buttons and is replaced and deleted through its response_url', async () => {
  const containers: unknown[] = []
  await startApp((app) => {
    app.command('/scope', async ({ ack }) => {
      await ack({ text: 'which?', blocks: [button('keep'), button('drop')] as KnownBlock[] })
    })
    app.action<BlockAction>('keep', async ({ ack, body, respond }) => {
      await ack()
      containers.push(body.container, body.message)
      const blocks = [button('drop')] as KnownBlock[]
      await respond({ replace_original: true, text: 'kept', blocks })
    })
    app.action('drop', async ({ ack, respond }) => {
      await ack()
      await respond({ delete_original: true })
    })
  })
  await stage.workspace.command({ channel, userId, text: '/scope' })
  const which = await stage.workspace.waitForMessage(({ text }) => text === 'which?')
  const where = { channel, ts: which.ts, userId }
  await stage.workspace.press({ ...where, actionId: 'keep' })
  await stage.workspace.waitForMessage(({ ts, text }) => ts === which.ts && text === 'kept')
  expect(containers).toEqual([
    { type: 'message', message_ts: which.ts, channel_id: channel, is_ephemeral: true },
    undefined,
  ])
  await expect(stage.workspace.press({ ...where, userId: 'USAM', actionId: 'drop' })).resolves.toMatchObject({
    outcome: 'absent',
  })
  await stage.workspace.press({ ...where, actionId: 'drop' })
  await expect
    .poll(async () => (await stage.workspace.ephemerals(userId)).map(({ ts }) => ts))
    .not.toContain(which.ts)
})

test('a guest of another workspace is named with the team they come from', async () => {
  const teams: unknown[] = []
  const running = await startApp((app) => {
    app.action<BlockAction>('who', async ({ ack, body }) => {
      await ack()
      teams.push(body.user.team_id, body.team?.id)
    })
  })
  const blocks = [button('who')] as KnownBlock[]
  const { ts } = await running.client.chat.postMessage({ channel, text: 'who', blocks })
  await stage.workspace.press({ channel, ts: String(ts), actionId: 'who', userId: 'UGUEST' })
  expect(teams).toEqual(['TOTHER', 'T0FIREBREAK'])
})

test('a listener that acks too late makes Slack say so, and its later answer still arrives', async () => {
  await startApp((app) => {
    app.command('/slow', async ({ ack, respond }) => {
      await new Promise((resolve) => setTimeout(resolve, 700))
      await ack({ text: 'too late to be seen' })
      await respond({ text: 'later' })
    })
  })
  const words = '/slow failed with the error "operation_timeout"'
  await expect(stage.workspace.command({ channel, userId, text: '/slow' })).resolves.toEqual({
    outcome: 'failed',
    word: 'operation_timeout',
    words,
  })
  await stage.workspace.waitForMessage(({ text, onlyFor }) => text === words && onlyFor === userId)
  await stage.workspace.waitForMessage(({ text }) => text === 'later')
  const texts = (await stage.workspace.ephemerals(userId)).map(({ text }) => text)
  expect(texts).not.toContain('too late to be seen')
})

test('without an app a command and a button fail with dispatch_failed', async () => {
  await expect(stage.workspace.command({ channel, userId, text: '/ip 1' })).resolves.toEqual({
    outcome: 'failed',
    word: 'dispatch_failed',
    words: '/ip failed with the error "dispatch_failed"',
  })
  const posted = await stage.call('chat.postMessage', { channel, text: 'x', blocks: [button('b')] })
  const press = { channel, ts: String(posted['ts']), actionId: 'b', userId }
  await expect(stage.workspace.press(press)).resolves.toMatchObject({
    outcome: 'failed',
    word: 'dispatch_failed',
  })
})

test('an answer that Slack could not show makes the command fail', async () => {
  await startApp((app) => {
    app.command('/bad', async ({ ack }) => {
      await ack({ blocks: [{ type: 'nonsense' }] as unknown as KnownBlock[] })
    })
  })
  await expect(stage.workspace.command({ channel, userId, text: '/bad' })).resolves.toMatchObject({
    outcome: 'failed',
    words: '/bad failed with the error "invalid_command_response"',
  })
})

test('of two sockets exactly one gets each envelope', async () => {
  let heard = 0
  const first = await startApp((app) => {
    app.command('/one', async ({ ack }) => {
      heard += 1
      await ack()
    })
  })
  started = null
  await startApp((app) => {
    app.command('/one', async ({ ack }) => {
      heard += 100
      await ack()
    })
  })
  for (let turn = 0; turn < 4; turn += 1) await stage.workspace.command({ channel, userId, text: '/one' })
  await first.stop()
  expect(heard).toBe(202)
})

test('the token of the bot is refused where it does not fit', async () => {
  const slackApiUrl = stage.workspace.apiUrl
  const client = new webApi.WebClient('xoxb-wrong', { slackApiUrl, logLevel: LogLevel.ERROR })
  await expect(client.auth.test()).rejects.toMatchObject({ data: { ok: false, error: 'invalid_auth' } })
})

test('a second channel takes messages of its own', async () => {
  const running = await startApp(() => undefined)
  const { ts } = await running.client.chat.postMessage({ channel: '#firebreak-audit', text: 'audited' })
  const history = await running.client.conversations.history({ channel: AUDIT_CHANNEL })
  expect(history.messages).toMatchObject([{ ts, text: 'audited', team: 'T0FIREBREAK' }])
})
