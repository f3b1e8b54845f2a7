import pg from 'pg'
import { acrossScopes } from './scope-lint.ts'

/** A connection that may ask of all scopes at once: for what looks on, as tests do, and is no part of the product. */
export async function onlooker(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>
  client.query = ((...args: unknown[]) => acrossScopes(() => query(...args))) as typeof client.query
  return client
}

/** Runs one statement on a connection of its own and returns its rows. */
export async function asOwner(url: string, statement: string): Promise<readonly object[]> {
  const client = await onlooker(url)
  try {
    return (await client.query<object>(statement)).rows
  } finally {
    await client.end()
  }
}
