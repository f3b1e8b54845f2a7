import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { packAll } from '../helpers/pack.ts'
import { acrossScopes } from '../helpers/scope-lint.ts'
import { dumpGraph, micros, openWorld, type World } from '../helpers/seed.ts'
import { auditEvent, clock } from '../helpers/seed-records.ts'

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

const OLD = { at: '2020-01-15T10:00:00Z' }

test('rows outside of the months move when their month is made, and go with it when it is dropped', async () => {
  await world.absorb([
    auditEvent({ ...OLD, resource: 'secrets' }),
    auditEvent({ at: '2020-03-31T23:59:59.999999Z', resource: 'secrets' }),
  ])
  await packAll(world.ingest)
  const before = await dumpGraph(world.ingest)
  const lie = async (table: string) =>
    (
      await owner.query<{ part: string }>(`select tableoid::regclass::text as part from ${table} order by 1`)
    ).rows.map(({ part }) => part)
  expect(new Set(await lie('edge_day'))).toEqual(new Set(['edge_day_outside']))
  expect(await lie('event')).toEqual(['event_outside', 'event_outside'])

  const made = await sql<{ name: string }>`select graph_months_ahead('2020-03-05') as name`.execute(
    world.ingest,
  )
  expect(made.rows.map(({ name }) => name)).toContain('sum_day_2020_06')
  expect(made.rows).toHaveLength(3 * 16)
  expect((await sql`select graph_months_ahead('2020-03-05') as name`.execute(world.ingest)).rows).toEqual([])
  expect(await lie('edge_day')).toEqual(['edge_day_2020_01', 'edge_day_2020_03'])
  expect(await lie('event')).toEqual(['event_2020_01', 'event_2020_03'])
  expect(await dumpGraph(world.ingest)).toEqual(before)
  // What comes now lands there at once, and in both tiers.
  await world.absorb([auditEvent({ at: '2020-02-29T00:00:00Z', resource: 'secrets' })])
  expect(await lie('event')).toContain('event_2020_02')

  await packAll(world.ingest)
  const weeks = async () => (await owner.query('select 1 from sum_week')).rows.length
  expect(await weeks()).toBeGreaterThan(0)
  const dropped = await sql<{ name: string }>`select graph_months_drop(now()) as name`.execute(world.ingest)
  expect(dropped.rows.map(({ name }) => name)).toContain('event_2020_02')
  expect(dropped.rows).toHaveLength(3 * 16)
  for (const table of ['edge_day', 'sum_day', 'event', 'sum_week', 'coverage']) {
    expect((await owner.query(`select 1 from ${table}`)).rows, table).toEqual([])
  }
  // When it was first seen, and how often in all, is known for good.
  const answer = await world.ask('subject', 'alice')
  expect(answer).toMatchObject({ firstSeen: micros(OLD.at), totals: { success: 3 } })
  // Old logs that are taken in now lie outside, and no tidying takes them away.
  await world.absorb([auditEvent({ ...OLD, at: '2020-01-15T11:00:00Z' })])
  await packAll(world.ingest)
  await sql`select graph_months_drop(now())`.execute(world.ingest)
  expect(await lie('edge_day')).toEqual(['edge_day_outside'])
  expect((await owner.query('select 1 from coverage')).rows).toHaveLength(1)
})

test.each([
  "graph_months_drop(now() + interval '2 days')",
  "graph_forget((now()::date - date '1970-01-01') + 3)",
])('a moment ahead of the clock is refused: %s', async (call) => {
  await expect(sql.raw(`select ${call}`).execute(world.ingest)).rejects.toThrow(
    /lies ahead of the server's clock/,
  )
})

test('an hour whose hashes are forgotten is sealed: its events are too late, those of hours never seen land', async () => {
  const today = "now()::date - date '1970-01-01'"
  const known = auditEvent({ id: 'known', at: clock('04:10') })
  await world.absorb([known, auditEvent({ at: clock('05:10') })])
  const forget = async () =>
    (
      await sql<{ n: number }>`select graph_forget((now()::date - date '1970-01-01')::integer) as n`.execute(
        world.ingest,
      )
    ).rows[0]?.n
  await owner.query(`update seen_block set day = ${today} - 14`)
  expect(await forget()).toBe(0)
  expect(await world.absorb([known])).toEqual([{ kind: 'duplicate' }])
  await owner.query(`update seen_block set day = ${today} - 15`)
  expect(await forget()).toBe(2)
  expect((await owner.query('select 1 from seen_block')).rows).toEqual([])
  const before = await dumpGraph(world.ingest)
  const late = { kind: 'rejected', reject: { class: 'too-late' } }
  expect(await world.absorb([known, auditEvent({ at: clock('05:59') })])).toMatchObject([late, late])
  expect(await dumpGraph(world.ingest)).toEqual(before)
  expect(await world.absorb([auditEvent({ at: clock('06:00') })])).toEqual([{ kind: 'landed' }])
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
