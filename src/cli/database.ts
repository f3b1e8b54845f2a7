import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { answers, type EmbeddedServer, startEmbedded } from '../db/embedded.ts'
import { type Migrated, migrate } from '../db/migrate.ts'
import { ensureRoles, type RoleUrls } from '../db/roles.ts'
import { createWorkspaceTables } from '../workspace/tables.ts'
import { connectOwner } from './connect-owner.ts'
import { readRunFile } from './run-file.ts'

/** A database that is ready for use: migrated, with its roles. */
export interface Ready extends Migrated {
  readonly ownerUrl: string
  readonly urls: RoleUrls
}

/**
 * Opens the database that `npm start` uses, for as long as `work` takes: DATABASE_URL, else the one of a running
 * Firebreak, else the embedded one. The embedded server is stopped by whoever is the last to use it.
 */
export async function withDatabase<T>(config: Config, work: (ready: Ready) => Promise<T>): Promise<T> {
  const given = config.databaseUrl ?? (await servedDatabase(config.home))
  const server: EmbeddedServer | null = given === null ? await startEmbedded({ home: config.home }) : null
  const ownerUrl = given ?? server?.url ?? ''
  try {
    return await work(await prepare(ownerUrl, config))
  } finally {
    if (server !== null && !(await inUse(ownerUrl))) await server.stop()
  }
}

/** The database that run.json names, when that Firebreak still runs and the database answers. */
async function servedDatabase(home: string): Promise<string | null> {
  const run = await readRunFile(home)
  return run !== null && (await answers(run.database)) ? run.database : null
}

/** Migrates, makes the roles and sets how long the graph is kept, one command at a time. */
export async function prepare(
  ownerUrl: string,
  { home, retentionMonths }: Pick<Config, 'home' | 'retentionMonths'>,
): Promise<Ready> {
  const client = await connectOwner(ownerUrl, 'firebreak prepare')
  try {
    // Catalog rows cannot be changed by two at once; the lock ends with the session, however that ends.
    await client.query("select pg_advisory_lock(hashtext('firebreak prepare'))")
    const done = await migrate(ownerUrl, createWorkspaceTables)
    const urls = await ensureRoles(ownerUrl, await roleSecret(ownerUrl, home))
    if (retentionMonths !== null)
      await client.query('update retention set months = $1 where months <> $1', [retentionMonths])
    return { ownerUrl, urls, ...done }
  } finally {
    await client.end()
  }
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

/** True while another Firebreak has a session on the server. */
async function inUse(ownerUrl: string): Promise<boolean> {
  const client = await connectOwner(ownerUrl, 'firebreak leaving').catch(() => null)
  if (client === null) return false
  try {
    const { rowCount } = await client.query(
      `select 1 from pg_stat_activity
       where application_name like 'firebreak%' and application_name <> 'firebreak leaving'
         and pid <> pg_backend_pid() limit 1`,
    )
    return (rowCount ?? 0) > 0
  } finally {
    await client.end()
  }
}
