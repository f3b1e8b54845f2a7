import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PlayerPort } from '../../src/workspace/index.ts'
import { type Stage, setStage } from './stage.ts'

/** A player that only remembers what it was told. */
function rememberingPlayer(): PlayerPort {
  const listeners: (() => void)[] = []
  let state = 'playing'
  const become = (next: string) => () => {
    state = next
    for (const listener of listeners) listener()
  }
  return {
    state: () => ({ name: 'opening', state }),
    pause: become('paused'),
    resume: become('playing'),
    onChange: (listener) => listeners.push(listener),
  }
}

let stage: Stage
let plain: Stage
beforeAll(async () => {
  stage = await setStage({ player: rememberingPlayer() })
  plain = await setStage()
})
afterAll(async () => {
  await stage.close()
  await plain.close()
})

function steer(on: Stage, what: unknown): Promise<Response> {
  return fetch(`${on.workspace.url}play`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ do: what }),
  })
}

async function playOf(on: Stage): Promise<unknown> {
  const response = await fetch(`${on.workspace.url}state?as=UALEX`)
  return ((await response.json()) as { play: unknown }).play
}

test('the page sees what is played, and can pause it and let it go on', async () => {
  expect(await playOf(stage)).toEqual({ name: 'opening', state: 'playing' })
  const paused = await steer(stage, 'pause')
  expect(await paused.json()).toEqual({ play: { name: 'opening', state: 'paused' } })
  expect(await playOf(stage)).toEqual({ name: 'opening', state: 'paused' })
  await steer(stage, 'resume')
  expect(await playOf(stage)).toEqual({ name: 'opening', state: 'playing' })
})

test('pages that are open hear of it', async () => {
  const open = new AbortController()
  const events = await fetch(`${stage.workspace.url}events`, { signal: open.signal })
  const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader()
  expect((await reader?.read())?.value).toContain('retry')
  await steer(stage, 'pause')
  expect((await reader?.read())?.value).toContain('event: changed')
  open.abort()
})

test.each(['stop', '', null, { pause: true }])('%j is nothing that a play takes', async (what) => {
  const response = await steer(stage, what)
  expect(response.status).toBe(400)
  expect(await response.text()).toBe('A play takes pause and resume.\n')
})

test('where nothing is played the page is told so', async () => {
  expect(await playOf(plain)).toBeNull()
  const response = await steer(plain, 'pause')
  expect(response.status).toBe(404)
  expect(await response.text()).toBe('Nothing is played here.\n')
})
