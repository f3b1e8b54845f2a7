import type { Connection } from '../db/open.ts'
import { timeOf } from './resolve.ts'
import type { Lease } from './writer.ts'

/** The state of one thing; `entity` is the id of its row, `state` JSON. */
export interface StandingRow {
  readonly entity: number
  readonly kind: string
  readonly source: string
  readonly takenAt: number
  readonly state: string
}

/** One reading of things of a kind, as far as it has come. */
export interface ReadingRow {
  readonly source: string
  readonly kind: string
  readonly takenAt: number
  readonly complete: boolean
  readonly count: number
}

/**
 * Writes states: of each thing the newest stays, of one time the one that comes last in the order of texts. Says of each row
 * whether exactly that was there before, also by an earlier one of the rows.
 */
export async function writeStanding(
  client: Connection,
  { scope }: Lease,
  rows: readonly StandingRow[],
): Promise<readonly boolean[]> {
  if (rows.length === 0) return []
  const given = [
    scope,
    rows.map(({ entity }) => entity),
    rows.map(({ kind }) => kind),
    rows.map(({ source }) => source),
    rows.map(({ takenAt }) => takenAt),
    rows.map(({ state }) => state),
  ]
  const { rows: known } = await client.query<{ nr: number }>({
    name: 'known standing',
    text: `with given as (
        select nr::int as nr, entity, kind, ${timeOf('taken')} as taken_at, state::jsonb as state
        from unnest($2::int[], $3::text[], $4::text[], $5::bigint[], $6::text[]) with ordinality
          as row (entity, kind, source, taken, state, nr)),
      numbered as (select nr, row_number() over (partition by entity, kind, taken_at, state order by nr) as turn from given)
      select nr from numbered where turn > 1
      union
      select given.nr from given join standing on standing.scope = $1 and standing.entity = given.entity
        and standing.kind = given.kind collate "C" and standing.taken_at = given.taken_at and standing.state = given.state`,
    values: given,
  })
  await client.query({
    name: 'standing',
    text: `insert into standing (scope, entity, kind, source, taken_at, state)
      select distinct on (entity, kind) $1::int, entity, kind, source, ${timeOf('taken')}, state::jsonb
      from unnest($2::int[], $3::text[], $4::text[], $5::bigint[], $6::text[]) as row (entity, kind, source, taken, state)
      order by entity, kind, taken desc, state::jsonb::text collate "C" desc
      on conflict (scope, entity, kind) do update set
        source = excluded.source, taken_at = excluded.taken_at, state = excluded.state
      where standing.taken_at < excluded.taken_at
        or (standing.taken_at = excluded.taken_at and standing.state::text collate "C" < excluded.state::text collate "C")`,
    values: given,
  })
  const before = new Set(known.map(({ nr }) => nr))
  return rows.map((_, at) => before.has(at + 1))
}

/** Writes which readings there were; how far each came and whether it was complete only ever grows. */
export async function writeReadings(
  client: Connection,
  { scope }: Lease,
  rows: readonly ReadingRow[],
): Promise<void> {
  if (rows.length === 0) return
  await client.query({
    name: 'inventory',
    text: `insert into inventory (scope, source, kind, taken_at, complete, count)
      select $1::int, source, kind, ${timeOf('taken')}, bool_or(complete), max(count)
      from unnest($2::text[], $3::text[], $4::bigint[], $5::boolean[], $6::int[]) as row (source, kind, taken, complete, count)
      group by source, kind, taken order by source, kind, taken
      on conflict (scope, source, kind, taken_at) do update set
        complete = inventory.complete or excluded.complete, count = greatest(inventory.count, excluded.count)`,
    values: [
      scope,
      rows.map(({ source }) => source),
      rows.map(({ kind }) => kind),
      rows.map(({ takenAt }) => takenAt),
      rows.map(({ complete }) => complete),
      rows.map(({ count }) => count),
    ],
  })
}
