import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Question } from '../../src/lookups/lookup.ts'
import type { Answer, LookupName } from '../../src/model/answer.ts'
import { onlooker } from '../helpers/as-owner.ts'
import { packAll } from '../helpers/pack.ts'
import { absorbRecords, dumpGraph, micros, openWorld, type World } from '../helpers/seed.ts'
import { type AuditSpec, auditEvent, clock } from '../helpers/seed-records.ts'
import { until } from '../helpers/until.ts'

let world: World
let owner: pg.Client
beforeAll(async () => {
  world = await openWorld()
  owner = await onlooker(world.database.ownerUrl)
})
beforeEach(() => world.reset())
afterAll(async () => {
  await owner.end()
  await world.close()
})

const PAYMENTS = '111122223333/eu-west-1/payments'
const BATCH = '111122223333/eu-west-1/batch'

/** Requests of three days by a few people, with ids of their own, in one of two scopes. */
function request(nr: number): { readonly scope: string; readonly spec: AuditSpec } {
  const day = `2026-11-${20 + (Math.floor(nr / 4) % 3)}`
  const spec: AuditSpec = {
    id: `request-${nr}`,
    at: clock(`${String((nr * 7) % 24).padStart(2, '0')}:${String(nr % 60).padStart(2, '0')}`, day),
    user: ['alice', 'bob', 'system:anonymous', null][nr % 4] ?? null,
    ip: ['198.51.100.7', '203.0.113.9', '2001:db8::7'][nr % 3] ?? null,
    verb: nr % 5 === 0 ? 'get' : 'list',
    resource: nr % 5 === 0 ? 'secrets' : 'pods',
    code: [200, 200, 403, 401, 500][nr % 5] ?? 200,
    ...(nr % 5 === 0 && { name: `key-${nr % 2}` }),
    ...(nr % 11 === 0 && { as: 'carol' }),
  }
  return { scope: nr % 7 < 4 ? PAYMENTS : BATCH, spec }
}

async function take(from: number, to: number): Promise<void> {
  const all = Array.from({ length: to - from }, (_, at) => request(from + at))
  for (const scope of [PAYMENTS, BATCH]) {
    const own = all.filter((one) => one.scope === scope)
    if (own.length > 0)
      await world.absorb(
        own.map(({ spec }) => auditEvent(spec)),
        scope,
      )
  }
}

const WINDOW = { from: micros(clock('03:00', '2026-11-21')), to: micros(clock('20:00', '2026-11-22')) }

const QUESTIONS: readonly (readonly [LookupName, string, Partial<Question>])[] = [
  ['subject', 'alice', {}],
  ['subject', '*', { window: WINDOW }],
  ['subject', 'carol', {}],
  ['ip', '203.0.113.9', { scope: BATCH }],
  ['ip', '198.51.100.0/24', { window: WINDOW }],
  ['ip', '2001:db8::7', {}],
  ['secrets', 'bob', {}],
  ['secrets', 'secret:shop/key-0', { window: WINDOW, scope: PAYMENTS }],
  ['seen', 'alice', {}],
  ['seen', 'ip:203.0.113.9', { window: WINDOW }],
]

async function everything(): Promise<{ readonly answers: readonly Answer[]; readonly graph: object }> {
  const answers: Answer[] = []
  for (const [lookup, entity, more] of QUESTIONS) answers.push(await world.ask(lookup, entity, more))
  return { answers, graph: await dumpGraph(world.ingest) }
}

test('answers and the graph are the same before and after packing, also when late events come for packed hours', async () => {
  await take(0, 240)
  const straight = await everything()
  expect(straight.answers.map((answer) => answer.rows.length > 0)).toEqual(QUESTIONS.map(() => true))

  await world.reset()
  await take(0, 150)
  expect(await packAll(world.ingest)).toBeGreaterThan(50)
  await take(150, 200)
  await packAll(world.ingest)
  // Neither slot is empty now: one is left by a run that ended between its two steps.
  await take(200, 220)
  await sql`select graph_turn()`.execute(world.ingest)
  await take(220, 240)
  expect(await everything()).toEqual(straight)
  await packAll(world.ingest)
  expect(await everything()).toEqual(straight)
  const left = await owner.query('select 1 from edge_hot union all select 1 from sum_hot')
  expect(left.rows).toEqual([])
})

test('what a day and a week are said to hold is what their hours hold', async () => {
  await take(0, 120)
  await packAll(world.ingest)
  await take(120, 240)
  await packAll(world.ingest)
  const outcomes = ['success', 'failure', 'unauthorized', 'forbidden']
  const summed = outcomes.map((name) => `coalesce(sum(${name}), 0)::int as ${name}`).join(', ')
  const rollUp = async (table: string) =>
    (await owner.query<object>(`select kind, ${summed} from ${table} group by kind order by kind`)).rows
  const hours = await rollUp('sum_hour')
  expect(hours).toHaveLength(5)
  expect(await rollUp('sum_day')).toEqual(hours)
  expect(await rollUp('sum_week')).toEqual(hours)
})

test('a request that ends otherwise than its later stage said moves its count, though that was packed', async () => {
  const exec = { id: 'exec', resource: 'pods/exec' }
  await world.absorb([auditEvent({ ...exec, stage: 'ResponseComplete', code: 403 })])
  await packAll(world.ingest)
  expect((await world.ask('subject', 'alice')).totals).toMatchObject({ success: 0, forbidden: 1 })
  await world.absorb([auditEvent({ ...exec, stage: 'ResponseStarted', code: 101 })])
  const moved = await everything()
  await packAll(world.ingest)
  expect(await everything()).toEqual(moved)
  const { rows } = await owner.query<{ n: number[] }>(
    'select array_agg((e << 7) >> 7 order by e << 7) as n from edge_day, unnest(v) as e',
  )
  expect(rows[0]?.n.toSorted((a, b) => a - b)).toEqual([-1, 1, 1])
  for (const window of [null, { from: micros(clock('04:00')), to: micros(clock('05:00')) }]) {
    expect((await world.ask('subject', 'alice', { window })).totals).toEqual({
      success: 1,
      failure: 0,
      unauthorized: 0,
      forbidden: 0,
    })
  }
})

test('more requests of one hour than one number holds are packed as several', async () => {
  await world.absorb([auditEvent({ at: clock('23:10') })])
  await owner.query(
    `insert into edge_hot select slot, scope, edge, hour, last_us, 20000000, 33554433, null, -16777216 from edge_hot`,
  )
  await owner.query(
    `insert into sum_hot select slot, kind, scope, id, id2, hour, 20000000, 33554433, null, -16777216 from sum_hot`,
  )
  const before = await everything()
  expect((await world.ask('subject', 'alice')).totals).toEqual({
    success: 20_000_001,
    failure: 33_554_433,
    unauthorized: 0,
    forbidden: -16_777_216,
  })
  await packAll(world.ingest)
  expect(await everything()).toEqual(before)
})

test('more requests of one day than 32 bits hold are packed and asked for', async () => {
  await world.absorb([auditEvent({ at: clock('03:10') })])
  const millions = 'select generate_series(1, 3) as part'
  await owner.query(
    `insert into edge_hot select slot, scope, edge, hour, last_us, 2000000000, null, null, null from edge_hot, (${millions}) m`,
  )
  await owner.query(
    `insert into sum_hot select slot, kind, scope, id, id2, hour, 2000000000, null, null, null from sum_hot, (${millions}) m`,
  )
  const before = await everything()
  const count = 6_000_000_001
  // The second packing adds to what the first one made.
  for (const times of [1, 2]) {
    await packAll(world.ingest)
    if (times === 1) expect(await everything()).toEqual(before)
    expect((await world.ask('subject', 'alice')).totals).toMatchObject({ success: count + times - 1 })
    const { rows } = await owner.query<{ success: string }>('select distinct success from sum_day')
    expect(rows).toEqual([{ success: String(count + times - 1) }])
    await world.absorb([auditEvent({ id: `more-${times}`, at: clock('03:20') })])
  }
})

test('hours before 1970 are packed as they are counted', async () => {
  await world.absorb([
    auditEvent({ at: '1900-01-01T00:00:00Z' }),
    auditEvent({ at: '1969-12-31T23:10:00Z' }),
    auditEvent({ at: '1970-01-01T00:10:00Z' }),
  ])
  const window = { from: micros('1969-12-31T23:00:00Z'), to: micros('1970-01-01T00:00:00Z') }
  const before = await everything()
  for (const round of ['hot', 'packed']) {
    expect((await world.ask('subject', 'alice', { window })).totals, round).toMatchObject({ success: 1 })
    expect((await world.ask('subject', 'alice')).totals, round).toMatchObject({ success: 3 })
    expect(await everything(), round).toEqual(before)
    await packAll(world.ingest)
  }
})

test('a writer, a reader and the packing at the same time lose and double nothing', async () => {
  await take(0, 60)
  const early = (await world.ask('subject', 'bob', { scope: BATCH })).totals
  const over = new AbortController()
  const packing = (async () => {
    let packed = 0
    while (!over.signal.aborted) packed += await packAll(world.ingest)
    return packed
  })()
  const reading = (async () => {
    const answers = new Set<string>()
    while (!over.signal.aborted)
      answers.add(JSON.stringify((await world.ask('subject', 'bob', { scope: BATCH })).totals))
    return answers
  })()
  // In another scope, so that the answers that are read meanwhile stay the same.
  for (let round = 0; round < 60; round++) {
    const events = Array.from({ length: 20 }, (_, nr) =>
      auditEvent({ id: `meanwhile-${round}-${nr}`, user: `user-${nr % 3}`, at: clock(`0${nr % 5}:10`) }),
    )
    await absorbRecords(world.deps(), events, PAYMENTS)
  }
  over.abort()
  expect(await packing).toBeGreaterThan(300)
  expect(await reading).toEqual(new Set([JSON.stringify(early)]))
  expect((await world.ask('subject', 'user-*')).totals).toMatchObject({ success: 1200 })
})

test('writers that never pause do not keep the ring from moving on', async () => {
  const writers = Array.from({ length: 4 }, (_, nr) => nr)
  const over = new AbortController()
  let written = 0
  const writing = writers.map(async (nr) => {
    const deps = world.deps()
    for (let round = 0; !over.signal.aborted; round++) {
      const events = Array.from({ length: 10 }, (_, at) =>
        auditEvent({ id: `busy-${nr}-${round}-${at}`, user: 'busy' }),
      )
      await absorbRecords(deps, events, `111122223333/eu-west-1/busy-${nr}`)
      written += events.length
    }
  })
  await until(() => Promise.resolve(written > 100))
  for (let turn = 0; turn < 10; turn++) {
    await sql`select graph_turn()`.execute(world.ingest)
    await sql`select graph_pack()`.execute(world.ingest)
  }
  over.abort()
  await Promise.all(writing)
  expect((await world.ask('subject', 'busy')).totals).toMatchObject({ success: written })
})

/** The sessions in which a function waits for a lock. */
function waitingFor(name: string): string {
  return `select pid from pg_stat_activity
    where wait_event_type = 'Lock' and query like '%${name}%' and datname = current_database()`
}

test('a question that takes long keeps the packing from its end, undoes nothing and keeps no other question waiting', async () => {
  await take(0, 100)
  const before = await everything()
  const alice = await world.ask('subject', 'alice')
  await sql`select graph_turn()`.execute(world.ingest)
  const asking = await onlooker(world.database.urls.reader)
  await asking.query('begin; select 1 from edge_hot; select 1 from sum_hot')
  const packer = new pg.Client({
    connectionString: world.database.urls.ingest,
    options: '-c lock_timeout=400',
  })
  await packer.connect()
  const packing = packer.query<{ n: string; patience: string }>(
    "select graph_pack() as n, current_setting('lock_timeout') as patience",
  )
  for (let round = 0; round < 2; round++) {
    await until(async () => (await owner.query(waitingFor('graph_pack'))).rows.length === 1)
    // Waits behind the packing until that stands back.
    expect(await world.ask('subject', 'alice')).toEqual(alice)
  }
  await asking.query('rollback')
  await asking.end()
  const { rows } = await packing
  expect(Number(rows[0]?.n)).toBeGreaterThan(50)
  await packer.end()
  expect(await everything()).toEqual(before)
  expect((await owner.query('select 1 from edge_hot')).rows).toEqual([])
})

test('a packing that is killed leaves everything as it was', async () => {
  await take(0, 100)
  const before = await everything()
  await sql`select graph_turn()`.execute(world.ingest)
  // Somebody holds the last table, so that the packing stops after it has written to all others.
  const holder = await onlooker(world.database.ownerUrl)
  await holder.query('begin; lock table sum_week in share mode')
  const packing = sql`select graph_pack()`.execute(world.ingest).then(
    () => 'done',
    (error: unknown) => (error as { code?: string }).code,
  )
  const waiting = waitingFor('graph_pack')
  await until(async () => (await owner.query(waiting)).rows.length === 1)
  await owner.query(`select pg_terminate_backend(pid) from (${waiting}) as packing`)
  expect(await packing).toBe('57P01')
  await holder.end()
  expect(await everything()).toEqual(before)
  expect((await owner.query('select 1 from edge_day')).rows).toEqual([])
  expect(await packAll(world.ingest)).toBeGreaterThan(50)
  expect(await everything()).toEqual(before)
})
