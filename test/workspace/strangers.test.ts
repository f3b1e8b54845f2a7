import { request } from 'node:http'
import { connect } from 'node:net'
import nock from 'nock'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { type Stage, setStage } from './stage.ts'

const channel = INCIDENTS_CHANNEL
let stage: Stage

beforeAll(async () => {
  stage = await setStage()
})
afterAll(() => stage.close())

/** The status of a request with any headers, also those that fetch would not send. */
function ask(path: string, headers: { [name: string]: string }, body = ''): Promise<number> {
  const { port } = stage.workspace
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method: 'POST', headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

test("a page of another site reaches nothing that programs use, with the bot's token or without", async () => {
  await stage.control('POST', 'faults', { kind: 'server-error' })
  const before = await stage.wire()
  const authorization = `Bearer ${stage.tokens.botToken}`
  for (const path of [
    '/api/api.test',
    '/api/blocks.validate',
    '/response/none',
    '/upload/v1/none',
    '/files-pri/none/none',
    '/_sim/faults',
  ])
    for (const from of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      expect(await ask(path, from), path).toBe(403)
      expect(await ask(path, { ...from, authorization }), path).toBe(403)
    }
  expect(await stage.wire()).toEqual(before)
  expect((await stage.control('GET', 'faults')).told['armed']).toHaveLength(1)
  await stage.control('DELETE', 'faults')
})

test('a call without a token uses no fault up, and the wire keeps nothing of its body', async () => {
  await stage.control('POST', 'faults', { kind: 'server-error' })
  const json = { 'content-type': 'application/json' }
  const body = JSON.stringify({ channel, text: '<!channel>'.repeat(1_000) })
  for (const method of ['chat.postMessage', 'api.test'])
    expect(await ask(`/api/${method}`, json, body)).toBe(200)
  const wrong = { ...json, authorization: 'Bearer xoxb-other' }
  expect(await ask('/api/chat.postMessage', wrong, body)).toBe(200)
  expect(await ask('/response/none', json, body)).toBe(404)
  expect(await ask('/upload/v1/none', {}, body)).toBe(404)
  expect((await stage.wire()).slice(-4)).toMatchObject([
    { what: 'chat.postMessage', error: 'not_authed', sent: null, answered: null },
    { what: 'api.test', error: null, sent: null, answered: null },
    { what: 'chat.postMessage', error: 'invalid_auth', sent: null, answered: null },
    { what: 'response_url', error: 'expired_url', sent: null, answered: null },
  ])
  expect((await stage.control('GET', 'faults')).told['armed']).toHaveLength(1)
  const authorization = `Bearer ${stage.tokens.botToken}`
  expect(await ask('/api/chat.postMessage', { ...json, authorization }, body)).toBe(500)
})

test('an upload to an address that was not given out is refused before its bytes are there', async () => {
  const { port } = stage.workspace
  const length = 10 * 1024 * 1024
  const head = `POST /upload/v1/none HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-length: ${length}\r\n\r\n`
  // The guard of the network holds an answer back until its request is whole.
  nock.restore()
  const socket = connect(port, '127.0.0.1')
  nock.activate()
  const heard = new Promise<string>((resolve, reject) => {
    socket.once('data', (data) => resolve(data.toString('utf8')))
    socket.once('error', reject)
  })
  socket.write(`${head}only the beginning`)
  expect(await heard).toMatch(/^HTTP\/1\.1 404 /)
  socket.destroy()
})
