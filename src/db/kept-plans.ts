import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type pg from 'pg'

/**
 * Statements that a connection keeps, the first that it is asked; others are planned each time. A plan over months of partitions takes
 * more than a megabyte of the server, for as long as the connection lives.
 */
const MOST_KEPT = 50

/** The pool for a Kysely whose connections parse and plan a statement when its text is new to them, and keep the plan. */
export function keepingPlans(pool: pg.Pool): PostgresPool {
  const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>()
  return {
    options: pool.options,
    async connect() {
      const client = await pool.connect()
      const keeping = clients.get(client) ?? keepPlans(client)
      clients.set(client, keeping)
      return keeping
    },
    end: () => pool.end(),
  }
}

function keepPlans(client: pg.PoolClient): PostgresPoolClient {
  const names = new Map<string, string>()
  const nameOf = (text: string): string | undefined => {
    const kept = names.get(text)
    if (kept !== undefined || names.size >= MOST_KEPT) return kept
    const name = `kept ${names.size + 1}`
    names.set(text, name)
    return name
  }
  const query = (text: string, values: readonly unknown[]) => {
    const name = nameOf(text)
    return client.query({ text, values: [...values], ...(name === undefined ? {} : { name }) })
  }
  return {
    // Kysely asks with a cursor only where its dialect was given one.
    query: query as unknown as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy),
  }
}
