import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Opened, open } from '../../src/db/open.ts'
import { isHotFull, Tidier } from '../../src/jobs/tidy.ts'
import { fromMillis, type Micros } from '../../src/model/time.ts'
import { wireTidy } from '../../src/wire.ts'
import { onlooker } from '../helpers/as-owner.ts'
import { dumpGraph, openWorld, type World } from '../helpers/seed.ts'
import { auditEvent } from '../helpers/seed-records.ts'
import { until } from '../helpers/until.ts'

let world: World
let owner: pg.Client
let opened: Opened
beforeAll(async () => {
  world = await openWorld()
  owner = await onlooker(world.database.ownerUrl)
  opened = open(world.database.urls.ingest, 'test tidy', { session: ['-c lock_timeout=50'] })
})
beforeEach(async () => {
  await world.reset()
  await owner.query('update ring set since = now()')
  warnings.length = 0
})
afterAll(async () => {
  await opened.close()
  await owner.end()
  await world.close()
})

const warnings: string[] = []
const machine = (): Micros => fromMillis(Date.now())

function tidier(now = machine, signal = new AbortController().signal): Tidier {
  return new Tidier({ pool: opened.pool, now, warn: (_err, message) => warnings.push(message), signal })
}

const hot = async () => (await owner.query('select 1 from edge_hot')).rows.length

test('nothing is packed while the hot rows are few and young; after six hours they are', async () => {
  await world.absorb([auditEvent(), auditEvent({ user: 'bob' })])
  expect(await tidier().run()).toMatchObject({ packed: 0, postponed: [] })
  expect(await hot()).toBe(2)
  await owner.query("update ring set since = now() - interval '6 hours 1 minute'")
  const before = await dumpGraph(world.ingest)
  expect(await tidier().run()).toMatchObject({ packed: 2, postponed: [] })
  expect(await hot()).toBe(0)
  expect(await dumpGraph(world.ingest)).toEqual(before)
  // The ring was moved on just now.
  await world.absorb([auditEvent()])
  expect(await tidier().run()).toMatchObject({ packed: 0 })
  expect(await tidier().run({ atOnce: true })).toMatchObject({ packed: 1 })
  expect(warnings).toEqual([])
})

test('what a run that was killed between its two steps left is packed by the next one', async () => {
  await world.absorb([auditEvent()])
  await opened.pool.query('select graph_turn()')
  await world.absorb([auditEvent()])
  expect(await tidier().run()).toMatchObject({ packed: 1 })
  expect(await hot()).toBe(1)
})

test('hot tables are full by the size of their file', async () => {
  await world.absorb([auditEvent()])
  expect(await isHotFull(opened.pool)).toBe(false)
  expect(await isHotFull(opened.pool, 8192)).toBe(true)
})

function monthAhead(count: number): string {
  const now = new Date()
  const day = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + count))
  return day.toISOString().slice(0, 7).replace('-', '_')
}

test('partitions are made three months ahead, those of before the retention are dropped, and a longer one brings months back', async () => {
  // As it is when a month has begun since the last run.
  const ahead = ['edge_day', 'sum_day', 'event', 'flow_hour'].map((table) => `${table}_${monthAhead(3)}`)
  await owner.query(`drop table ${ahead.join(', ')}`)
  expect((await tidier().run()).made).toEqual(ahead)
  expect((await tidier().run()).made).toEqual([])
  await owner.query('update retention set months = 3')
  const shorter = await tidier().run()
  expect(shorter).toMatchObject({ made: [] })
  expect(shorter.dropped).toHaveLength(4 * 9)
  await owner.query('update retention set months = 12')
  expect((await tidier().run()).made).toEqual(expect.arrayContaining([...shorter.dropped]))
})

test('a step that fails is told once, does not keep the others from being done, and is told again after it has worked', async () => {
  await world.absorb([auditEvent()])
  const wrong = machine() + 40 * 86_400_000_000
  let clock = wrong
  const one = tidier(() => clock)
  expect(await one.run({ atOnce: true })).toMatchObject({
    packed: 1,
    made: [],
    dropped: [],
    sealed: 0,
  })
  await one.run()
  expect(warnings).toEqual(['making partitions', 'dropping old partitions', 'forgetting hashes'])
  clock = machine()
  await one.run()
  clock = wrong
  await one.run()
  expect(warnings).toHaveLength(6)
})

test('what somebody holds for long is postponed, and no fault', async () => {
  await world.absorb([auditEvent()])
  await owner.query('begin; select 1 from tidying for update')
  const steps = ['making partitions', 'dropping old partitions', 'forgetting hashes', 'packing']
  expect(await tidier().run({ atOnce: true })).toMatchObject({ packed: 0, postponed: steps })
  await owner.query('rollback')
  // A writer in the middle of a batch keeps the ring from moving on.
  await owner.query('begin; select 1 from ring for share')
  expect(await tidier().run({ atOnce: true })).toMatchObject({ packed: 0, postponed: ['packing'] })
  await owner.query('rollback')
  expect(await tidier().run({ atOnce: true })).toMatchObject({ packed: 1, postponed: [] })
  expect(warnings).toEqual([])
})

test('nothing is begun once it is to stop', async () => {
  await world.absorb([auditEvent()])
  const stopped = new AbortController()
  stopped.abort()
  expect(await tidier(machine, stopped.signal).run({ atOnce: true })).toMatchObject({ packed: 0 })
  expect(await hot()).toBe(1)
  expect(warnings).toEqual([])
})

test('closing one that tidies cancels nothing of another one in the same process', async () => {
  await world.absorb([auditEvent()])
  await opened.pool.query('select graph_turn()')
  await owner.query('begin; select 1 from tidying for update')
  const wired = () => wireTidy(world.database.urls, (_err, what) => warnings.push(what))
  const [one, two] = [wired(), wired()] as const
  const runs = [one.tidier.run({ atOnce: true }), two.tidier.run({ atOnce: true })] as const
  const waiting = `select 1 from pg_stat_activity
    where application_name like 'firebreak tidy%' and wait_event_type = 'Lock' and datname = current_database()`
  await until(async () => (await opened.pool.query(waiting)).rows.length === 2)
  await one.close()
  await owner.query('rollback')
  const [first, second] = await Promise.all(runs)
  await two.close()
  expect(first).toMatchObject({ packed: 0, postponed: [] })
  expect(second).toMatchObject({ packed: 1, postponed: [] })
  expect(warnings).toEqual([])
})
