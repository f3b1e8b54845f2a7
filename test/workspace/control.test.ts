import { LogLevel, WebClient } from '@slack/web-api'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { type Answer, button, type Stage, setStage } from './stage.ts'

const channel = INCIDENTS_CHANNEL
const userId = 'UALEX'
const lines: object[] = []
let stage: Stage

beforeAll(async () => {
  stage = await setStage({ ackWithin: 300, log: (line) => lines.push(line) })
})
afterEach(async () => {
  await control('DELETE', 'faults')
})
afterAll(() => stage.close())

const control: Stage['control'] = (method, path, body) => stage.control(method, path, body)
const arm = (kind: string, more: object = {}): ReturnType<typeof control> =>
  control('POST', 'faults', { kind, ...more })

const wire: Stage['wire'] = () => stage.wire()

/** A bare app over Socket Mode: hears envelopes, acks them, and tells what came. */
async function openApp(): Promise<{ socket: WebSocket; heard: Record<string, unknown>[] }> {
  const { url } = await stage.call('apps.connections.open', {}, stage.tokens.appToken)
  const socket = new WebSocket(String(url))
  const heard: Record<string, unknown>[] = []
  await new Promise((resolve) => {
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString('utf8')) as Record<string, unknown>
      if (message['type'] === 'hello') return resolve(null)
      heard.push(message)
      if (message['envelope_id'] !== undefined)
        socket.send(JSON.stringify({ envelope_id: message['envelope_id'], payload: {} }))
    })
  })
  return { socket, heard }
}

async function postButton(): Promise<string> {
  const { ts } = await stage.call('chat.postMessage', { channel, text: 'card', blocks: [button('ask:ip')] })
  return String(ts)
}

test('control is closed to whoever has no token of its own, and to pages of other sites', async () => {
  const ask = (headers: { [name: string]: string }): Promise<Response> =>
    fetch(`${stage.workspace.controlUrl}faults`, { headers })
  const { controlToken, botToken, pageToken } = stage.tokens
  expect((await ask({})).status).toBe(401)
  for (const token of [botToken, pageToken]) {
    expect((await ask({ authorization: `Bearer ${token}` })).status).toBe(401)
  }
  const foreign = { authorization: `Bearer ${controlToken}`, origin: 'https://evil.example' }
  expect((await ask(foreign)).status).toBe(403)
  expect((await ask({ authorization: `Bearer ${controlToken}` })).status).toBe(200)
})

test('a control request that cannot be read names the field and what it takes', async () => {
  const cases: readonly (readonly [object, string])[] = [
    [{ kind: 'fire' }, '"kind" has to be one of rate-limit,'],
    [{ kind: 'hang', times: 0 }, '"times" has to be a whole number from 1 to 1000.'],
    [{ kind: 'hang', seconds: 'x' }, '"seconds" has to be a number of seconds, at most a day.'],
    // A timer that is set to more ends at once.
    [{ kind: 'hang', seconds: 3_000_000 }, '"seconds" has to be a number of seconds, at most a day.'],
    [{ kind: 'late-ack', seconds: 86_401 }, '"seconds" has to be a number of seconds, at most a day.'],
    [{ kind: 'skew', seconds: -31_536_001 }, '"seconds" has to be a number of seconds, at most a year.'],
    [{ kind: 'hang', method: 3 }, '"method" has to be a name like chat.postMessage'],
  ]
  for (const [body, message] of cases) {
    const { status, told } = await control('POST', 'faults', body)
    expect([status, told['message']]).toEqual([400, expect.stringContaining(message)])
  }
  expect((await control('GET', 'nowhere')).status).toBe(404)
  expect((await control('POST', 'act', { do: 'fly' })).status).toBe(400)
  expect((await control('DELETE', 'faults/99')).told['message']).toBe('There is no fault 99.')
  const bad = await fetch(`${stage.workspace.controlUrl}faults`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stage.tokens.controlToken}` },
    body: 'kind=hang',
  })
  expect(bad.status).toBe(400)
})

test('an armed fault strikes its method so many times, and then no more', async () => {
  const { told } = await arm('server-error', { method: 'chat.postMessage', times: 2 })
  expect(told).toMatchObject({ kind: 'server-error', method: 'chat.postMessage', times: 2 })
  const post = (): Promise<Response> =>
    fetch(`${stage.workspace.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${stage.tokens.botToken}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ channel, text: 'struck' }),
    })
  expect((await stage.call('auth.test')).ok).toBe(true)
  expect([(await post()).status, (await post()).status, (await post()).status]).toEqual([500, 500, 200])
  const all = await stage.workspace.messages(channel)
  expect(all.filter(({ text }) => text === 'struck')).toHaveLength(1)
})

test('429, 500, half an answer and a lost one: what the Slack SDK makes of each, and what stands in the channel', async () => {
  const client = new WebClient(stage.tokens.botToken, {
    slackApiUrl: stage.workspace.apiUrl,
    logLevel: LogLevel.ERROR,
    retryConfig: { retries: 2, minTimeout: 1, maxTimeout: 2 },
  })
  const posted = async (text: string): Promise<number> =>
    (await stage.workspace.messages(channel)).filter((message) => message.text === text).length

  await arm('rate-limit', { method: 'chat.postMessage', seconds: 1 })
  expect((await client.chat.postMessage({ channel, text: 'limited' })).ok).toBe(true)
  expect(await posted('limited')).toBe(1)

  await arm('server-error', { method: 'chat.postMessage' })
  expect((await client.chat.postMessage({ channel, text: 'five hundred' })).ok).toBe(true)
  expect(await posted('five hundred')).toBe(1)

  // Slack stored it and the answer was lost: the SDK cannot know, tries again, and it stands there twice.
  await arm('drop', { method: 'chat.postMessage' })
  expect((await client.chat.postMessage({ channel, text: 'lost' })).ok).toBe(true)
  expect(await posted('lost')).toBe(2)

  await arm('malformed', { method: 'chat.postMessage' })
  await expect(client.chat.postMessage({ channel, text: 'half' })).rejects.toThrow()
  expect(await posted('half')).toBe(1)

  await arm('hang', { method: 'chat.postMessage', seconds: 0.02 })
  expect((await client.chat.postMessage({ channel, text: 'hung' })).ok).toBe(true)
  expect(await posted('hung')).toBe(1)
  expect((await wire()).slice(-2).map(({ ok, error }) => [ok, error])).toEqual([
    [false, 'hang by control'],
    [true, null],
  ])
})

test('a payload delivered twice has two envelopes, a replayed one the same, and the person is told once', async () => {
  const { socket, heard } = await openApp()
  const ts = await postButton()
  const press = (): Promise<unknown> => stage.workspace.press({ channel, ts, actionId: 'ask:ip', userId })
  await arm('duplicate', { method: 'block_actions' })
  expect(await press()).toEqual({ outcome: 'acked' })
  expect(heard.map((envelope) => envelope['retry_attempt'])).toEqual([undefined, 1])
  expect(heard[0]?.['envelope_id']).not.toBe(heard[1]?.['envelope_id'])
  expect(heard[0]?.['payload']).toEqual(heard[1]?.['payload'])
  await arm('replay', { method: 'block_actions' })
  await press()
  expect(heard).toHaveLength(4)
  expect(heard[2]).toEqual(heard[3])
  socket.close()
})

test('a late ack is a time-out for the person, although the app did its work', async () => {
  const { socket, heard } = await openApp()
  const ts = await postButton()
  await arm('late-ack', { seconds: 3 })
  expect(await stage.workspace.press({ channel, ts, actionId: 'ask:ip', userId })).toEqual({
    outcome: 'failed',
    word: 'operation_timeout',
    words: 'Firebreak failed with the error "operation_timeout"',
  })
  expect(heard).toHaveLength(1)
  socket.close()
})

test('cut sockets: with a word of Slack, and without one', async () => {
  const { socket, heard } = await openApp()
  const closed = new Promise((resolve) => socket.once('close', resolve))
  expect((await control('POST', 'cut', { reason: 'refresh_requested' })).told).toEqual({ cut: 1 })
  await closed
  expect(heard).toMatchObject([{ type: 'disconnect', reason: 'refresh_requested' }])
  const again = await openApp()
  const broken = new Promise<number>((resolve) => again.socket.once('close', resolve))
  await control('POST', 'cut', {})
  expect(await broken).toBe(1006)
  expect(await stage.workspace.command({ channel, userId, text: '/ip 1' })).toMatchObject({
    word: 'dispatch_failed',
  })
})

test('the wire and the transcript hold both sides of each exchange, and no token', async () => {
  const { socket } = await openApp()
  const act = { do: 'command', channel, as: userId, text: '/ip <!channel>' }
  expect((await control('POST', 'act', act)).told).toEqual({ outcome: 'acked' })
  await stage.call('chat.postMessage', { channel, text: 'on the wire', token: stage.tokens.botToken })
  const seen = await wire()
  expect(seen.findLast(({ what }) => what === 'slash_commands /ip')).toMatchObject({
    ok: true,
    sent: { command: '/ip', text: '<!channel>', user_id: userId },
    answered: {},
  })
  expect(seen.at(-1)).toMatchObject({
    what: 'chat.postMessage',
    sent: { channel, text: 'on the wire' },
    answered: { ok: true, message: { text: 'on the wire' } },
  })
  const { told } = await control('GET', 'transcript')
  expect(told['channels']).toMatchObject([{ id: channel }, {}, {}])
  const { botToken, appToken, pageToken, controlToken, signingSecret } = stage.tokens
  const all = JSON.stringify([told, lines])
  for (const token of [botToken, appToken, pageToken, controlToken, signingSecret, 'workspace-simulator'])
    expect(all).not.toContain(token)
  expect(all).not.toMatch(/ticket=[0-9a-f]/)
  socket.close()
})

test('the wire keeps the newest exchanges and the beginning of a long one', async () => {
  const before = (await wire()).at(-1)?.seq ?? 0
  await stage.call('chat.postMessage', { channel, text: 'x'.repeat(39_000), metadata: {} })
  await stage.call('api.test', { long: 'y'.repeat(100_000) })
  const [, long] = (
    (await (await fetch(`${stage.workspace.url}wire?after=${before}`)).json()) as {
      exchanges: { sent: { cut?: boolean; beginning?: string } }[]
    }
  ).exchanges
  expect(long?.sent).toMatchObject({ cut: true })
  expect(long?.sent.beginning?.length).toBe(4_096)
  for (let nr = 0; nr < 1_010; nr++) await stage.call('api.test')
  expect(await wire()).toHaveLength(1_000)
})

test('apps.connections.open can be refused for a while', async () => {
  await arm('server-error', { method: 'apps.connections.open' })
  const response = await fetch(`${stage.workspace.apiUrl}apps.connections.open`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stage.tokens.appToken}` },
  })
  expect(response.status).toBe(500)
  const next: Answer = await stage.call('apps.connections.open', {}, stage.tokens.appToken)
  expect(next.ok).toBe(true)
})

test('what nobody foresaw is internal_error for the bot, and the log says where it came from', async () => {
  // PostgreSQL takes no NUL.
  expect(await stage.call('users.info', { user: 'U\0' })).toEqual({ ok: false, error: 'internal_error' })
  expect(lines.find((line) => 'fault' in line)).toMatchObject({
    exchange: 'web-api',
    method: 'users.info',
    fault: expect.stringContaining('invalid byte sequence') as string,
    stack: expect.stringContaining('methods-about.ts') as string,
  })
})
