import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { type Stage, setStage } from './stage.ts'

let stage: Stage
const sockets: WebSocket[] = []

beforeAll(async () => {
  stage = await setStage({ ackWithin: 200 })
})
afterAll(async () => {
  for (const socket of sockets) socket.close()
  await stage.close()
})

interface Heard {
  readonly type: string
  readonly reason?: string
  readonly num_connections?: number
}

/** Opens a socket and gives its first message. */
async function open(): Promise<{ socket: WebSocket; first: Heard }> {
  const { url } = await stage.call('apps.connections.open', {}, stage.tokens.appToken)
  const socket = new WebSocket(String(url))
  sockets.push(socket)
  const first = await new Promise<Heard>((resolve) => {
    socket.once('message', (data: Buffer) => resolve(JSON.parse(data.toString('utf8')) as Heard))
  })
  return { socket, first }
}

test('ten sockets are greeted with their number, and the eleventh is turned away', async () => {
  for (let count = 1; count <= 10; count += 1)
    expect((await open()).first).toMatchObject({ type: 'hello', num_connections: count })
  expect((await open()).first).toEqual({ type: 'disconnect', reason: 'too_many_websockets' })
})

test('an ack of another envelope, and one that is no JSON, answer nothing', async () => {
  for (const socket of sockets) {
    socket.on('message', () => {
      socket.send('nonsense')
      socket.send(JSON.stringify({ envelope_id: 'another' }))
    })
  }
  const command = { channel: INCIDENTS_CHANNEL, userId: 'UALEX', text: '/ip 1' }
  await expect(stage.workspace.command(command)).resolves.toMatchObject({ word: 'operation_timeout' })
})

test('a person or channel that is not there, and a text that is no command, reach nobody', async () => {
  const command = { channel: INCIDENTS_CHANNEL, userId: 'UALEX', text: '/ip 1' }
  const { workspace } = stage
  await expect(workspace.command({ ...command, userId: 'UNOBODY' })).resolves.toMatchObject({
    outcome: 'absent',
  })
  await expect(workspace.command({ ...command, userId: 'UFIREBREAK' })).resolves.toMatchObject({
    outcome: 'absent',
  })
  await expect(workspace.command({ ...command, channel: 'C0NONE' })).resolves.toMatchObject({
    outcome: 'absent',
  })
  await expect(workspace.command({ ...command, text: 'hello' })).resolves.toMatchObject({ outcome: 'absent' })
})

test('after the last socket is gone, a command fails with dispatch_failed', async () => {
  for (const socket of sockets) socket.close()
  const command = { channel: INCIDENTS_CHANNEL, userId: 'UALEX', text: '/ip 1' }
  await expect
    .poll(() => stage.workspace.command(command))
    .toMatchObject({ outcome: 'failed', word: 'dispatch_failed' })
})

test('a workspace closes at once although a socket that was asked to go does not answer', async () => {
  const { socket } = await open()
  socket.pause()
  expect((await stage.control('POST', 'cut', { reason: 'refresh_requested' })).told).toEqual({ cut: 1 })
  const started = performance.now()
  await stage.restart()
  expect(performance.now() - started).toBeLessThan(5_000)
})
