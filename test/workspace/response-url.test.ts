import { afterAll, beforeAll, expect, test } from 'vitest'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { type BareApp, connectBare } from './apps.ts'
import { button, type Stage, section, setStage } from './stage.ts'

let stage: Stage
let now = Date.UTC(2026, 10, 24, 2, 14)
const channel = INCIDENTS_CHANNEL
const userId = 'UALEX'
let app: BareApp

beforeAll(async () => {
  stage = await setStage({ clock: () => now })
  app = await connectBare(stage)
})
afterAll(async () => {
  app.close()
  await stage.close()
})

async function answer(url: string, body: object): Promise<{ status: number; text: string }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: response.status, text: await response.text() }
}

async function commandUrl(): Promise<string> {
  await stage.workspace.command({ channel, userId, text: '/ip 203.0.113.9' })
  return String(app.last()['response_url'])
}

async function buttonUrl(args: object = {}): Promise<{ url: string; ts: string }> {
  const posted = await stage.call('chat.postMessage', {
    channel,
    text: 'card',
    blocks: [section('card'), button('b')],
    ...args,
  })
  const ts = String(posted['ts'])
  await stage.workspace.press({ channel, ts, actionId: 'b', userId })
  return { url: String(app.last()['response_url']), ts }
}

test('a command arrives in the flat form', async () => {
  await commandUrl()
  expect(app.last()).toEqual({
    token: expect.any(String) as string,
    team_id: 'T0FIREBREAK',
    team_domain: 'firebreak-practice',
    channel_id: channel,
    channel_name: 'sec-incidents',
    user_id: 'UALEX',
    user_name: 'alex',
    command: '/ip',
    text: '203.0.113.9',
    api_app_id: 'AFIREBREAK',
    is_enterprise_install: 'false',
    response_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/response\/[0-9a-f]{48}$/) as string,
    trigger_id: expect.stringMatching(/^\d+\.\d+\.[0-9a-f]+$/) as string,
  })
})

test('the sixth use of a response_url is refused', async () => {
  const url = await commandUrl()
  for (let use = 1; use <= 5; use += 1)
    expect(await answer(url, { text: `use ${use}` })).toEqual({ status: 200, text: 'ok' })
  expect(await answer(url, { text: 'use 6' })).toEqual({
    status: 404,
    text: '{"ok":false,"error":"used_url"}',
  })
  const texts = (await stage.workspace.ephemerals(userId)).map(({ text }) => text)
  expect(texts.filter((text) => text.startsWith('use'))).toEqual([
    'use 1',
    'use 2',
    'use 3',
    'use 4',
    'use 5',
  ])
})

test('a response_url answers for 30 minutes', async () => {
  const url = await commandUrl()
  now += 30 * 60_000 - 1
  expect(await answer(url, { text: 'in time' })).toMatchObject({ status: 200 })
  now += 1
  expect(await answer(url, { text: 'late' })).toEqual({
    status: 404,
    text: '{"ok":false,"error":"expired_url"}',
  })
})

test('an unknown response_url, and blocks that Slack would refuse, give 404 and JSON', async () => {
  expect(await answer(`http://127.0.0.1:${stage.workspace.port}/response/none`, { text: 'x' })).toMatchObject(
    { status: 404 },
  )
  const refused = await answer(await commandUrl(), { blocks: [{ type: 'nonsense' }] })
  expect(refused.status).toBe(404)
  expect(JSON.parse(refused.text)).toMatchObject({ ok: false, error: 'invalid_blocks' })
})

test('an answer to a button goes to its presser, in the thread that it names', async () => {
  const { url, ts } = await buttonUrl()
  await answer(url, { text: 'in the thread', thread_ts: ts })
  await answer(url, { text: 'for all', response_type: 'in_channel', thread_ts: ts })
  expect((await stage.workspace.ephemerals(userId)).at(-1)).toMatchObject({
    text: 'in the thread',
    threadTs: ts,
  })
  expect((await stage.workspace.messages(channel)).at(-1)).toMatchObject({
    text: 'for all',
    threadTs: ts,
    onlyFor: null,
  })
})

test('replace_original redraws the card and delete_original removes it', async () => {
  const { url, ts } = await buttonUrl()
  await answer(url, { text: 'redrawn', blocks: [], replace_original: true })
  const redrawn = (await stage.workspace.messages(channel)).find((message) => message.ts === ts)
  expect(redrawn).toMatchObject({ text: 'redrawn', blocks: [] })
  await answer(url, { delete_original: true })
  expect((await stage.workspace.messages(channel)).map((message) => message.ts)).not.toContain(ts)
})

test('an answer that is no JSON object is refused, and uses nothing up', async () => {
  const url = await commandUrl()
  for (const body of ['{"text":', '["a list"]', 'text=words']) {
    const response = await fetch(url, { method: 'POST', body })
    expect([response.status, await response.json()]).toEqual([404, { ok: false, error: 'invalid_payload' }])
  }
  for (let use = 0; use < 5; use++) expect((await answer(url, { text: 'used' })).status).toBe(200)
})
