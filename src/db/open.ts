import { Kysely, PostgresDialect } from 'kysely'
import type { ReadonlyKysely } from 'kysely/readonly'
import pg from 'pg'
import { type Micros, parseTime } from '../model/time.ts'
import { keepingPlans } from './kept-plans.ts'
import type { Database } from './tables.ts'

export type Pool = pg.Pool
export type Connection = pg.ClientBase

/** A pool and the Kysely on top of it; `close` ends both. */
export interface Opened {
  readonly pool: pg.Pool
  readonly db: Kysely<Database>
  close(): Promise<void>
}

const TIMESTAMPTZ = 1184
const INT8 = 20
const NUMERIC = 1700

const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
    // Sessions run in UTC, so the text always ends in +00.
    if (oid === TIMESTAMPTZ) return (value): Micros | null => parseTime(value)
    // Counters stay far below 2^53, and severities have one decimal.
    if (oid === INT8 || oid === NUMERIC) return Number
    return pg.types.getTypeParser(oid, format) as (value: string) => unknown
  },
}

/** Settings of every session; times out what would hang a responder. Milliseconds. */
const SESSION = ['-c timezone=UTC', '-c lock_timeout=10000', '-c idle_in_transaction_session_timeout=60000']

/** How a pool is opened beside its URL and name. */
export interface OpenOptions {
  readonly max?: number
  /** Settings of its sessions, as the command line of PostgreSQL takes them. */
  readonly session?: readonly string[]
  /** Statements are planned once a connection, without their values. */
  readonly keepsPlans?: boolean
  readonly pool?: pg.PoolConfig
}

/**
 * For who answers questions: cannot write, and keeps plans, since planning takes longer than an answer. Values are not planned with even
 * where statistics would say more of them: without statistics such plans have taken a second. Answers are a few pages of a large graph:
 * compiling a plan or starting workers would take longer than they do, and an index is rarely the slower way.
 */
export const READER: OpenOptions = {
  session: [
    '-c default_transaction_read_only=on',
    '-c statement_timeout=15000',
    '-c plan_cache_mode=force_generic_plan',
    '-c jit=off',
    '-c max_parallel_workers_per_gather=0',
    '-c random_page_cost=1.1',
  ],
  keepsPlans: true,
  // The next question of an incident finds the plans of the one before; an hour bounds what a session gathers.
  pool: { idleTimeoutMillis: 600_000, maxLifetimeSeconds: 3600, keepAlive: true },
}

/** Opens a pool of at most `max` connections named `name` in pg_stat_activity, with pg's own types. */
export function openPool(url: string, name: string, max: number, more: pg.PoolConfig = {}): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: name,
    max,
    connectionTimeoutMillis: 10_000,
    ...more,
  })
  // An idle connection that breaks is replaced by the next query, and one that is being closed may break while the
  // server stops; unheard, either event would end the process.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

/** Opens a pool and Kysely on top of it. Times are read as Micros, bigint and numeric as numbers. */
export function open(url: string, name: string, options: OpenOptions = {}): Opened {
  const { max = 5, session = [], keepsPlans = false } = options
  const pool = openPool(url, name, max, {
    ...options.pool,
    options: [...SESSION, ...session].join(' '),
    types,
  })
  const dialect = new PostgresDialect({ pool: keepsPlans ? keepingPlans(pool) : pool })
  const db = new Kysely<Database>({ dialect })
  return {
    pool,
    db,
    async close() {
      await db.destroy()
      // Kysely ends the pool only when it has used it.
      if (!pool.ending) await pool.end()
    },
  }
}

/** The only place where a Kysely becomes a read-only one; the reader's role holds what the type promises. */
export function readonly(db: Kysely<Database>): ReadonlyKysely<Database> {
  return db as unknown as ReadonlyKysely<Database>
}
