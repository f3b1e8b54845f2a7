import { type RawBuilder, sql } from 'kysely'

/** A half-open range of whole hours since 1970; null where all hours count. */
export interface Hours {
  readonly from: number
  readonly to: number
}

/**
 * Sums of the four counters of a table, under their own names. They are added as float8, exact up to 2^53: the sum of a bigint is a
 * numeric, which takes longer than to read the rows.
 */
export function sums(table: string): RawBuilder<unknown> {
  const sum = (outcome: string): RawBuilder<unknown> =>
    sql`coalesce(sum(${sql.ref(`${table}.${outcome}`)}::float8), 0)::bigint as ${sql.ref(outcome)}`
  return sql`${sum('success')}, ${sum('failure')}, ${sum('unauthorized')}, ${sum('forbidden')}`
}

/** The sum of all four counters of a group. */
export const CALLS = sql`sum((success + failure + unauthorized + forbidden)::float8)`

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
/** The last moment of a hot row. */
const HOT_MOMENT = sql`to_timestamp(0) + hour * interval '1 hour' + (last_us::bigint + 2147483648) * interval '1 microsecond'`

/** The four counters of a row that leaves zeros out. */
export const HOT = sql`coalesce(success, 0) as success, coalesce(failure, 0) as failure,
  coalesce(unauthorized, 0) as unauthorized, coalesce(forbidden, 0) as forbidden`

/** Columns of an edge that are carried along with its counters. */
type EdgeColumn = 'subject' | 'ip' | 'call' | 'acting_as' | 'namespace' | 'object' | 'first_seen'

/** Which edges are counted. */
export interface EdgesAsked {
  readonly scopes: ReadonlyMap<number, string>
  readonly hours: Hours | null
  readonly columns: readonly EdgeColumn[]
  /** A condition on the table `edge`. */
  readonly condition?: RawBuilder<unknown>
  /** The condition on who or whose address is asked about, which both an edge and its days tell. */
  readonly whose?: (table: 'edge' | 'edge_day') => RawBuilder<unknown>
  /** True when `whose` names any number of them: of how many edges they are, the planner cannot tell. */
  readonly isWide?: boolean
}

/** Days up to which all that was used on them is looked through, rather than all edges of many subjects or addresses. */
const FEW_DAYS = 7

/**
 * Rows (scope, edge, the counters and the columns) of the edges of the given scopes that meet the conditions; those without a request
 * in the hours are left out. Without hours they tell `last_seen` too. The conditions stand where edges
 * meet their days, so that a day's numbers are unpacked only for the edges asked about.
 */
export function countedEdges(asked: EdgesAsked): RawBuilder<unknown> {
  const { scopes, hours, columns, condition = sql`true`, whose = () => sql`true` } = asked
  const ids = sql.join([...scopes.keys()])
  const carried = list(columns.map((name) => sql.ref(`edge.${name}`)))
  const named = list(columns.map((name) => sql.ref(name)))
  const kept = list(columns.map((name) => sql`min(${sql.ref(name)}) as ${sql.ref(name)}`))
  const joined = (table: string, own = whose('edge')): RawBuilder<unknown> => sql`
    from edge join ${sql.table(table)} on ${sql.ref(`${table}.scope`)} = edge.scope and ${sql.ref(`${table}.edge`)} = edge.id
    where edge.scope in (${ids}) and ${sql.ref(`${table}.scope`)} in (${ids}) and ${condition} and ${own}`
  const cells =
    hours === null
      ? sql`
      select edge_total.scope, edge_total.edge, ${HOT}, last_seen ${carried} ${joined('edge_total')}
      union all
      select edge_hot.scope, edge_hot.edge, ${HOT}, ${HOT_MOMENT} ${carried} ${joined('edge_hot')}`
      : sql`
      select scope, edge, ${CELL} ${named}
      from (
        select edge_day.scope, edge_day.edge, edge_day.day, unnest(edge_day.v) as e ${carried}
        ${joined('edge_day', ownDays(asked, hours))} ${days(hours, 'edge_day')}
      ) as cells
      where day * 24 + ((e >> 27) & 31) >= ${hours.from} and day * 24 + ((e >> 27) & 31) < ${hours.to}
      union all
      select edge_hot.scope, edge_hot.edge, ${HOT} ${carried} ${joined('edge_hot')} ${inHours(hours, 'edge_hot')}`
  return sql`
    select scope, edge, ${sums('cells')} ${hours === null ? sql`, max(last_seen) as last_seen` : sql``} ${kept}
    from (${cells}) as cells
    group by scope, edge
    having ${CALLS} <> 0`
}

/** Where the days of the edges asked about are looked for: the planner chooses, unless it cannot know. */
function ownDays({ whose, isWide }: EdgesAsked, { from, to }: Hours): RawBuilder<unknown> | undefined {
  if (whose === undefined) return undefined
  if (isWide !== true) return sql`${whose('edge')} and ${whose('edge_day')}`
  // "is true" keeps the condition from becoming a join, which without values may read the days anew for each match.
  return to - from <= FEW_DAYS * 24 ? sql`(${whose('edge_day')}) is true` : whose('edge')
}

/** `, a, b`: what follows other columns; nothing where there are none. */
function list(columns: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return sql.join(
    columns.map((column) => sql`, ${column}`),
    sql``,
  )
}

/**
 * Common tables, the last of them `edge_counts`: those edges with their counters, first_seen and the moment they were last seen,
 * whatever the hours.
 */
export function edgeCounts(asked: EdgesAsked): RawBuilder<unknown> {
  const counted = countedEdges({ ...asked, columns: [...asked.columns, 'first_seen'] })
  if (asked.hours === null) return sql`edge_counts as (${counted})`
  return sql`
    counted as (${counted}),
    edge_counts as (
      select counted.*,
        (select max(ended.last_seen) from edge_all as ended
          where ended.scope in (${sql.join([...asked.scopes.keys()])}) and ended.scope = counted.scope and ended.edge = counted.edge) as last_seen
      from counted)`
}
