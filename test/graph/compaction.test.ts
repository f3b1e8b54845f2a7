import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Question } from '../../src/lookups/lookup.ts'
import type { Answer, LookupName } from '../../src/model/answer.ts'
import { formatTime } from '../../src/model/time.ts'
import { packAll } from '../helpers/pack.ts'
import { acrossScopes } from '../helpers/scope-lint.ts'
import { absorbRecords, dumpGraph, micros, openWorld, type World } from '../helpers/seed.ts'
import { type AuditSpec, auditEvent, clock } from '../helpers/seed-records.ts'
import { until } from '../helpers/until.ts'

let world: World
let owner: pg.Client
beforeAll(async () => {
  world = await openWorld()
  owner = new pg.Client({ connectionString: world.database.ownerUrl })
  await owner.connect()
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
  const asking = new pg.Client({ connectionString: world.database.urls.reader })
  await asking.connect()
  await acrossScopes(() => asking.query('begin; select 1 from edge_hot; select 1 from sum_hot'))
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
  const holder = new pg.Client({ connectionString: world.database.ownerUrl })
  await holder.connect()
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

/** The beginning of a month so long ago, more than what is kept; as its day and as the end of a partition's name. */
function monthsAgo(count: number): { readonly day: string; readonly end: string } {
  const now = new Date()
  const day = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - count)).toISOString().slice(0, 10)
  return { day, end: day.slice(0, 7).replace('-', '_') }
}

const [FIRST, SECOND, THIRD, FOURTH] = [monthsAgo(18), monthsAgo(17), monthsAgo(16), monthsAgo(15)] as const
/** The last microsecond before a day. */
const lastOf = (day: string): string => formatTime(micros(clock('00:00', day)) - 1)
const OLD = { at: clock('10:00', FIRST.day) }

test('rows outside of the months move when their month is made, and go with it when it is dropped', async () => {
  await world.absorb([
    auditEvent({ ...OLD, resource: 'secrets' }),
    auditEvent({ at: lastOf(FOURTH.day), resource: 'secrets' }),
  ])
  await packAll(world.ingest)
  const before = await everything()
  const lie = async (table: string) =>
    (
      await owner.query<{ part: string }>(`select tableoid::regclass::text as part from ${table} order by 1`)
    ).rows.map(({ part }) => part)
  expect(new Set(await lie('edge_day'))).toEqual(new Set(['edge_day_outside']))
  expect(await lie('event')).toEqual(['event_outside', 'event_outside'])

  // The owner keeps more, and later less.
  const ahead = sql<{ name: string }>`select graph_months_ahead(now()) as name`
  await owner.query('update retention set months = 20')
  const made = (await ahead.execute(world.ingest)).rows.map(({ name }) => name)
  expect(made).toContain(`sum_day_${monthsAgo(13).end}`)
  expect(made).toHaveLength(3 * 8)
  expect((await ahead.execute(world.ingest)).rows).toEqual([])
  expect(await lie('edge_day')).toEqual([`edge_day_${FIRST.end}`, `edge_day_${THIRD.end}`])
  expect(await lie('event')).toEqual([`event_${FIRST.end}`, `event_${THIRD.end}`])
  expect(await everything()).toEqual(before)
  // What comes now lands there at once, and in both tiers.
  await world.absorb([auditEvent({ at: clock('00:00', SECOND.day), resource: 'secrets' })])
  expect(await lie('event')).toContain(`event_${SECOND.end}`)

  await packAll(world.ingest)
  const weeks = async () => (await owner.query('select 1 from sum_week')).rows.length
  expect(await weeks()).toBeGreaterThan(0)
  await owner.query('update retention set months = 12')
  const dropped = await sql<{ name: string }>`select graph_months_drop(now()) as name`.execute(world.ingest)
  expect(dropped.rows.map(({ name }) => name).toSorted()).toEqual(made.toSorted())
  for (const table of ['edge_day', 'sum_day', 'event', 'sum_week', 'coverage']) {
    expect((await owner.query(`select 1 from ${table}`)).rows, table).toEqual([])
  }
  // When it was first seen, and how often in all, is known for good.
  const answer = await world.ask('subject', 'alice')
  expect(answer).toMatchObject({ firstSeen: micros(OLD.at), totals: { success: 3 } })
  // Old logs that are taken in now lie outside, and no tidying takes them away.
  await world.absorb([auditEvent({ ...OLD, at: clock('11:00', FIRST.day) })])
  await packAll(world.ingest)
  await sql`select graph_months_drop(now())`.execute(world.ingest)
  expect(await lie('edge_day')).toEqual(['edge_day_outside'])
  expect((await owner.query('select 1 from coverage')).rows).toHaveLength(1)
})

test.each([
  ["graph_months_drop(now() + interval '2 days')", /lies ahead of the server's clock/],
  ["graph_forget((now()::date - date '1970-01-01') + 3)", /lies ahead of the server's clock/],
  ["graph_months_ahead(now() + interval '25 hours')", /lies more than a day from the server's clock/],
  ["graph_months_ahead(now() - interval '25 hours')", /lies more than a day from the server's clock/],
])('a moment off the clock is refused: %s', async (call, reason) => {
  await expect(sql.raw(`select ${call}`).execute(world.ingest)).rejects.toThrow(reason)
})

const TODAY = "(now()::date - date '1970-01-01')"

/** Says that all hashes, or those chosen, were written so many days ago. */
async function age(days: number, which = 'true'): Promise<void> {
  await owner.query(
    `update seen_block set day = ${TODAY} - ${days}, slot = (${TODAY} - ${days}) % 16 where ${which}`,
  )
}

/** Forgets as if it were so many days from now, at most one. */
async function forget(days = 0): Promise<number | undefined> {
  const { rows } = await sql<{
    n: number
  }>`select graph_forget(${sql.raw(TODAY)} + ${days}::integer) as n`.execute(world.ingest)
  return rows[0]?.n
}

test('an hour whose hashes are forgotten is sealed: its events are too late, those of hours never seen land', async () => {
  const known = auditEvent({ id: 'known', at: clock('04:10') })
  await world.absorb([known, auditEvent({ at: clock('05:10') })])
  await age(14)
  expect(await forget()).toBe(0)
  expect(await world.absorb([known])).toEqual([{ kind: 'duplicate' }])
  await age(15)
  expect(await forget()).toBe(2)
  expect((await owner.query('select 1 from seen_block')).rows).toEqual([])
  const before = await dumpGraph(world.ingest)
  const late = { kind: 'rejected', reject: { class: 'too-late' } }
  expect(await world.absorb([known, auditEvent({ at: clock('05:59') })])).toMatchObject([late, late])
  expect(await dumpGraph(world.ingest)).toEqual(before)
  expect(await world.absorb([auditEvent({ at: clock('06:00') })])).toEqual([{ kind: 'landed' }])
})

test('an hour that was written to since keeps all of its hashes, and is sealed with the youngest of them', async () => {
  const early = auditEvent({ id: 'early', at: clock('04:10') })
  await world.absorb([early, auditEvent({ at: clock('05:10') })])
  await age(15)
  const late = auditEvent({ id: 'late', at: clock('04:20') })
  await world.absorb([late])
  await age(14, `day > ${TODAY} - 15`)
  const hashes = async () =>
    (
      await owner.query<{ hashes: string; day: number; slot: number }>(
        `select encode(hashes, 'hex') as hashes, ${TODAY} - day as day, (day % 16 - slot)::int as slot from seen_block
         where hour % 24 = 4 order by 1`,
      )
    ).rows
  const before = await hashes()
  expect(before).toHaveLength(2)
  // The hour that nothing came for is sealed alone.
  expect(await forget()).toBe(1)
  expect(await hashes()).toEqual(before.map((block) => ({ ...block, day: 14, slot: 0 })))
  const again = await world.absorb([early, late, auditEvent({ id: 'new', at: clock('04:30') })])
  expect(again.map(({ kind }) => kind)).toEqual(['duplicate', 'duplicate', 'landed'])
  // A day after the youngest is as old, all of them go.
  await owner.query(`delete from seen_block where day > ${TODAY} - 14`)
  expect(await forget(1)).toBe(1)
  expect((await owner.query('select 1 from seen_block')).rows).toEqual([])
  expect(await world.absorb([early])).toMatchObject([{ reject: { class: 'too-late' } }])
})

test('what a writer whose clock is a day ahead writes while hashes are forgotten is not lost', async () => {
  await world.absorb([auditEvent({ id: 'old', at: clock('04:10') })])
  await age(15)
  const writer = new pg.Client({ connectionString: world.database.urls.ingest })
  await writer.connect()
  // As a batch does, in the slot of the hashes that are due: fifteen days ago and tomorrow share it.
  await writer.query('begin; select from ring for share')
  await writer.query(
    `insert into seen_block select slot, scope, hour + 1, ${TODAY} + 1, hashes from seen_block where day = ${TODAY} - 15`,
  )
  const forgetting = forget()
  await until(async () => (await owner.query(waitingFor('graph_forget'))).rows.length === 1)
  await writer.query('commit')
  await writer.end()
  expect(await forgetting).toBe(0)
  expect((await owner.query('select 1 from seen_block')).rows).toHaveLength(2)
  expect((await owner.query('select 1 from sealed')).rows).toEqual([])
})

test('an hour that is being written to while hashes are forgotten stays open', async () => {
  await world.absorb([auditEvent({ id: 'old', at: clock('04:10') })])
  await age(15)
  const writer = new pg.Client({ connectionString: world.database.urls.ingest })
  await writer.connect()
  await writer.query('begin; select from ring for share')
  // A writer that remembers the hour reads nothing of it: it only adds to the slot of today.
  await writer.query(
    `insert into seen_block select ${TODAY} % 16, id, ${Math.floor(micros(clock('04:10')) / 3_600_000_000)}, ${TODAY}, '\\x00112233445566778899' from scope`,
  )
  const forgetting = forget()
  await until(async () => (await owner.query(waitingFor('graph_forget'))).rows.length === 1)
  await writer.query('commit')
  await writer.end()
  expect(await forgetting).toBe(0)
  const { rows } = await owner.query(`select ${TODAY} - day as day from seen_block`)
  expect(rows).toEqual([{ day: 0 }, { day: 0 }])
})

test('only who takes records in may have the graph tidied', async () => {
  const calls = [
    'graph_months_ahead(now())',
    'graph_months_drop(now())',
    'graph_turn()',
    'graph_pack()',
    'graph_forget(0)',
  ]
  for (const role of ['bot', 'reader', 'executor', 'ingest'] as const) {
    const client = new pg.Client({ connectionString: world.database.urls[role] })
    await client.connect()
    for (const call of calls) {
      const code = await acrossScopes(() => client.query(`select ${call}`)).then(
        () => null,
        (error: unknown) => (error as { code?: string }).code,
      )
      expect(code, `${role} ${call}`).toBe(role === 'ingest' ? null : '42501')
    }
    await client.end()
  }
})
