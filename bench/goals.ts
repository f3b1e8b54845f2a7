/** One figure that the graph is held to. */
export interface Goal {
  readonly name: string
  readonly unit: string
  /** What it is compared to, or how it was taken where it stands for itself. */
  readonly against: string
  readonly goal: number
  readonly better: 'lower' | 'higher'
}

const COPY = 'COPY of the same events into a jsonb column, one session of the same server'

/** Taking events in. */
export const INGEST = {
  plain: goal('ingest, plain NDJSON ÷ COPY jsonb', '×', COPY, 5, 'higher'),
  gz: goal('ingest, .gz ÷ gunzip and COPY jsonb', '×', `gunzip into ${COPY}`, 5, 'higher'),
  cpu: goal('CPU seconds an event ÷ COPY jsonb', '×', `${COPY}, client and server`, 0.25, 'lower'),
  duckdb: goal(
    'ingest ÷ DuckDB read_json',
    '×',
    'DuckDB read_json of the same file into a table of typed columns',
    0.35,
    'higher',
  ),
  wal: goal('WAL an event ÷ COPY jsonb', '×', COPY, 0.07, 'lower'),
  rss: goal('memory of an ingest, at most', 'MB', 'one process that takes in all events', 600, 'lower'),
  flat: goal(
    'memory at all events ÷ at a quarter',
    '×',
    'a process that takes in a quarter of them',
    1.15,
    'lower',
  ),
  replay: goal(
    'rows changed by a replay',
    'rows',
    'every row of the graph after all events came once',
    0,
    'lower',
  ),
  freshnessP50: goal(
    'freshness of 75 events, p50',
    'ms',
    'a second of one cluster, parsed to committed',
    15,
    'lower',
  ),
  freshnessP99: goal(
    'freshness of 75 events, p99',
    'ms',
    'a second of one cluster, parsed to committed',
    25,
    'lower',
  ),
} as const

/** The trail. */
export const TRAIL = {
  append: goal(
    'rows of the trail, 8 writers',
    'rows/s',
    'one row a transaction, each durable',
    800,
    'higher',
  ),
  verify: goal(
    'entries of the trail verified',
    'rows/s',
    'one thread, hashed and compared',
    100_000,
    'higher',
  ),
} as const

/** Reading events straight from their bytes, of generated events or of those of a real API server. */
export function readingGoals(of: 'generated' | 'real'): {
  readonly fastPath: Goal
  readonly mismatches: Goal
} {
  const against = 'what the parser makes of them'
  return {
    fastPath: goal(`${of} events that the fast reader reads`, '%', 'all of them', 99, 'higher'),
    mismatches: goal(`${of} events that it reads otherwise`, 'events', against, 0, 'lower'),
  }
}

/** What it takes to keep them. */
export const STORAGE = {
  disk: goal('disk an event, compacted ÷ .gz of it', '×', 'gzip -6 of the same events', 0.12, 'lower'),
  edgeHour: goal('disk an edge-hour, compacted', 'bytes', 'edge_day with its indexes', 25, 'lower'),
  compaction: goal('CPU of compaction ÷ of ingest', '×', 'the ingest of the same events', 0.15, 'lower'),
} as const

/** A bounded question over a history of so many days, and over a hundredth of it. */
export function growthGoals(
  question: string,
  days: number,
): {
  readonly growth: Goal
  readonly p50: Goal
  readonly p99: Goal
} {
  return {
    growth: goal(
      `${question}: p50 at 100x ÷ 1x`,
      '×',
      'the same question over a hundredth of that history',
      1.5,
      'lower',
    ),
    p50: goal(`${question}: p50 at 100x`, 'ms', `${days} days of history`, 2, 'lower'),
    p99: goal(`${question}: p99 at 100x`, 'ms', `${days} days of history`, 15, 'lower'),
  }
}

/** A question about all of a history, or a year of it. */
export function wholeGoal(question: string, days: number): Goal {
  return goal(`${question}: p50`, 'ms', `${days} days of history`, 25, 'lower')
}

/** The same question put to DuckDB over files of the same events. */
export function peerGoals(
  question: string,
  events: number,
): { readonly parquet: Goal; readonly ndjson: Goal } {
  const of = `of the same ${events.toLocaleString('en-US')} events`
  return {
    parquet: goal(`${question}: DuckDB on Parquet ÷ ours`, '×', `zstd Parquet ${of}`, 20, 'higher'),
    ndjson: goal(`${question}: DuckDB on NDJSON ÷ ours`, '×', `one read of NDJSON ${of}`, 300, 'higher'),
  }
}

function goal(name: string, unit: string, against: string, value: number, better: 'lower' | 'higher'): Goal {
  return { name, unit, against, goal: value, better }
}
