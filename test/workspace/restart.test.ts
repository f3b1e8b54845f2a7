import { afterAll, beforeAll, expect, test } from 'vitest'
import { INCIDENTS_CHANNEL, seedWorkspace, startWorkspace } from '../../src/workspace/index.ts'
import { type Stage, setStage } from './stage.ts'

let stage: Stage
const channel = INCIDENTS_CHANNEL

beforeAll(async () => {
  stage = await setStage()
})
afterAll(() => stage.close())

test('a restart shows the same channels, messages and threads, and goes on after the newest ts', async () => {
  const { ts } = await stage.call('chat.postMessage', {
    channel,
    text: 'kept',
    metadata: { event_type: 'x', event_payload: {} },
  })
  const reply = await stage.call('chat.postMessage', { channel, text: 'kept too', thread_ts: ts })
  await stage.call('chat.postEphemeral', { channel, user: 'UALEX', text: 'not kept' })
  const before = [
    await stage.call('conversations.history', { channel }),
    await stage.call('conversations.list'),
  ]
  await stage.restart()
  await seedWorkspace(stage.pool)
  expect([
    await stage.call('conversations.history', { channel }),
    await stage.call('conversations.list'),
  ]).toEqual(before)
  expect(await stage.workspace.messages(channel)).toMatchObject([
    { text: 'kept' },
    { text: 'kept too', threadTs: ts },
  ])
  expect(await stage.workspace.ephemerals('UALEX')).toEqual([])
  const after = await stage.call('chat.postMessage', { channel, text: 'later' })
  expect(String(after['ts']) > String(reply['ts'])).toBe(true)
})

test('a clock that was set back does not give a ts twice', async () => {
  const { ts } = await stage.call('chat.postMessage', { channel, text: 'now' })
  const { pool, tokens } = stage
  const earlier = await startWorkspace({ pool, port: 0, tokens, clock: () => 1_000_000_000_000 })
  const response = await fetch(`${earlier.apiUrl}chat.postMessage`, {
    method: 'POST',
    body: new URLSearchParams({ channel, text: 'then', token: tokens.botToken }),
  })
  const answer = (await response.json()) as { ts: string }
  expect(answer.ts > String(ts)).toBe(true)
  await earlier.close()
})

test('a taken port is told with what to do', async () => {
  const { pool, tokens, workspace } = stage
  const { port } = workspace
  await expect(startWorkspace({ pool, port, tokens })).rejects.toThrow(
    `Port ${port} is taken. Set FIREBREAK_PORT to another one, or stop the program that uses it.`,
  )
})
