import { type RawBuilder, sql } from 'kysely'
import type { Coverage, Window } from '../model/answer.ts'
import type { CoveredLog } from '../model/observation.ts'
import { formatTime, hourOf, type Micros } from '../model/time.ts'
import type { Graph } from './lookup.ts'
import type { Scopes } from './match.ts'
import { rowsOf } from './rows.ts'
import { joined, logName, passedOver, wholeHours } from './whole-hours.ts'

/** A log's first and last record in the window, or a gap in it. */
interface Span {
  readonly scope: number
  readonly source: CoveredLog
  readonly from: Micros
  readonly to: Micros
  readonly gap: boolean
}

/**
 * Which of the given logs exist in the given scopes for a window (null: all that there is), with the gaps in them: an hour or
 * more between two records. Hours are walked one by one only where there may be a gap,
 * and by the server, which hands out no more than the gaps.
 */
export async function readCoverage(
  graph: Graph,
  scopes: Scopes,
  window: Window | null,
  sources: readonly CoveredLog[],
): Promise<readonly Coverage[]> {
  if (scopes.size === 0) return []
  const inside =
    window === null
      ? sql``
      : sql`and hour >= ${hourOf(window.from)} and hour <= ${hourOf(window.to)}
          and last_at >= ${formatTime(window.from)}::timestamptz and first_at < ${formatTime(window.to)}::timestamptz`
  const { spans: quick, broken } = await quickSpans(graph, scopes, sources, window, inside)
  if (broken.length === 0) return coverageOf(scopes, quick)
  const ids = sql.join([...scopes.keys()])
  const spans = await rowsOf(
    graph,
    sql<Span>`
    with hours as (
      select scope, source, first_at, last_at, lag(last_at) over (partition by scope, source order by hour) as before
      from coverage
      where scope in (${ids}) ${inside} and (scope, source) in (
        select asked.scope, asked.source
        from unnest(${broken.map((log) => log.scope)}::int[], ${broken.map((log) => log.source)}::text[]) as asked (scope, source)))
    select scope, source, min(first_at) as "from", max(last_at) as "to", false as gap from hours group by scope, source
    union all
    select scope, source, before, first_at, true from hours where first_at - before >= interval '1 hour'
    order by scope, source, gap, "from"`,
  )
  return coverageOf(scopes, [...quick, ...spans])
}

/**
 * The spans of logs that cannot have a gap, and the logs that may have one. Where each hour but the newest has more than half an hour between
 * its records, two that follow each other leave no hour between them, nor before a newest one that begins in its first half. Hours
 * that were found to be such ones before are not read again, but for the ends of them.
 */
async function quickSpans(
  graph: Graph,
  scopes: Scopes,
  sources: readonly CoveredLog[],
  window: Window | null,
  inside: RawBuilder<unknown>,
): Promise<{ readonly spans: readonly Span[]; readonly broken: readonly Pick<Span, 'scope' | 'source'>[] }> {
  const known = wholeHours(graph)
  const logs = [...scopes.keys()].flatMap((scope) =>
    sources.map((source) => ({
      scope,
      source,
      passed: passedOver(known.get(logName(scope, source)), window),
    })),
  )
  const own = sql`select hour, first_at, last_at from coverage
    where coverage.scope in (${sql.join([...scopes.keys()])}) and coverage.scope = asked.scope and coverage.source = asked.source ${inside}`
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
    select asked.scope, asked.source, min(first_at) as "from", max(last_at) as "to", false as gap,
      min(hour) as first, max(hour) as last, max(hour) - min(hour) + 1 - count(*) as missing,
      coalesce(min(hour) filter (where last_at - first_at <= interval '30 minutes'), max(hour)) = max(hour)
        and max(first_at) < to_timestamp(max(hour) * 3600.0 + 1800) as dense,
      (select dropped from retention) as dropped
    from unnest(${logs.map(({ scope }) => scope)}::int[], ${logs.map(({ source }) => source)}::text[],
        ${logs.map(({ passed }) => passed.from)}::int[], ${logs.map(({ passed }) => passed.to)}::int[])
      as asked (scope, source, low, high),
      lateral (${own} and hour < asked.low union all ${own} and hour >= asked.high) as hours
    group by asked.scope, asked.source order by asked.scope, asked.source`,
  )
  const missing = new Map(
    logs.map(({ scope, source, passed }) => [logName(scope, source), passed.to - passed.from] as const),
  )
  const isWhole = (row: (typeof rows)[number]): boolean => {
    const log = logName(row.scope, row.source)
    const before = known.get(log)
    const isAsBefore = before === undefined || before.dropped === row.dropped
    return row.dense && row.missing === missing.get(log) && isAsBefore
  }
  const spans = rows.filter(isWhole)
  const broken = rows.filter((row) => !isWhole(row))
  for (const { scope, source } of broken) known.delete(logName(scope, source))
  for (const { scope, source, first, last, dropped } of spans) {
    const log = logName(scope, source)
    if (first < last) known.set(log, { ...joined(known.get(log), { from: first, to: last }), dropped })
  }
  return { spans, broken }
}

function coverageOf(scopes: Scopes, spans: readonly Span[]): readonly Coverage[] {
  return spans
    .filter(({ gap }) => !gap)
    .toSorted((one, other) => one.scope - other.scope || one.source.localeCompare(other.source))
    .map(({ scope, source, from, to }) => ({
      scope: scopes.get(scope) ?? '',
      source,
      from,
      to,
      gaps: spans
        .filter((span) => span.gap && span.scope === scope && span.source === source)
        .map((span) => ({ from: span.from, to: span.to })),
    }))
}

/** The first record of each of the given logs from a moment on, by the name of its scope; logs without one are left out. */
export async function logsBegin(
  graph: Graph,
  scopes: Scopes,
  from: Micros,
  sources: readonly CoveredLog[],
): Promise<readonly { readonly scope: string; readonly at: Micros }[]> {
  if (scopes.size === 0) return []
  const ids = sql.join([...scopes.keys()])
  const rows = await rowsOf(
    graph,
    sql<{ readonly scope: number; readonly at: Micros }>`
    select asked.scope, begun.first_at as at
    from unnest(${[...scopes.keys()]}::int[]) as asked (scope), unnest(${sources}::text[]) as log (source), lateral (
      select coverage.first_at from coverage
      where coverage.scope in (${ids}) and coverage.scope = asked.scope and coverage.source = log.source and hour >= ${hourOf(from)}
      order by hour limit 1) as begun
    order by asked.scope, log.source`,
  )
  return rows.map(({ scope, at }) => ({ scope: scopes.get(scope) ?? '', at }))
}
