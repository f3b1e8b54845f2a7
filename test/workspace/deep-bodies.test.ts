import { afterAll, beforeAll, expect, test } from 'vitest'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { parseJson } from '../../src/workspace/json.ts'
import { type BareApp, connectBare } from './apps.ts'
import { type Stage, setStage } from './stage.ts'

const channel = INCIDENTS_CHANNEL
const DEEP = 100_000
let stage: Stage
let app: BareApp

beforeAll(async () => {
  stage = await setStage({ ackWithin: 500 })
  app = await connectBare(stage)
})
afterAll(async () => {
  app.close()
  await stage.close()
})

const nested = (depth: number, open = '[', close = ']', core = ''): string =>
  open.repeat(depth) + core + close.repeat(depth)

async function send(url: string, body: string, type: string, token = ''): Promise<readonly unknown[]> {
  const headers = { 'content-type': type, authorization: `Bearer ${token}` }
  const response = await fetch(url, { method: 'POST', headers, body })
  const text = await response.text()
  return [response.status, parseJson(text) ?? text.trim()]
}

test('JSON is read to a depth of 200, and not beyond it', () => {
  expect(parseJson(nested(200))).toBeDefined()
  expect(parseJson(nested(201))).toBeUndefined()
  expect(parseJson(nested(200, '{"a":', '}', '1'))).toBeDefined()
  expect(parseJson(nested(201, '{"a":', '}', '1'))).toBeUndefined()
})

test('a body nested as deep as it is long is refused as one that cannot be read', async () => {
  const json = 'application/json'
  const deep = nested(DEEP)
  const { botToken, controlToken } = stage.tokens
  const post = `${stage.workspace.apiUrl}chat.postMessage`
  const named = `{"channel":"${channel}","text":"x","blocks":${deep}}`
  expect(await send(post, named, json, botToken)).toEqual([200, { ok: false, error: 'invalid_json' }])
  const form = new URLSearchParams({ channel, text: 'x', blocks: deep }).toString()
  expect(await send(post, form, 'application/x-www-form-urlencoded', botToken)).toEqual([
    200,
    { ok: false, error: 'invalid_blocks_format' },
  ])
  const validate = `${stage.workspace.apiUrl}blocks.validate`
  expect(await send(validate, `{"blocks":${deep}}`, json)).toEqual([
    200,
    { ok: false, error: 'invalid_json' },
  ])
  await stage.workspace.command({ channel, userId: 'UALEX', text: '/ip 1' })
  const responseUrl = String(app.last()['response_url'])
  expect(await send(responseUrl, `{"text":"x","attachments":${deep}}`, json)).toEqual([
    404,
    { ok: false, error: 'invalid_payload' },
  ])
  expect(await send(`${stage.workspace.url}act`, `{"values":${deep}}`, json)).toEqual([
    400,
    'The page sends JSON.',
  ])
  expect(await send(`${stage.workspace.controlUrl}faults`, `{"kind":${deep}}`, json, controlToken)).toEqual([
    400,
    'Control takes a JSON object.',
  ])
  // And the wire still tells what passed.
  expect((await stage.wire()).at(-1)).toMatchObject({ what: 'response_url', error: 'invalid_payload' })
})
