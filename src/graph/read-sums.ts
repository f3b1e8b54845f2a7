import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { SUM_KINDS } from './counters.ts'
import { CELL, HOT, type Hours } from './read.ts'

/** What rolled-up requests are asked for. */
export interface SumsAsked {
  readonly kind: keyof typeof SUM_KINDS
  readonly scopes: ReadonlyMap<number, string>
  readonly hours: Hours
  /** A condition on the table `sum` beside its scope and kind, such as which ids. */
  readonly condition?: RawBuilder<unknown>
  /** The same for what is packed by the day: it may tell more of a row. */
  readonly packed?: RawBuilder<unknown>
}

/**
 * Rows (scope, id, id2, success, failure, unauthorized, forbidden) that add up to the requests of the hours: what is hot, whole
 * weeks, whole days, and single hours only at the ends, since unpacking a day costs ten times as much as its total.
 */
export function sumsOf(asked: SumsAsked): RawBuilder<unknown> {
  const columns = sql`scope, id, id2`
  const { weeks, days, ends } = piecesOf(asked.hours)
  return sql.join(
    [
      sql`select ${columns}, ${HOT} ${rowsIn('sum_hot', asked)} ${range('hour', asked.hours)}`,
      ...weeks.map(
        (whole) => sql`select ${columns}, ${HOT} ${rowsIn('sum_week', asked)} ${range('week', whole)}`,
      ),
      ...days.map(
        (whole) => sql`select ${columns}, ${HOT} ${rowsIn('sum_day', asked)} ${range('day', whole)}`,
      ),
      ...ends.map(
        (hours) => sql`select ${columns}, ${CELL} from (${cells(asked, hours)}) as cells ${among(hours)}`,
      ),
    ],
    sql` union all `,
  )
}

/** The same by bucket, `hour` or `day`: (scope, id, id2, bucket, …), where a bucket is a whole hour or day since 1970. */
export function bucketsOf(asked: SumsAsked, bucket: 'hour' | 'day'): RawBuilder<unknown> {
  const columns = sql`scope, id, id2`
  if (bucket === 'hour')
    return sql`
      select ${columns}, hour as bucket, ${HOT} ${rowsIn('sum_hot', asked)} ${range('hour', asked.hours)}
      union all
      select ${columns}, day * 24 + ((e >> 27) & 31), ${CELL} from (${cells(asked, asked.hours)}) as cells ${among(asked.hours)}`
  const { whole, ends } = piecesOf(asked.hours)
  return sql.join(
    [
      sql`select ${columns}, hour / 24 as bucket, ${HOT} ${rowsIn('sum_hot', asked)} ${range('hour', asked.hours)}`,
      ...whole.map(
        (days) => sql`select ${columns}, day, ${HOT} ${rowsIn('sum_day', asked)} ${range('day', days)}`,
      ),
      ...ends.map(
        (hours) =>
          sql`select ${columns}, day, ${CELL} from (${cells(asked, hours)}) as cells ${among(hours)}`,
      ),
    ],
    sql` union all `,
  )
}

/**
 * True when the scope, id and id2 of `row` have a request in the hours. Whole weeks are looked at first: most of what is asked
 * about has been seen in one of them.
 */
export function wereSeen(asked: SumsAsked, row: string): RawBuilder<SqlBool> {
  const { weeks, days, ends } = piecesOf(asked.hours)
  const own = (name: string): RawBuilder<unknown> => sql.ref(`${row}.${name}`)
  const same = sql`and sum.scope = ${own('scope')} and sum.id = ${own('id')} and sum.id2 = ${own('id2')}`
  const any = sql`and coalesce(success, 0) + coalesce(failure, 0) + coalesce(unauthorized, 0) + coalesce(forbidden, 0) <> 0`
  const looks = [
    ...weeks.map((whole) => sql`select ${rowsIn('sum_week', asked)} ${same} ${range('week', whole)} ${any}`),
    ...days.map((whole) => sql`select ${rowsIn('sum_day', asked)} ${same} ${range('day', whole)} ${any}`),
    sql`select ${rowsIn('sum_hot', asked)} ${same} ${range('hour', asked.hours)} ${any}`,
    ...ends.map(
      (hours) =>
        sql`select from (${cells(asked, hours, same)}) as cells ${among(hours)} and (e << 7) >> 7 <> 0`,
    ),
  ]
  return sql<SqlBool>`(${sql.join(
    looks.map((look) => sql`exists (${look})`),
    sql` or `,
  )})`
}

/** The condition on `sum_day` that its row itself tells of no request of its subject and call in the hours: most do tell of one. */
export function tellsNone(hours: Hours): RawBuilder<unknown> {
  const [weeks] = piecesOf(hours).weeks
  return weeks === undefined
    ? sql`true`
    : sql`(sum.prior is null or sum.prior < ${weeks.from} or sum.prior >= ${weeks.to})`
}

/** Whole weeks, the whole days beside them, all whole days, and the hours that are left at the ends; each possibly none. */
interface Pieces {
  readonly weeks: readonly Hours[]
  readonly days: readonly Hours[]
  readonly whole: readonly Hours[]
  readonly ends: readonly Hours[]
}

function piecesOf({ from, to }: Hours): Pieces {
  const days = { from: Math.ceil(from / 24), to: Math.floor(to / 24) }
  if (days.from >= days.to) return { weeks: [], days: [], whole: [], ends: [{ from, to }] }
  const weeks = { from: Math.ceil(days.from / 7), to: Math.floor(days.to / 7) }
  const hasWeeks = weeks.from < weeks.to
  return {
    weeks: hasWeeks ? [weeks] : [],
    days: hasWeeks
      ? some({ from: days.from, to: weeks.from * 7 }, { from: weeks.to * 7, to: days.to })
      : [days],
    whole: [days],
    ends: some({ from, to: days.from * 24 }, { from: days.to * 24, to }),
  }
}

function some(...ranges: readonly Hours[]): readonly Hours[] {
  return ranges.filter(({ from, to }) => from < to)
}

function rowsIn(table: string, asked: SumsAsked): RawBuilder<unknown> {
  const { kind, scopes, condition = sql`true`, packed } = asked
  return sql`from ${sql.table(table)} as sum
    where sum.scope in (${sql.join([...scopes.keys()])}) and sum.kind = ${SUM_KINDS[kind]} and ${condition}
    ${table === 'sum_day' && packed !== undefined ? sql`and ${packed}` : sql``}`
}

/** The numbers of the days that the hours touch, one a row. */
function cells(asked: SumsAsked, hours: Hours, more = sql``): RawBuilder<unknown> {
  const days = { from: Math.floor(hours.from / 24), to: Math.floor((hours.to - 1) / 24) + 1 }
  return sql`select scope, id, id2, day, unnest(v) as e ${rowsIn('sum_day', asked)} ${more} ${range('day', days)}`
}

/** Those of the numbers that are of the hours. Within one day, numbers are in the order of their hours. */
function among({ from, to }: Hours): RawBuilder<unknown> {
  const day = Math.floor(from / 24)
  if (to > (day + 1) * 24)
    return sql`where day * 24 + ((e >> 27) & 31) >= ${from} and day * 24 + ((e >> 27) & 31) < ${to}`
  return sql`where ((e >> 27) & 31) >= ${from - day * 24} and ((e >> 27) & 31) < ${to - day * 24}`
}

function range(column: 'hour' | 'day' | 'week', { from, to }: Hours): RawBuilder<unknown> {
  const place = sql.ref(`sum.${column}`)
  return to === from + 1 ? sql`and ${place} = ${from}` : sql`and ${place} >= ${from} and ${place} < ${to}`
}
