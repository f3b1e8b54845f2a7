import pg from 'pg'

/** Runs one statement on a connection of its own and returns its rows. */
export async function asOwner(url: string, statement: string): Promise<readonly object[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<object>(statement)).rows
  } finally {
    await client.end()
  }
}
