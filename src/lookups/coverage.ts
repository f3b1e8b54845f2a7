import { type RawBuilder, sql } from 'kysely'
import type { Coverage, Window } from '../model/answer.ts'
import { formatTime, hourOf, type Micros } from '../model/time.ts'
import type { Graph } from './lookup.ts'
import type { Scopes } from './match.ts'
import { rowsOf } from './rows.ts'
import { joined, passedOver, wholeHours } from './whole-hours.ts'

/** A log's first and last record in the window, or a gap in it. */
interface Span {
  readonly scope: number
  readonly from: Micros
  readonly to: Micros
  readonly gap: boolean
}

/**
 * Which logs exist in the given scopes for a window (null: all that there is), with the gaps in them: an hour or
 * more between two records. Hours are walked one by one only where there may be a gap,
 * and by the server, which hands out no more than the gaps.
 */
export async function readCoverage(
  graph: Graph,
  scopes: Scopes,
  window: Window | null,
): Promise<readonly Coverage[]> {
  if (scopes.size === 0) return []
  const inside =
    window === null
      ? sql``
      : sql`and hour >= ${hourOf(window.from)} and hour <= ${hourOf(window.to)}
          and last_at >= ${formatTime(window.from)}::timestamptz and first_at < ${formatTime(window.to)}::timestamptz`
  const { spans: quick, broken } = await quickSpans(graph, scopes, window, inside)
  if (broken.length === 0) return coverageOf(scopes, quick)
  const ids = sql.join(broken)
  const spans = await rowsOf(
    graph,
    sql<Span>`
    with hours as (
      select scope, first_at, last_at, lag(last_at) over (partition by scope order by hour) as before
      from coverage where scope in (${ids}) and source = 'audit' ${inside})
    select scope, min(first_at) as "from", max(last_at) as "to", false as gap from hours group by scope
    union all
    select scope, before, first_at, true from hours where first_at - before >= interval '1 hour'
    order by scope, gap, "from"`,
  )
  return coverageOf(scopes, [...quick, ...spans])
}

/**
 * The spans of logs that cannot have a gap, and the scopes whose log may have one. Where each hour but the newest has more than half an hour between
 * its records, two that follow each other leave no hour between them, nor before a newest one that begins in its first half. Hours
 * that were found to be such ones before are not read again, but for the ends of them.
 */
async function quickSpans(
  graph: Graph,
  scopes: Scopes,
  window: Window | null,
  inside: RawBuilder<unknown>,
): Promise<{ readonly spans: readonly Span[]; readonly broken: readonly number[] }> {
  const known = wholeHours(graph)
  const passed = new Map(
    [...scopes.keys()].map((scope) => [scope, passedOver(known.get(scope), window)] as const),
  )
  const list = [...passed.values()]
  const own = sql`select hour, first_at, last_at from coverage
    where coverage.scope in (${sql.join([...scopes.keys()])}) and coverage.scope = asked.scope and source = 'audit' ${inside}`
  const rows = await rowsOf(
    graph,
    sql<
      Span & {
        readonly first: number
        readonly last: number
        readonly missing: number
        readonly dense: boolean
        readonly dropped: number
      }
    >`
    select asked.scope, min(first_at) as "from", max(last_at) as "to", false as gap, min(hour) as first, max(hour) as last,
      max(hour) - min(hour) + 1 - count(*) as missing,
      coalesce(min(hour) filter (where last_at - first_at <= interval '30 minutes'), max(hour)) = max(hour)
        and max(first_at) < to_timestamp(max(hour) * 3600.0 + 1800) as dense,
      (select dropped from retention) as dropped
    from unnest(${[...scopes.keys()]}::int[], ${list.map(({ from }) => from)}::int[], ${list.map(({ to }) => to)}::int[])
      as asked (scope, low, high),
      lateral (${own} and hour < asked.low union all ${own} and hour >= asked.high) as hours
    group by asked.scope order by asked.scope`,
  )
  const missing = (scope: number): number => {
    const { from, to } = passed.get(scope) ?? { from: 0, to: 0 }
    return to - from
  }
  const isAsBefore = ({ scope, dropped }: { readonly scope: number; readonly dropped: number }): boolean => {
    const before = known.get(scope)
    return before === undefined || before.dropped === dropped
  }
  const isWhole = (row: (typeof rows)[number]): boolean =>
    row.dense && row.missing === missing(row.scope) && isAsBefore(row)
  const spans = rows.filter(isWhole)
  const broken = rows.filter((row) => !isWhole(row)).map(({ scope }) => scope)
  for (const scope of broken) known.delete(scope)
  for (const { scope, first, last, dropped } of spans) {
    if (first < last) known.set(scope, { ...joined(known.get(scope), { from: first, to: last }), dropped })
  }
  return { spans, broken }
}

function coverageOf(scopes: Scopes, spans: readonly Span[]): readonly Coverage[] {
  return spans
    .filter(({ gap }) => !gap)
    .toSorted((one, other) => one.scope - other.scope)
    .map(({ scope, from, to }) => ({
      scope: scopes.get(scope) ?? '',
      source: 'audit',
      from,
      to,
      gaps: spans
        .filter((span) => span.gap && span.scope === scope)
        .map((span) => ({ from: span.from, to: span.to })),
    }))
}

/** The first record of each scope's log from a moment on, by the name of the scope; scopes without one are left out. */
export async function logsBegin(
  graph: Graph,
  scopes: Scopes,
  from: Micros,
): Promise<readonly { readonly scope: string; readonly at: Micros }[]> {
  if (scopes.size === 0) return []
  const ids = sql.join([...scopes.keys()])
  const rows = await rowsOf(
    graph,
    sql<{ readonly scope: number; readonly at: Micros }>`
    select asked.scope, begun.first_at as at
    from unnest(${[...scopes.keys()]}::int[]) as asked (scope), lateral (
      select coverage.first_at from coverage
      where coverage.scope in (${ids}) and coverage.scope = asked.scope and source = 'audit' and hour >= ${hourOf(from)}
      order by hour limit 1) as begun
    order by asked.scope`,
  )
  return rows.map(({ scope, at }) => ({ scope: scopes.get(scope) ?? '', at }))
}
