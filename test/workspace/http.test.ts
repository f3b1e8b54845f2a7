import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { App, type BlockAction, HTTPReceiver, LogLevel } from '@slack/bolt'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { button, type Stage, setStage } from './stage.ts'

const channel = INCIDENTS_CHANNEL
const userId = 'UALEX'
let stage: Stage
const servers: Server[] = []

beforeAll(async () => {
  stage = await setStage({ ackWithin: 500 })
})
afterEach(async () => {
  await stage.workspace.useAddress(null)
  for (const server of servers.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
})
afterAll(() => stage.close())

interface Heard {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** An app in twenty lines: keeps what it hears and answers as told, the challenge always right. */
async function listenAs(
  answer: (heard: Heard) => { status: number; body: string },
): Promise<{ url: string; heard: Heard[] }> {
  const heard: Heard[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => {
      body += chunk
    })
    request.on('end', () => {
      const isChallenge = body.includes('url_verification')
      const told = { headers: request.headers, body }
      if (!isChallenge) heard.push(told)
      const { challenge } = isChallenge ? (JSON.parse(body) as { challenge: string }) : { challenge: '' }
      const { status, body: said } = isChallenge ? { status: 200, body: challenge } : answer(told)
      response.writeHead(status).end(said)
    })
  })
  servers.push(server)
  const url = await new Promise<string>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`)
    })
  })
  return { url, heard }
}

const arm = (kind: string, more: object): Promise<unknown> =>
  stage.control('POST', 'faults', { kind, ...more })

const command = (): Promise<unknown> => stage.workspace.command({ channel, userId, text: '/ip 1' })

/** What Slack documents of its signature, computed here anew. */
function isSigned({ headers, body }: Heard): boolean {
  const at = headers['x-slack-request-timestamp']
  const mac = createHmac('sha256', stage.tokens.signingSecret)
    .update(`v0:${String(at)}:${body}`)
    .digest('hex')
  return headers['x-slack-signature'] === `v0=${mac}`
}

test('the unmodified Bolt app answers commands and buttons over signed HTTP', async () => {
  const slackApiUrl = stage.workspace.apiUrl
  const receiver = new HTTPReceiver({
    signingSecret: stage.tokens.signingSecret,
    port: 0,
    logLevel: LogLevel.ERROR,
  })
  const app = new App({
    token: stage.tokens.botToken,
    receiver,
    clientOptions: { slackApiUrl },
    deferInitialization: true,
    logLevel: LogLevel.ERROR,
  })
  const values: unknown[] = []
  app.command('/ip', async ({ ack, command: given }) => {
    await ack({ text: `heard ${given.text}` })
  })
  app.action<BlockAction>('ask:ip', async ({ ack, body, respond }) => {
    await ack()
    values.push(body.actions[0])
    await respond({ replace_original: false, response_type: 'ephemeral', text: 'answered' })
  })
  await app.init()
  const server = (await app.start(0)) as unknown as Server
  const { port } = server.address() as AddressInfo
  try {
    await stage.workspace.useAddress(`http://127.0.0.1:${port}/slack/events`)
    expect(await command()).toEqual({ outcome: 'acked' })
    expect((await stage.workspace.ephemerals(userId)).at(-1)?.text).toBe('heard 1')
    const blocks = [button('ask:ip', { value: '<!channel> & more' })]
    const { ts } = await stage.call('chat.postMessage', { channel, text: 'card', blocks })
    const press = { channel, ts: String(ts), actionId: 'ask:ip', userId }
    expect(await stage.workspace.press(press)).toEqual({ outcome: 'acked' })
    await stage.workspace.waitForMessage(({ text, onlyFor }) => text === 'answered' && onlyFor === userId)
    expect(values).toMatchObject([{ value: '<!channel> & more' }])
  } finally {
    await app.stop()
  }
})

test('a request is a form of exactly that type, signed over its bytes', async () => {
  const { url, heard } = await listenAs(() => ({ status: 200, body: '' }))
  await stage.workspace.useAddress(url)
  expect(await command()).toEqual({ outcome: 'acked' })
  const [first] = heard
  if (first === undefined) throw new Error('nothing came')
  expect(first.headers['content-type']).toBe('application/x-www-form-urlencoded')
  expect(isSigned(first)).toBe(true)
  const form = new URLSearchParams(first.body)
  expect([form.get('command'), form.get('text'), form.get('is_enterprise_install')]).toEqual([
    '/ip',
    '1',
    'false',
  ])
})

test('a plain answer to a command is its text; a refusal and silence are told in Slack’s words', async () => {
  const answers = [
    { status: 200, body: 'plain words' },
    { status: 401, body: '' },
  ]
  const { url } = await listenAs(() => answers.shift() ?? { status: 500, body: '' })
  await stage.workspace.useAddress(url)
  expect(await command()).toEqual({ outcome: 'acked' })
  expect((await stage.workspace.ephemerals(userId)).at(-1)?.text).toBe('plain words')
  expect(await command()).toMatchObject({ word: 'dispatch_failed' })
  const silent = createServer(() => undefined)
  servers.push(silent)
  const port = await new Promise<number>((resolve) => {
    silent.listen(0, '127.0.0.1', () => resolve((silent.address() as AddressInfo).port))
  })
  await expect(stage.workspace.useAddress(`http://127.0.0.1:${port}/`)).rejects.toThrow(
    "did not prove to be the app's: no answer in time.",
  )
})

test('an address that is not on this machine, or is not an app’s, is refused and nothing changes', async () => {
  for (const address of [
    'https://hooks.slack.com/x',
    'http://192.0.2.1/',
    'http://evil.example/',
    'nonsense',
  ])
    await expect(stage.workspace.useAddress(address)).rejects.toThrow('give one of this machine')
  const told = await fetch(`${stage.workspace.controlUrl}app`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stage.tokens.controlToken}` },
    body: JSON.stringify({ request_url: 'http://evil.example/' }),
  })
  expect([told.status, await told.json()]).toEqual([
    400,
    { message: expect.stringContaining('give one of this machine') as string },
  ])
  expect(await command()).toMatchObject({ word: 'dispatch_failed' })
})

test('a skewed clock, a duplicate and a replay reach the app as such', async () => {
  const { url, heard } = await listenAs(() => ({ status: 200, body: '' }))
  await stage.workspace.useAddress(url)
  await arm('skew', { seconds: -600 })
  await command()
  const age = Date.now() / 1_000 - Number(heard[0]?.headers['x-slack-request-timestamp'])
  expect(Math.round(age / 10)).toBe(60)
  expect(heard.every(isSigned)).toBe(true)

  await arm('replay', { method: 'slash_commands' })
  await command()
  expect(heard).toHaveLength(3)
  const signature = (at: number): unknown => heard[at]?.headers['x-slack-signature']
  expect(signature(1)).toBe(signature(2))

  await arm('duplicate', { method: 'slash_commands' })
  await command()
  expect(heard[4]?.headers['x-slack-retry-num']).toBe('1')
  expect(heard[4]?.body).toBe(heard[3]?.body)
})

test('an answer without an end is read no further than 1 MiB', async () => {
  let isCut = false
  const endless = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => {
      body += chunk
    })
    request.on('end', () => {
      if (body.includes('url_verification')) {
        response.end((JSON.parse(body) as { challenge: string }).challenge)
        return
      }
      const write = (): void => {
        while (!response.destroyed && response.write('x'.repeat(64 * 1024)));
      }
      response.on('drain', write).on('close', () => {
        isCut = true
      })
      write()
    })
  })
  servers.push(endless)
  const port = await new Promise<number>((resolve) => {
    endless.listen(0, '127.0.0.1', () => resolve((endless.address() as AddressInfo).port))
  })
  await stage.workspace.useAddress(`http://127.0.0.1:${port}/`)
  expect(await command()).toMatchObject({ word: 'dispatch_failed' })
  expect((await stage.wire()).at(-1)?.error).toBe('dispatch_failed: an answer of more than 1 MiB')
  await expect.poll(() => isCut).toBe(true)
})
