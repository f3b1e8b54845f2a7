import { Kysely, PostgresDialect, type Transaction } from 'kysely'
import type pg from 'pg'
import type { Database } from './tables.ts'

export type Trx = Transaction<Database>

/** A transaction seen twice: through Kysely, and as the connection it runs on (for COPY). */
export interface OnConnection {
  readonly trx: Trx
  readonly client: pg.PoolClient
}

/** Runs `work` in a transaction on a connection of the pool; commits when it returns, rolls back when it throws. */
export async function inTransaction<T>(pool: pg.Pool, work: (on: OnConnection) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let failure: Error | undefined
  try {
    const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool: only(client) }) })
    return await db.transaction().execute((trx) => work({ trx, client }))
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error))
    throw error
  } finally {
    // A connection that broke, or that a COPY left in the middle, is not used again.
    client.release(failure !== undefined && !isServerError(failure) ? failure : undefined)
  }
}

/** A pool of one connection that is given back by whoever took it. */
function only(client: pg.PoolClient): {
  connect(): Promise<pg.PoolClient>
  end(): Promise<void>
  options: object
} {
  const held = new Proxy(client, {
    get(target, name) {
      if (name === 'release') return () => undefined
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value
    },
  })
  return { connect: () => Promise.resolve(held), end: () => Promise.resolve(), options: {} }
}

/** True for what the server answered with: the connection is sound. */
function isServerError(error: Error): boolean {
  return 'severity' in error
}
