import { afterAll, beforeAll, expect, test } from 'vitest'
import { AUDIT_CHANNEL, INCIDENTS_CHANNEL, SHARED_CHANNEL } from '../../src/workspace/index.ts'
import { type Answer, type Stage, section, setStage } from './stage.ts'

let stage: Stage
let parent: string
const channel = INCIDENTS_CHANNEL

beforeAll(async () => {
  stage = await setStage()
  parent = await post({ text: 'parent' })
  await stage.pool.query(`
    insert into workspace.channel values ('C0OTHER', 'other', '', false, 0, 0, 9), ('C0OLD', 'old', '', true, 0, 0, 10)`)
})
afterAll(() => stage.close())

async function post(args: object): Promise<string> {
  const answer = await stage.call('chat.postMessage', { channel, ...args })
  expect(answer).toMatchObject({ ok: true })
  return String(answer['ts'])
}

async function messagesOf(method: string, args: object): Promise<readonly { [name: string]: unknown }[]> {
  const answer = await stage.call(method, { channel, ...args })
  expect(answer).toMatchObject({ ok: true })
  return answer['messages'] as { [name: string]: unknown }[]
}

test("a call without a token, with a wrong one, or with the app's is refused", async () => {
  expect(await stage.call('auth.test', {}, '')).toMatchObject({ error: 'not_authed' })
  expect(await stage.call('auth.test', {}, 'xoxb-other')).toMatchObject({ error: 'invalid_auth' })
  const { appToken } = stage.tokens
  expect(await stage.call('auth.test', {}, appToken)).toMatchObject({ error: 'not_allowed_token_type' })
})

test('invalid_blocks says where, for programs and for people', async () => {
  const blocks = [section('fine'), { type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }]
  const answer = await stage.call('chat.postMessage', { channel, blocks })
  const words = 'must be less than 151 characters [json-pointer:/blocks/1/text/text]'
  expect(answer).toMatchObject({
    ok: false,
    error: 'invalid_blocks',
    errors: [words],
    response_metadata: { messages: [`[ERROR] ${words}`] },
  })
})

test('arguments may come urlencoded, as JSON or multipart, and the token as a field', async () => {
  const blocks = JSON.stringify([section('as text')])
  const token = stage.tokens.botToken
  const form = new FormData()
  for (const [name, value] of Object.entries({ channel, blocks, token, text: 'multipart' }))
    form.set(name, value)
  const bodies = [new URLSearchParams({ channel, blocks, token, text: 'urlencoded' }), form]
  for (const body of bodies) {
    const response = await fetch(`${stage.workspace.apiUrl}chat.postMessage`, { method: 'POST', body })
    expect(await response.json()).toMatchObject({ ok: true, message: { blocks: [{ type: 'section' }] } })
  }
  const query = new URLSearchParams({ token, channel, limit: '1' }).toString()
  const read = await fetch(`${stage.workspace.apiUrl}conversations.history?${query}`)
  expect(read.headers.get('x-slack-req-id')).not.toBeNull()
  expect(await read.json()).toMatchObject({ ok: true, messages: [{ text: 'multipart' }], has_more: true })
})

test('messages posted at one instant have distinct, growing ts', async () => {
  const posted = await Promise.all(Array.from({ length: 20 }, () => post({ text: 'at once' })))
  expect(new Set(posted).size).toBe(20)
  for (const ts of posted) expect(ts).toMatch(/^\d{10}\.\d{6}$/)
  const later = await post({ text: 'later' })
  expect(posted.every((ts) => ts < later)).toBe(true)
})

test('a missing block_id and action_id are made up and told', async () => {
  const text = { type: 'plain_text', text: 'b' }
  const blocks = [section('x'), { type: 'actions', block_id: 'own', elements: [{ type: 'button', text }] }]
  const answer = await stage.call('chat.postMessage', { channel, blocks })
  expect(answer['message']).toMatchObject({
    text: '',
    blocks: [
      { block_id: expect.stringMatching(/^.{5}$/) as string },
      { block_id: 'own', elements: [{ action_id: expect.stringMatching(/^.{5}$/) as string }] },
    ],
  })
})

test('text and metadata are kept as given', async () => {
  const metadata = { event_type: 'incident', event_payload: { id: 41 } }
  const text = '<!channel> & <https://evil.example|x> \u202e'
  const ts = await post({ text, metadata })
  const [message] = await messagesOf('conversations.history', { limit: 1 })
  expect(message).toMatchObject({
    ts,
    text,
    metadata,
    user: 'UFIREBREAK',
    bot_id: 'BFIREBREAK',
    app_id: 'AFIREBREAK',
  })
})

test('a text that no database keeps is cleaned, and one beyond 40,000 characters is cut', async () => {
  await post({ text: 'a\0b \ud800 \\u0000' })
  const [odd] = await messagesOf('conversations.history', { limit: 1 })
  expect(odd?.['text']).toBe('ab \ufffd \\u0000')
  await post({ text: '🛡'.repeat(40_001) })
  const [long] = await messagesOf('conversations.history', { limit: 1 })
  expect(Array.from(String(long?.['text'])).length).toBe(40_000)
})

test('a parent knows its replies, and the channel shows only those that were broadcast', async () => {
  const ts = await post({ text: 'with a thread' })
  const quiet = await post({ text: 'quiet', thread_ts: ts })
  const loud = await post({ text: 'loud', thread_ts: ts, reply_broadcast: true })
  await stage.call('chat.postEphemeral', { channel, user: 'UALEX', text: 'only for one' })
  const history = await messagesOf('conversations.history', { oldest: ts, inclusive: true })
  expect(history).toMatchObject([
    { ts: loud, subtype: 'thread_broadcast', thread_ts: ts },
    { ts, reply_count: 2, latest_reply: loud, reply_users: ['UFIREBREAK'] },
  ])
  const replies = await messagesOf('conversations.replies', { ts })
  expect(replies.map((message) => message['ts'])).toEqual([ts, quiet, loud])
  expect(await stage.call('chat.postMessage', { channel, text: 'x', thread_ts: quiet })).toMatchObject({
    error: 'thread_not_found',
  })
})

test('history and threads are read page by page without loss', async () => {
  const parentTs = await post({ text: 'long thread' })
  for (let at = 0; at < 5; at += 1) await post({ text: `reply ${at}`, thread_ts: parentTs })
  const texts = await pages('conversations.replies', { ts: parentTs, limit: 2 })
  expect(texts).toEqual([
    ['long thread', 'reply 0', 'reply 1'],
    ['long thread', 'reply 2', 'reply 3'],
    ['long thread', 'reply 4'],
  ])
  const all = (await messagesOf('conversations.history', { limit: 999 })).map((message) => message['text'])
  expect((await pages('conversations.history', { limit: 7 })).flat()).toEqual(all)
})

async function pages(method: string, args: object): Promise<readonly (readonly unknown[])[]> {
  const found: unknown[][] = []
  let cursor = ''
  do {
    const answer: Answer = await stage.call(method, { channel, ...args, cursor })
    found.push((answer['messages'] as { text: string }[]).map(({ text }) => text))
    cursor = (answer['response_metadata'] as { next_cursor: string }).next_cursor
  } while (cursor !== '')
  return found
}

test('oldest and latest leave their ends out unless they are inclusive', async () => {
  const ts = [await post({ text: '1' }), await post({ text: '2' }), await post({ text: '3' })]
  const ends = { oldest: ts[0], latest: ts[2] }
  const between = await messagesOf('conversations.history', ends)
  expect(between.map(({ text }) => text)).toEqual(['2'])
  const within = await messagesOf('conversations.history', { ...ends, inclusive: true })
  expect(within.map(({ text }) => text)).toEqual(['3', '2', '1'])
})

test('an update keeps what it does not name, and says that it was edited', async () => {
  const ts = await post({
    text: 'before',
    blocks: [section('before')],
    metadata: { event_type: 'x', event_payload: {} },
  })
  const answer = await stage.call('chat.update', { channel, ts, text: 'after' })
  expect(answer).toMatchObject({ ok: true, channel, ts, text: 'after' })
  const [message] = await messagesOf('conversations.history', { limit: 1 })
  expect(message).toMatchObject({
    text: 'after',
    blocks: [{ text: { text: 'before' } }],
    metadata: { event_type: 'x' },
    edited: { user: 'UFIREBREAK', ts: expect.stringMatching(/^\d{10}\.\d{6}$/) as string },
  })
})

test('a deleted message is gone, and a deleted parent leaves its place', async () => {
  const lone = await post({ text: 'lone' })
  const withReply = await post({ text: 'with reply' })
  await post({ text: 'reply', thread_ts: withReply })
  await stage.call('chat.delete', { channel, ts: lone })
  await stage.call('chat.delete', { channel, ts: withReply })
  const [newest, next] = await messagesOf('conversations.history', { limit: 2 })
  expect(newest).toMatchObject({ ts: withReply, subtype: 'tombstone', reply_count: 1 })
  expect(next?.['ts']).not.toBe(lone)
})

test('people, channels, members, the bot and the team are told', async () => {
  const told = async (method: string, args: object = {}): Promise<Answer> => stage.call(method, args)
  expect(await told('auth.test')).toMatchObject({
    user_id: 'UFIREBREAK',
    bot_id: 'BFIREBREAK',
    team_id: 'T0FIREBREAK',
  })
  expect(await told('api.test', { a: 1 })).toEqual({ ok: true, args: { a: 1 } })
  expect(await told('bots.info', { bot: 'BFIREBREAK' })).toMatchObject({ bot: { app_id: 'AFIREBREAK' } })
  expect(await told('users.info', { user: 'UGUEST' })).toMatchObject({
    user: { team_id: 'TOTHER', is_stranger: true },
  })
  const people = (await told('users.list'))['members'] as { real_name: string }[]
  expect(people.map((person) => person.real_name)).toContain('Manager (not an approver)')
  expect(await told('conversations.info', { channel, include_num_members: true })).toMatchObject({
    channel: { name: 'sec-incidents', is_member: true, num_members: 7 },
  })
  const channels = (await told('conversations.list'))['channels'] as { id: string }[]
  expect(channels.map(({ id }) => id)).toEqual([channel, AUDIT_CHANNEL, SHARED_CHANNEL, 'C0OTHER', 'C0OLD'])
  const members = (await told('conversations.members', { channel }))['members']
  expect(members).toEqual(['UALEX', 'USAM', 'UMORGAN', 'UCASEY', 'URILEY', 'UGUEST', 'UFIREBREAK'])
  expect(await told('chat.getPermalink', { channel, message_ts: parent })).toMatchObject({
    permalink: expect.stringContaining(`/archives/${channel}/p${parent.replace('.', '')}`) as string,
  })
})
