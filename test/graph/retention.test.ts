import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { formatTime } from '../../src/model/time.ts'
import { onlooker } from '../helpers/as-owner.ts'
import { packAll } from '../helpers/pack.ts'
import { acrossScopes } from '../helpers/scope-lint.ts'
import { dumpGraph, micros, openWorld, type World } from '../helpers/seed.ts'
import { auditEvent, clock } from '../helpers/seed-records.ts'
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

/** The beginning of a month so long ago, more than what is kept; as its day and as the end of a partition's name. */
function monthsAgo(count: number): { readonly day: string; readonly end: string } {
  const now = new Date()
  const day = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - count)).toISOString().slice(0, 10)
  return { day, end: day.slice(0, 7).replace('-', '_') }
}

const [FIRST, SECOND, THIRD, FOURTH] = [monthsAgo(18), monthsAgo(17), monthsAgo(16), monthsAgo(15)] as const
/** The last microsecond before a day. */
const lastOf = (day: string): string => formatTime(micros(clock('00:00', day)) - 1)
/** The sessions in which a function waits for a lock. */
function waitingFor(name: string): string {
  return `select pid from pg_stat_activity
    where wait_event_type = 'Lock' and query like '%${name}%' and datname = current_database()`
}

const OLD = { at: clock('10:00', FIRST.day) }

test('rows outside of the months move when their month is made, and go with it when it is dropped', async () => {
  await world.absorb([
    auditEvent({ ...OLD, resource: 'secrets' }),
    auditEvent({ at: lastOf(FOURTH.day), resource: 'secrets' }),
  ])
  await packAll(world.ingest)
  const before = await dumpGraph(world.ingest)
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
  expect(made).toHaveLength(4 * 8)
  expect((await ahead.execute(world.ingest)).rows).toEqual([])
  expect(await lie('edge_day')).toEqual([`edge_day_${FIRST.end}`, `edge_day_${THIRD.end}`])
  expect(await lie('event')).toEqual([`event_${FIRST.end}`, `event_${THIRD.end}`])
  expect(await dumpGraph(world.ingest)).toEqual(before)
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

test('a day that names a week of before does so no more when that week is dropped', async () => {
  for (const { day } of [THIRD, FOURTH]) {
    await world.absorb([auditEvent({ at: clock('10:00', day) })])
    await packAll(world.ingest)
  }
  await owner.query('update retention set months = 18')
  await sql`select graph_months_ahead(now())`.execute(world.ingest)
  const named = async () =>
    (
      await owner.query<{ prior: number | null }>('select prior from sum_day where kind = 1 order by day')
    ).rows.map(({ prior }) => prior !== null)
  expect(await named()).toEqual([false, true])
  await owner.query('update retention set months = 15')
  await sql`select graph_months_drop(now())`.execute(world.ingest)
  expect(await named()).toEqual([false])
  await owner.query('update retention set months = 12')
  await sql`select graph_months_drop(now())`.execute(world.ingest)
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
  const writer = await onlooker(world.database.urls.ingest)
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
  const writer = await onlooker(world.database.urls.ingest)
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
    'graph_analyze()',
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
