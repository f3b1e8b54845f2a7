import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Transport } from '../../src/workspace/app-link.ts'
import { Faults } from '../../src/workspace/control/faults.ts'
import { Deliveries } from '../../src/workspace/deliveries.ts'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { Wire } from '../../src/workspace/wire.ts'
import { connectBare } from './apps.ts'
import { button, type Stage, setStage } from './stage.ts'

const channel = INCIDENTS_CHANNEL
let stage: Stage

beforeAll(async () => {
  stage = await setStage()
})
afterAll(() => stage.close())

async function arm(kind: string, method: string): Promise<void> {
  expect((await stage.control('POST', 'faults', { kind, method, seconds: 0.02 })).status).toBe(200)
}

/** Announces a file; where its bytes go, and its id. */
async function announce(length: number): Promise<{ url: string; id: string }> {
  const told = await stage.call('files.getUploadURLExternal', { filename: 'plan.csv', length })
  return { url: String(told['upload_url']), id: String(told['file_id']) }
}

const send = (url: string, body: string): Promise<Response> => fetch(url, { method: 'POST', body })

test('no address that lets anybody in stands on the wire or in the transcript', async () => {
  const app = await connectBare(stage)
  const { ts } = await stage.call('chat.postMessage', { channel, text: 'x', blocks: [button('b')] })
  await stage.workspace.press({ channel, ts: String(ts), actionId: 'b', userId: 'UALEX' })
  const responseUrl = String(app.last()['response_url'])
  const { url } = await announce(1)
  // As a form of another language writes it, and as one address in another.
  const escaped = responseUrl.replaceAll('/', '\\/')
  await stage.call('api.test', { escaped, within: `https://127.0.0.1/?to=${encodeURIComponent(url)}` })
  const { told } = await stage.control('GET', 'transcript')
  for (const text of [JSON.stringify(told), JSON.stringify(await stage.wire())]) {
    for (const secret of [responseUrl, url]) expect(text).not.toContain(secret.split('/').at(-1))
    expect(text).toContain('/response/…')
    expect(text).toContain('/upload/v1/…')
  }
  app.close()
})

test('bytes of files pass over the wire by their size', async () => {
  const { url, id } = await announce(3)
  expect((await send(url, '<!')).status).toBe(400)
  expect((await send(url, 'a,b')).status).toBe(200)
  await stage.call('files.completeUploadExternal', { files: [{ id }] })
  const { file } = (await stage.call('files.info', { file: id })) as unknown as {
    file: { url_private: string }
  }
  const headers = { authorization: `Bearer ${stage.tokens.botToken}` }
  expect((await fetch(file.url_private, { headers })).status).toBe(200)
  expect((await fetch(file.url_private.replace(id, 'F0NONE'), { headers })).status).toBe(404)
  const passed = (await stage.wire()).filter(({ via }) => via === 'upload' || via === 'download')
  expect(passed).toMatchObject([
    { what: 'upload', ok: false, error: '3 bytes were announced, and 2 came.' },
    { what: 'upload', ok: true, sent: { file: id, name: 'plan.csv', bytes: 3 } },
    { what: 'download', ok: true, sent: { file: id }, answered: { bytes: 3 } },
    { what: 'download', ok: false, error: 'There is no such file.' },
  ])
})

test('faults strike uploads and downloads by their names', async () => {
  const { url, id } = await announce(1)
  await arm('server-error', 'upload')
  expect((await send(url, 'x')).status).toBe(500)
  await arm('hang', 'upload')
  await expect(send(url, 'x')).rejects.toThrow()
  // The bytes are kept and the answer is lost: nothing is awaited any more.
  await arm('drop', 'upload')
  await expect(send(url, 'x')).rejects.toThrow()
  expect((await send(url, 'x')).status).toBe(404)
  expect((await stage.wire()).slice(-3)).toMatchObject([
    { what: 'upload', ok: false, error: 'server-error by control', answered: null },
    { what: 'upload', ok: false, error: 'hang by control', answered: null },
    { what: 'upload', ok: false, error: 'drop by control', answered: { ok: true } },
  ])
  await stage.call('files.completeUploadExternal', { files: [{ id }] })
  await arm('server-error', 'download')
  const headers = { authorization: `Bearer ${stage.tokens.botToken}` }
  const { origin } = new URL(stage.workspace.apiUrl)
  const get = (): Promise<Response> => fetch(`${origin}/files-pri/${id}/plan.csv`, { headers })
  expect([(await get()).status, (await get()).status]).toEqual([500, 200])
})

test('a transport that breaks while an event is sent again is told to the log', async () => {
  const lines: object[] = []
  let sendings = 0
  const sockets: Transport = {
    via: 'socket',
    send: () => {
      if (++sendings > 1) throw new Error('the transport broke')
      const delivered = Promise.resolve({ outcome: 'failed', word: 'dispatch_failed', seen: '' } as const)
      return { delivered, again: () => delivered }
    },
  }
  const wireOf = new Wire(Date.now, () => undefined)
  const log = (line: object): void => void lines.push(line)
  const faults = new Faults()
  const expireTrigger = (): void => undefined
  const deliveries = new Deliveries({ sockets, faults, wire: wireOf, ackWithin: 100, expireTrigger, log })
  await deliveries.deliver('events_api', { event: { type: 'app_home_opened' } }, false)
  await expect
    .poll(() => lines)
    .toMatchObject([
      {
        exchange: 'app_home_opened',
        fault: 'the transport broke',
        stack: expect.stringContaining('wire.test') as string,
      },
    ])
  deliveries.close()
})
