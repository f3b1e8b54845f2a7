import type { Kysely } from 'kysely'
import type { Database } from '../../src/db/tables.ts'
import type { Graph } from '../../src/lookups/lookup.ts'
import type { Window } from '../../src/model/answer.ts'
import type { Micros } from '../../src/model/time.ts'

/** What one question is asked about. */
export interface About {
  readonly scope: { readonly id: number; readonly name: string }
  readonly subject: string
  readonly ip: string
  /** An image that pods run. */
  readonly image: string
  /** A day that ends with the newest hour; whole hours. */
  readonly from: Micros
  readonly to: Micros
}

/** The graph as the reader sees it: for lookups, and for SQL of one's own. */
export interface Reader {
  readonly graph: Graph
  readonly db: Kysely<Database>
}

/** A question that a responder asks, for us and for DuckDB. */
export interface BenchQuestion {
  readonly name: string
  /** Rows of the answer: nobody is quick by finding nothing. */
  ask(reader: Reader, about: About): Promise<number>
  /** The same over the view `requests`; null where it is not compared. */
  readonly duckdb: ((about: About) => string) | null
}

/** A window, as DuckDB reads it. */
export function during({ from, to }: Window): string {
  return `received >= make_timestamp(${from}) and received < make_timestamp(${to})`
}

/** Outcomes as columns, as DuckDB counts them. */
export const OUTCOMES = `count(*) filter (code < 400) as success, count(*) filter (code = 401) as unauthorized,
  count(*) filter (code = 403) as forbidden, count(*) filter (code >= 400 and code not in (401, 403)) as failure`
