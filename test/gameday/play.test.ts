import { beforeEach, expect, test, vi } from 'vitest'
import { castOf } from '../../src/gameday/opening/cast.ts'
import { Player, type Progress } from '../../src/gameday/play.ts'
import type { Scenario, TimedRecord } from '../../src/gameday/scenario.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { auditEvent } from '../helpers/seed-records.ts'

const HINTS = [{ id: 'secrets', text: 'Press Secrets accessed.', shows: { button: 'Secrets accessed' } }]

let clock: FakeClock
let fed: number[][]
let saved: Progress[]
let warned: unknown[]

beforeEach(() => {
  clock = new FakeClock()
  fed = []
  saved = []
  warned = []
})

/** One audit event at each of the given seconds, in a play of ten seconds; a flow line where it says so. */
function scenario(seconds: readonly number[], flows: readonly number[] = []): Scenario {
  const record = (arrives: number, raw: object | string): TimedRecord => ({
    at: arrives,
    arrives,
    kind: typeof raw === 'string' ? 'flow' : 'audit',
    raw,
  })
  const cast = castOf(1)
  const records = [
    ...seconds.map((second) => record(second, auditEvent())),
    ...flows.map((second) => record(second, '5 111122223333 eni-1')),
  ]
  return {
    name: 'short',
    length: 10,
    scope: cast.scope,
    cast,
    hints: HINTS,
    records: records.toSorted((a, b) => a.arrives - b.arrives),
  }
}

function playerOf(
  scene: Scenario,
  absorb: (records: readonly TimedRecord[]) => Promise<void> = async () => undefined,
): Player {
  return new Player(scene, {
    clock,
    async absorb(records) {
      await absorb(records)
      fed.push(records.map(({ arrives }) => arrives))
    },
    save: async (progress) => {
      saved.push(progress)
    },
    warn: (err) => warned.push(err),
  })
}

/** A busy machine may take its time. */
const waitUntil = (holds: () => boolean): Promise<boolean> => vi.waitUntil(holds, 10_000)

/** Lets the clock go on once the player waits for it. */
async function advance(millis: number): Promise<void> {
  await waitUntil(() => clock.isAwaited)
  clock.advance(millis)
}

test('records come in when they are due, in order, and then the play is done', async () => {
  const player = playerOf(scenario([0, 0, 1, 4, 9]))
  const played = player.start()
  await waitUntil(() => fed.length === 1)
  await advance(1_000)
  await waitUntil(() => fed.length === 2)
  await advance(8_500)
  await waitUntil(() => fed.length === 3)
  expect(player.state()).toMatchObject({ name: 'short', state: 'playing', at: 9.5, length: 10, hints: HINTS })
  await advance(500)
  await played
  expect(fed).toEqual([[0, 0], [1], [4, 9]])
  expect(player.state()).toMatchObject({ state: 'done', at: 10, heldBack: 0 })
  expect(saved.at(-1)).toEqual({ at: 10, heldBack: 0, isDone: true })
})

test('what no source reads yet is held back and counted', async () => {
  const player = playerOf(scenario([0], [0, 0, 3]))
  const played = player.start()
  await waitUntil(() => fed.length === 1)
  await waitUntil(() => player.state().heldBack === 2)
  await advance(10_000)
  await played
  expect(player.state()).toMatchObject({ state: 'done', heldBack: 3 })
  expect(fed).toEqual([[0]])
})

test('a pause stops the clock of the play at once, and going on loses nothing', async () => {
  const player = playerOf(scenario([0, 5]))
  const states: string[] = []
  player.onChange(() => states.push(player.state().state))
  const played = player.start()
  await waitUntil(() => fed.length === 1)
  await waitUntil(() => clock.isAwaited)
  clock.advance(2_000)
  player.pause()
  await waitUntil(() => !clock.isAwaited)
  clock.advance(60_000)
  expect(player.state()).toMatchObject({ state: 'paused', at: 2 })
  expect(fed).toHaveLength(1)
  player.resume()
  await advance(3_000)
  await waitUntil(() => fed.length === 2)
  await advance(5_000)
  await played
  expect(states).toEqual(['playing', 'paused', 'playing', 'done'])
})

test('a play that is stopped ends where it is and says so to the next start', async () => {
  const player = playerOf(scenario([0, 5]))
  const played = player.start()
  await advance(4_000)
  await player.stop()
  await played
  expect(player.state()).toMatchObject({ state: 'stopped', at: 4 })
  expect(saved.at(-1)).toEqual({ at: 4, heldBack: 0, isDone: false })
  player.resume()
  expect(player.state().state).toBe('stopped')
  expect(clock.isAwaited).toBe(false)
})

test('a play that is over stays done when it is stopped', async () => {
  const player = playerOf(scenario([0]))
  const played = player.start()
  await advance(10_000)
  await played
  await player.stop()
  expect(player.state().state).toBe('done')
})

test('a batch that cannot be taken in is tried again, told once, and not skipped', async () => {
  let left = 3
  const player = playerOf(scenario([0, 2]), async () => {
    if (left-- > 0) throw new Error('the database is away')
  })
  const played = player.start()
  for (let tries = 0; tries < 3; tries++) await advance(1_000)
  await waitUntil(() => fed.length > 0)
  await advance(10_000)
  await played
  expect(fed.flat()).toEqual([0, 2])
  expect(warned).toHaveLength(1)
})

test('a play whose database never comes back can still be stopped', async () => {
  const player = playerOf(scenario([0]), () => Promise.reject(new Error('the database is away')))
  const played = player.start()
  await waitUntil(() => warned.length === 1)
  await player.stop()
  await played
  expect(fed).toEqual([])
  expect(player.state().state).toBe('stopped')
})

test('the play is noted before its first record, so that whoever is killed is not played to twice', async () => {
  const player = playerOf(scenario([0]), async () => {
    expect(saved).toEqual([{ at: 0, heldBack: 0, isDone: false }])
  })
  void player.start()
  await waitUntil(() => fed.length === 1)
  await player.stop()
})
