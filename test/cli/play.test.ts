import { sql } from 'kysely'
import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { preparePlay } from '../../src/cli/play.ts'
import { openPool } from '../../src/db/open.ts'
import { castOf } from '../../src/gameday/opening/cast.ts'
import { hintsOf } from '../../src/gameday/opening/hints.ts'
import { readPlayRow, writePlayRow } from '../../src/workspace/index.ts'
import { asOwner } from '../helpers/as-owner.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { acrossScopes } from '../helpers/scope-lint.ts'
import { openWorld, type World } from '../helpers/seed.ts'
import { auditEvent } from '../helpers/seed-records.ts'

let world: World
let pool: pg.Pool
let said: string[]
let clock: FakeClock

beforeAll(async () => {
  world = await openWorld()
  pool = openPool(world.database.urls.workspace, 'test workspace', 2)
})
afterAll(async () => {
  await pool.end()
  await world.close()
})
beforeEach(async () => {
  await world.reset()
  await asOwner(world.database.ownerUrl, 'delete from workspace.play')
  said = []
  clock = new FakeClock()
})

function prepare(seed: number | null = null) {
  return preparePlay({
    pool,
    ingest: world.deps(),
    seed,
    clock,
    warn: (err) => {
      throw err
    },
    say: (line) => said.push(line),
  })
}

async function requests(): Promise<number> {
  const rows = world.ingest
    .selectFrom('edge_all')
    .select(sql<number>`coalesce(sum(success + failure + unauthorized + forbidden), 0)::bigint`.as('n'))
  const { n } = await acrossScopes(() => rows.executeTakeFirstOrThrow())
  return n
}

test('an empty workspace gets the opening scenario, and how far it came is kept', async () => {
  const play = await prepare()
  const played = play?.start()
  await vi.waitUntil(() => clock.isAwaited, 20_000)
  clock.advance(3_000)
  await vi.waitUntil(async () => (await readPlayRow(pool))?.position === 3, 20_000)
  await play?.stop()
  await played
  expect(await readPlayRow(pool)).toMatchObject({ name: 'opening', seed: 1, position: 3, isDone: false })
  expect((await readPlayRow(pool))?.heldBack).toBeGreaterThan(100)
  expect(await world.ingest.selectFrom('incident').select('severity').execute()).toEqual([{ severity: 5 }])
})

test.each([
  [false, 'stopped'],
  [true, 'done'],
] as const)(
  'a play that is done: %s is shown as %s by the next start, which plays nothing',
  async (isDone, state) => {
    await world.absorb([auditEvent()])
    await writePlayRow(pool, { name: 'opening', seed: 3, started: 1, position: 41.5, heldBack: 7, isDone })
    const before = await requests()
    const play = await prepare()
    await play?.start()
    play?.resume()
    expect(play?.state()).toMatchObject({ name: 'opening', state, at: 41.5, length: 120, heldBack: 7 })
    expect(JSON.stringify(play?.state())).toContain('Secrets accessed')
    expect(await requests()).toBe(before)
    await play?.stop()
    expect(said).toEqual([])
  },
)

test('where records came by another way, nothing is played', async () => {
  await world.absorb([auditEvent()])
  expect(await prepare()).toBeNull()
  expect(said).toEqual([])
})

test('a seed that comes too late is told what to do', async () => {
  await world.absorb([auditEvent()])
  expect(await prepare(9)).toBeNull()
  expect(said).toEqual([
    'This workspace has its records already, so --seed 9 plays nothing. Add --fresh to start over.',
  ])
})

test.each([
  [null, 2],
  [3, 3],
] as const)(
  'a start that ended before its first record is played again from the beginning: --seed %s after seed 2 plays seed %i',
  async (chosen, seed) => {
    const ended = await prepare(2)
    const over = ended?.start()
    await ended?.stop()
    await over
    expect(await readPlayRow(pool)).toMatchObject({ seed: 2, position: 0, isDone: false })
    expect(await requests()).toBe(0)

    const play = await prepare(chosen)
    expect(play?.state()).toMatchObject({ state: 'paused', at: 0, hints: hintsOf(castOf(seed)) })
    const played = play?.start()
    await vi.waitUntil(() => clock.isAwaited, 20_000)
    await play?.stop()
    await played
    expect((await readPlayRow(pool))?.seed).toBe(seed)
    expect(await requests()).toBeGreaterThan(1_000)
    expect(said).toEqual([])
  },
)
