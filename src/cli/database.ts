import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import type { Config } from '../config.ts'
import { findRunning, startEmbedded } from '../db/embedded.ts'
import { migrate } from '../db/migrate.ts'
import { ensureRoles, type RoleUrls } from '../db/roles.ts'
import { createWorkspaceTables } from '../workspace/tables.ts'
import { readRunFile } from './run-file.ts'

/** A database that is ready for use: migrated, with its roles. */
export interface Ready {
  readonly ownerUrl: string
  readonly urls: RoleUrls
  /** Names of the migrations that ran now. */
  readonly migrated: readonly string[]
  /** Stops the embedded server when this process started it and nobody else uses it. */
  close(): Promise<void>
}

/**
 * Opens the database that `npm start` uses: DATABASE_URL, else the one of a running Firebreak, else the embedded one,
 * which is started for as long as the command runs.
 */
export async function openDatabase(config: Config): Promise<Ready> {
  const run = config.databaseUrl === null ? await readRunFile(config.home) : null
  const given = config.databaseUrl ?? run?.database ?? (await findRunning(config.home))
  const server = given === null ? await startEmbedded({ home: config.home }) : null
  const ownerUrl = given ?? server?.url ?? ''
  try {
    const ready = await prepare(ownerUrl, config.home)
    return {
      ...ready,
      async close() {
        if (server !== null && !(await inUse(ownerUrl))) await server.stop()
      },
    }
  } catch (error) {
    await server?.stop()
    throw error
  }
}

/** Migrates and makes the roles. */
export async function prepare(
  ownerUrl: string,
  home: string,
): Promise<{ readonly ownerUrl: string; readonly urls: RoleUrls; readonly migrated: readonly string[] }> {
  await assertReachable(ownerUrl)
  const migrated = await migrate(ownerUrl, createWorkspaceTables)
  const urls = await ensureRoles(ownerUrl, await roleSecret(ownerUrl, home))
  return { ownerUrl, urls, migrated }
}

/** From what the roles' passwords follow: the owner's password, or a secret of the home folder where there is none. */
async function roleSecret(ownerUrl: string, home: string): Promise<string> {
  const { password } = new URL(ownerUrl)
  if (password !== '') return password
  const file = join(home, 'role-secret')
  const existing = await readFile(file, 'utf8').catch(() => '')
  if (existing.trim() !== '') return existing.trim()
  const fresh = randomBytes(24).toString('hex')
  await mkdir(home, { recursive: true, mode: 0o700 })
  await writeFile(file, `${fresh}\n`, { mode: 0o600 })
  return fresh
}

async function assertReachable(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl, connectionTimeoutMillis: 10_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
  } catch (cause) {
    const { host } = new URL(ownerUrl)
    const why =
      cause instanceof Error ? cause.message || String((cause as { code?: unknown }).code) : String(cause)
    throw new Error(
      `The database at ${host} cannot be reached: ${why}. Check DATABASE_URL and that the server runs.`,
      { cause },
    )
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** True while another Firebreak has a session on the server. */
async function inUse(ownerUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'firebreak leaving' })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rowCount } = await client.query(
      "select 1 from pg_stat_activity where application_name like 'firebreak%' and pid <> pg_backend_pid() limit 1",
    )
    return (rowCount ?? 0) > 0
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}
