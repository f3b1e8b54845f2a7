import { type RawBuilder, sql } from 'kysely'

/** A half-open range of whole hours since 1970; null where all hours count. */
export interface Hours {
  readonly from: number
  readonly to: number
}

/** Sums of the four counters of a table, under their own names. */
export function sums(table: string): RawBuilder<unknown> {
  const sum = (outcome: string): RawBuilder<unknown> =>
    sql`coalesce(sum(${sql.ref(`${table}.${outcome}`)}), 0)::bigint as ${sql.ref(outcome)}`
  return sql`${sum('success')}, ${sum('failure')}, ${sum('unauthorized')}, ${sum('forbidden')}`
}

/** Where requests of edges are counted: by hour, or all of them. */
export function countsOf(hours: Hours | null): RawBuilder<unknown> {
  return hours === null ? sql.table('edge_all') : sql.table('edge_hour')
}

/** `and …`: the hours of a view that has both day (for the cold tier) and hour (for the hot one). */
export function within(hours: Hours | null, table: string): RawBuilder<unknown> {
  if (hours === null) return sql``
  const column = (name: string): RawBuilder<unknown> => sql.ref(`${table}.${name}`)
  return sql`
    and ${column('day')} >= ${Math.floor(hours.from / 24)} and ${column('day')} <= ${Math.floor((hours.to - 1) / 24)}
    and ${column('hour')} >= ${hours.from} and ${column('hour')} < ${hours.to}`
}

/**
 * A common table `edge_counts`: the edges of the common table `picked` (scope, id, first_seen and whatever else) with their
 * counters and the moment they were last seen; those without a request in the hours are left out.
 */
export function edgeCounts(scopes: ReadonlyMap<number, string>, hours: Hours | null): RawBuilder<unknown> {
  const ids = sql.join([...scopes.keys()])
  const isAny = sql`having sum(counted.success + counted.failure + counted.unauthorized + counted.forbidden) <> 0`
  if (hours === null)
    return sql`
    counted as (
      select counted.scope, counted.edge, ${sums('counted')}, max(counted.last_seen) as last_seen
      from picked join edge_all as counted on counted.scope = picked.scope and counted.edge = picked.id
      where counted.scope in (${ids})
      group by counted.scope, counted.edge ${isAny}),
    edge_counts as (
      select picked.*, success, failure, unauthorized, forbidden, last_seen
      from picked join counted on counted.scope = picked.scope and counted.edge = picked.id)`
  return sql`
    counted as (
      select counted.scope, counted.edge, ${sums('counted')}
      from picked join edge_hour as counted on counted.scope = picked.scope and counted.edge = picked.id
      where counted.scope in (${ids}) ${within(hours, 'counted')}
      group by counted.scope, counted.edge ${isAny}),
    ended as (
      select ended.scope, ended.edge, max(ended.last_seen) as last_seen
      from counted join edge_all as ended on ended.scope = counted.scope and ended.edge = counted.edge
      where ended.scope in (${ids})
      group by ended.scope, ended.edge),
    edge_counts as (
      select picked.*, success, failure, unauthorized, forbidden, last_seen
      from picked join counted on counted.scope = picked.scope and counted.edge = picked.id
      join ended on ended.scope = picked.scope and ended.edge = picked.id)`
}
