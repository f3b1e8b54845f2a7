import { readFile, realpath } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import pg from 'pg'
import { chooseRunAs, findBinaries } from './embedded-binaries.ts'
import { assertRoom, ensureData, makeHome, OWNER, ownerPassword } from './embedded-data.ts'
import { lookForPostmaster, startPostmaster, stopPostmaster } from './embedded-process.ts'
import { withHomeLock } from './home-lock.ts'

const DATABASE = 'firebreak'

/** A PostgreSQL server under a folder of ours. `stop` waits for a clean shutdown. */
export interface EmbeddedServer {
  /** The owner's connection string. */
  readonly url: string
  readonly port: number
  /** True when it was running already: of a Firebreak that was killed, or of another command. */
  readonly adopted: boolean
  stop(): Promise<void>
}

export interface EmbeddedOptions {
  /** Firebreak's home folder; the data lies in `postgres` below it. */
  readonly home: string
  /** Extra settings, `name=value` (tests trade durability for speed). */
  readonly settings?: readonly string[]
}

/**
 * Starts the embedded PostgreSQL below `home`, or adopts the one that runs there: of a killed Firebreak, or of another
 * command. The server is its own process group: Ctrl-C in a terminal reaches Firebreak alone, which then stops it. Throws
 * a sentence that says what to do when the disk or the folder is not to be had; then nothing is left running.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const home = await makeHome(options.home)
  const data = join(home, 'postgres')
  const binaries = await findBinaries()
  return withHomeLock(home, async () => {
    const runAs = await chooseRunAs(binaries, home)
    const password = await ownerPassword(home)
    const stop = (): Promise<void> => stopPostmaster(binaries, runAs, data)

    const found = await lookForPostmaster(data)
    if (found.state === 'unclear') {
      throw new Error(
        `Process ${found.pid} may be a PostgreSQL on ${data}, and this user may not look. Stop it first; if it is something else, remove ${join(data, 'postmaster.pid')}.`,
      )
    }
    if (found.state === 'running') {
      const url = urlOf(found.port, password)
      if (await answers(url)) return { url, port: found.port, adopted: true, stop }
      await stop()
    }

    await assertRoom(home)
    await ensureData(binaries, runAs, data, password)
    const port = await freePort()
    await startPostmaster(binaries, runAs, data, port, options.settings ?? [])
    try {
      await ensureDatabase(urlOf(port, password, 'postgres'))
    } catch (error) {
      await stop()
      throw error
    }
    return { url: urlOf(port, password), port, adopted: false, stop }
  })
}

/** The owner's connection string of the server running under `home`, or null when none answers there. */
export async function findRunning(home: string): Promise<string | null> {
  const own = await realpath(resolve(home)).catch(() => null)
  if (own === null) return null
  const found = await lookForPostmaster(join(own, 'postgres'))
  const password = await readFile(join(own, 'owner-password'), 'utf8').catch(() => null)
  if (found.state !== 'running' || password === null) return null
  const url = urlOf(found.port, password.trim())
  return (await answers(url)) ? url : null
}

/** sslmode: the server is on this machine and has no certificate, whatever PGSSLMODE says of others. */
function urlOf(port: number, password: string, database = DATABASE): string {
  return `postgres://${OWNER}:${password}@127.0.0.1:${port}/${database}?sslmode=disable`
}

/** True when a server answers at a connection string. */
export async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE])
    if (rowCount === 0) await client.query(`create database ${DATABASE}`)
  } finally {
    await client.end()
  }
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer()
    server.once('error', fail)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = address !== null && typeof address === 'object' ? address.port : 0
      server.close(() => done(port))
    })
  })
}
