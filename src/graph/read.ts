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

function days({ from, to }: Hours, table: string): RawBuilder<unknown> {
  const day = sql.ref(`${table}.day`)
  return sql`and ${day} >= ${Math.floor(from / 24)} and ${day} <= ${Math.floor((to - 1) / 24)}`
}

function inHours({ from, to }: Hours, table: string): RawBuilder<unknown> {
  const hour = sql.ref(`${table}.hour`)
  return sql`and ${hour} >= ${from} and ${hour} < ${to}`
}

/** The four counters of a number `e` of a packed day. */
export const CELL = sql`
  case (e >> 25) & 3 when 0 then (e << 7) >> 7 else 0 end as success,
  case (e >> 25) & 3 when 1 then (e << 7) >> 7 else 0 end as failure,
  case (e >> 25) & 3 when 2 then (e << 7) >> 7 else 0 end as unauthorized,
  case (e >> 25) & 3 when 3 then (e << 7) >> 7 else 0 end as forbidden`
/** The four counters of a row that leaves zeros out. */
export const HOT = sql`coalesce(success, 0) as success, coalesce(failure, 0) as failure,
  coalesce(unauthorized, 0) as unauthorized, coalesce(forbidden, 0) as forbidden`

/**
 * Rows (scope, edge and the counters) of the edges of the given scopes that meet a condition (on the table `edge`); those without a
 * request in the hours are left out. The condition stands where edges meet their days, so that a day's numbers are
 * unpacked only for the edges asked about.
 */
export function countedEdges(
  scopes: ReadonlyMap<number, string>,
  condition: RawBuilder<unknown>,
  hours: Hours | null,
): RawBuilder<unknown> {
  const ids = sql.join([...scopes.keys()])
  const joined = (table: string): RawBuilder<unknown> => sql`
    from edge join ${sql.table(table)} on ${sql.ref(`${table}.scope`)} = edge.scope and ${sql.ref(`${table}.edge`)} = edge.id
    where edge.scope in (${ids}) and ${sql.ref(`${table}.scope`)} in (${ids}) and ${condition}`
  const cold =
    hours === null
      ? sql`select edge_total.scope, edge_total.edge, ${HOT} ${joined('edge_total')}`
      : sql`
      select scope, edge, ${CELL}
      from (
        select edge_day.scope, edge_day.edge, edge_day.day, unnest(edge_day.v) as e ${joined('edge_day')} ${days(hours, 'edge_day')}
      ) as cells
      where day * 24 + ((e >> 27) & 31) >= ${hours.from} and day * 24 + ((e >> 27) & 31) < ${hours.to}`
  return sql`
    select scope, edge, ${sums('cells')}
    from (
      ${cold}
      union all
      select edge_hot.scope, edge_hot.edge, ${HOT} ${joined('edge_hot')} ${hours === null ? sql`` : inHours(hours, 'edge_hot')}
    ) as cells
    group by scope, edge
    having sum(success + failure + unauthorized + forbidden) <> 0`
}

/**
 * Common tables, the last of them `edge_counts`: those edges with their counters and the moment they were last seen. How many they
 * are cannot be foreseen, so that they are looked up one by one (`offset 0` sees to it), never by reading all edges.
 */
export function edgeCounts(
  scopes: ReadonlyMap<number, string>,
  condition: RawBuilder<unknown>,
  hours: Hours | null,
): RawBuilder<unknown> {
  const ids = sql.join([...scopes.keys()])
  return sql`
    counted as (${countedEdges(scopes, condition, hours)}),
    edge_counts as (
      select named.*, success, failure, unauthorized, forbidden,
        (select max(ended.last_seen) from edge_all as ended
          where ended.scope in (${ids}) and ended.scope = counted.scope and ended.edge = counted.edge) as last_seen
      from counted, lateral (
        select edge.scope, edge.id, edge.subject, edge.ip, edge.call, edge.acting_as, edge.namespace, edge.object,
          edge.first_seen
        from edge where edge.scope in (${ids}) and edge.scope = counted.scope and edge.id = counted.edge
        offset 0) as named)`
}
