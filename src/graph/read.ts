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
 * A common table `edge_counts`: the edges of the common table `picked` (scope, id, first_seen and the columns given) with
 * their counters and the moment they were last seen; those without a request in the hours are left out. Written so that it is
 * found by index whatever the planner knows of the tables: of a new graph it knows nothing.
 */
export function edgeCounts(
  scopes: ReadonlyMap<number, string>,
  hours: Hours | null,
  columns: readonly string[],
): RawBuilder<unknown> {
  const ids = sql.join([...scopes.keys()])
  const own = sql.join(['scope', 'id', 'first_seen', ...columns].map((column) => sql.ref(`picked.${column}`)))
  const isAny = sql`sum(counted.success + counted.failure + counted.unauthorized + counted.forbidden) <> 0`
  if (hours === null)
    return sql`
    edge_counts as (
      select ${own}, ${sums('counted')}, max(counted.last_seen) as last_seen
      from picked join edge_all as counted on counted.scope = picked.scope and counted.edge = picked.id
      where counted.scope in (${ids})
      group by ${own} having ${isAny})`
  return sql`
    edge_counts as (
      select called.*, (
        select max(ended.last_seen) from edge_all as ended
        where ended.scope = called.scope and ended.edge = called.id and ended.scope in (${ids})) as last_seen
      from (
        select ${own}, ${sums('counted')}
        from picked join edge_hour as counted on counted.scope = picked.scope and counted.edge = picked.id
        where counted.scope in (${ids}) ${within(hours, 'counted')}
        group by ${own} having ${isAny}) as called)`
}
