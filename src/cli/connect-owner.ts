import pg from 'pg'

/**
 * Connects as the owner. Throws a sentence that names the host and what to check when the database does not answer;
 * the password is never in it.
 */
export async function connectOwner(ownerUrl: string, name: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: ownerUrl,
    application_name: name,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return client
  } catch (cause) {
    const { host } = new URL(ownerUrl)
    const why =
      cause instanceof Error ? cause.message || String((cause as { code?: unknown }).code) : String(cause)
    throw new Error(
      `The database at ${host} cannot be reached: ${why}. Check DATABASE_URL and that the server runs.`,
      { cause },
    )
  }
}
