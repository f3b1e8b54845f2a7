import { request } from 'node:http'
import { networkInterfaces } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Changes } from '../../src/workspace/changes.ts'
import { INCIDENTS_CHANNEL, startWorkspace } from '../../src/workspace/index.ts'
import { until } from '../helpers/until.ts'
import { type Stage, setStage } from './stage.ts'

let stage: Stage
const OLD = 'This link belongs to an earlier start. Use the one printed by npm start.'

beforeAll(async () => {
  stage = await setStage()
})
afterAll(() => stage.close())

interface Got {
  readonly status: number
  readonly text: string
  readonly headers: { readonly [name: string]: unknown }
}

/** A request with any headers, also those that fetch would not send. */
function ask(
  path: string,
  method = 'GET',
  headers: { [name: string]: string } = {},
  body = '',
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port: stage.workspace.port, path, method, headers },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          text += chunk
        })
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text: text.trim(), headers: response.headers }),
        )
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

const page = (): string => new URL(stage.workspace.url).pathname
const json = { 'content-type': 'application/json' }
const command = JSON.stringify({ channel: INCIDENTS_CHANNEL, as: 'UALEX', text: '/ip 1' })

test('an old or guessed page address is refused with a sentence', async () => {
  for (const path of ['/w/0123/', '/w/0123/state', '/w//', `/w/${stage.tokens.botToken}/`])
    expect(await ask(path)).toMatchObject({ status: 403, text: OLD })
  for (const path of ['/', '/favicon.ico', '//'])
    expect(await ask(path)).toMatchObject({ status: 404, text: OLD })
  expect(await ask('/w/0123/command', 'POST', json, command)).toMatchObject({ status: 403, text: OLD })
})

test('another name for this machine is refused, for the page and for the Web API', async () => {
  const { port } = stage.workspace
  for (const host of [
    `evil.example:${port}`,
    '127.0.0.1',
    `127.0.0.1.evil.example:${port}`,
    `0.0.0.0:${port}`,
  ]) {
    expect(await ask(page(), 'GET', { host })).toMatchObject({ status: 403 })
    expect(await ask('/api/api.test', 'GET', { host })).toMatchObject({ status: 403 })
  }
  expect(await ask(page(), 'GET', { host: `localhost:${port}` })).toMatchObject({ status: 200 })
})

test('what another site sends is refused', async () => {
  const path = `${page()}command`
  for (const headers of [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
  ])
    expect(await ask(path, 'POST', { ...json, ...headers }, command)).toMatchObject({ status: 403 })
  expect(await ask(path, 'POST', { 'content-type': 'text/plain' }, command)).toMatchObject({ status: 415 })
  const origin = `http://127.0.0.1:${stage.workspace.port}`
  const accepted = await ask(path, 'POST', { ...json, origin }, command)
  expect(JSON.parse(accepted.text)).toMatchObject({ outcome: 'failed', word: 'dispatch_failed' })
})

test('a body of more than 1 MiB is refused', async () => {
  const long = JSON.stringify({ text: 'x'.repeat(1024 * 1024) })
  for (const path of ['/api/chat.postMessage', '/response/none', `${page()}command`])
    expect(await ask(path, 'POST', json, long)).toMatchObject({ status: 413 })
})

test('a socket without a ticket, or with a used one, is refused', async () => {
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  }
  expect(await ask('/link/?ticket=none', 'GET', headers)).toMatchObject({ status: 403 })
  const opened = await stage.call('apps.connections.open', {}, stage.tokens.appToken)
  const url = String(opened['url'])
  expect(url).toMatch(new RegExp(`^ws://127\\.0\\.0\\.1:${stage.workspace.port}/link/`))
  const hello = await new Promise((resolve, reject) => {
    const socket = new WebSocket(url)
    socket.addEventListener('message', ({ data }) => {
      socket.close()
      resolve(JSON.parse(String(data)))
    })
    socket.addEventListener('error', reject)
  })
  expect(hello).toMatchObject({
    type: 'hello',
    num_connections: 1,
    connection_info: { app_id: 'AFIREBREAK' },
  })
  const { pathname, search } = new URL(url)
  expect(await ask(`${pathname}${search}`, 'GET', headers)).toMatchObject({ status: 403 })
})

test('the page runs nothing inline, loads nothing from elsewhere, and is served with its types taken out', async () => {
  const document = await ask(page())
  expect(document.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'")
  expect(document.headers['referrer-policy']).toBe('no-referrer')
  expect(document.text).toContain('Firebreak workspace simulator · local, nothing here reaches Slack or AWS')
  expect(document.text).not.toMatch(/<script>|\son[a-z]+=|https?:/)
  const seen = new Set<string>()
  const queue = ['page/main.ts']
  for (const name of queue) {
    if (seen.has(name)) continue
    seen.add(name)
    const script = await ask(`${page()}${name}`)
    expect(script, name).toMatchObject({ status: 200 })
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8')
    expect(script.text, name).not.toMatch(/innerHTML|insertAdjacentHTML|document\.write|\binterface\b.*\{/)
    for (const [, path = ''] of script.text.matchAll(/from '(\.[^']+)'/g))
      queue.push(new URL(path, `http://x/${name}`).pathname.slice(1))
  }
  expect(seen.size).toBeGreaterThan(8)
  for (const name of ['page/../index.ts', 'secrets.ts', 'page/index.html', 'page/%2e%2e/index.ts'])
    expect(await ask(`${page()}${name}`)).toMatchObject({ status: 404 })
})

test('the page sees the channel, a thread, and what is said to its person alone', async () => {
  const channel = INCIDENTS_CHANNEL
  const { ts } = await stage.call('chat.postMessage', { channel, text: 'on the page' })
  await stage.call('chat.postMessage', { channel, text: 'reply', thread_ts: ts })
  await stage.call('chat.postEphemeral', { channel, user: 'USAM', text: 'for Sam' })
  const state = async (as: string): Promise<{ ephemerals: unknown[]; messages: unknown[] }> =>
    JSON.parse((await ask(`${page()}state?as=${as}`)).text) as { ephemerals: unknown[]; messages: unknown[] }
  expect((await state('USAM')).ephemerals).toMatchObject([{ text: 'for Sam', is_ephemeral: true }])
  expect((await state('UALEX')).ephemerals).not.toContainEqual(expect.objectContaining({ text: 'for Sam' }))
  expect((await state('UALEX')).messages.at(-1)).toMatchObject({ ts, text: 'on the page', reply_count: 1 })
  const thread = JSON.parse(
    (await ask(`${page()}thread?channel=${channel}&ts=${String(ts)}`)).text,
  ) as unknown
  expect(thread).toMatchObject({ messages: [{ ts }, { text: 'reply' }] })
})

test('a write is told to the open pages', async () => {
  const stop = new AbortController()
  const response = await fetch(`${stage.workspace.url}events`, { signal: stop.signal })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  await stage.call('chat.postMessage', { channel: INCIDENTS_CHANNEL, text: 'news' })
  let heard = ''
  while (!heard.includes('event: changed')) heard += (await reader?.read())?.value ?? 'end'
  expect(heard).toContain('event: changed')
  stop.abort()
})

test('what changes together is told to the open pages once', async () => {
  const changes = new Changes()
  let told = 0
  changes.listen(() => {
    told += 1
  })
  const written: string[] = []
  const open = {
    writeHead: () => undefined,
    write: (text: string) => written.push(text),
    on: () => undefined,
    end: () => undefined,
  }
  changes.stream(open as never)
  for (let nr = 0; nr < 5; nr++) changes.tell()
  await until(() => Promise.resolve(written.length > 1))
  changes.close()
  expect([told, written.filter((text) => text.includes('changed')).length]).toEqual([5, 1])
})

test('other machines cannot connect', async () => {
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
  for (const { address } of others) {
    const refused = new Promise((resolve) => {
      request({ host: address, port: stage.workspace.port })
        .on('error', () => resolve('refused'))
        .on('response', resolve)
        .end()
    })
    expect(await refused).toBe('refused')
  }
})

test('real tokens and addresses of other machines are refused before anything listens', async () => {
  const { pool, tokens } = stage
  const start = (more: Partial<Parameters<typeof startWorkspace>[0]>): Promise<unknown> =>
    startWorkspace({ pool, tokens, port: 0, ...more })
  for (const real of [{ botToken: 'xoxb-1234-5678-abc' }, { appToken: 'xapp-1-A0-1-abc' }])
    await expect(start({ tokens: { ...tokens, ...real } })).rejects.toThrow('tokens of a real workspace')
  for (const host of ['0.0.0.0', '::', '192.0.2.1', 'firebreak.example'])
    await expect(start({ host })).rejects.toThrow(`${host} can be reached from others`)
})
