import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Kysely, PostgresDialect } from 'kysely'
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration'
import type pg from 'pg'
import { distribute, type Moved } from './distribute.ts'
import { installJobs } from './jobs.ts'
import { openPool } from './open.ts'

const FOLDER = join(import.meta.dirname, '../../migrations')

/** Reads migrations/NNNN_name.ts in order. */
const provider: MigrationProvider = {
  async getMigrations() {
    const files = (await readdir(FOLDER)).filter((file) => /^\d{4}_[a-z_]+\.ts$/.test(file)).toSorted()
    const migrations: Record<string, Migration> = {}
    for (const file of files) {
      migrations[file.replace('.ts', '')] = (await import(join(FOLDER, file))) as Migration
    }
    return migrations
  },
}

/** What a migration did now. */
export interface Migrated {
  /** Names of the migrations that ran. */
  readonly migrated: readonly string[]
  /** Tables that were moved to the nodes of Citus. */
  readonly distributed: readonly Moved[]
}

/**
 * Brings the owner's database to the newest schema, jobs included, and spreads the graph where the server has Citus.
 * `more` runs on the same connection afterwards (the simulator's own tables).
 */
export async function migrate(
  ownerUrl: string,
  more: (client: pg.ClientBase) => Promise<void> = async () => undefined,
): Promise<Migrated> {
  const pool = openPool(ownerUrl, 'firebreak migrate', 2)
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  try {
    const { error, results = [] } = await new Migrator({ db, provider }).migrateToLatest()
    if (error !== undefined) {
      const failed = results.find((result) => result.status === 'Error')
      throw new Error(
        `Migrating the database${failed === undefined ? '' : ` (${failed.migrationName})`}: ${describe(error)}`,
        {
          cause: error,
        },
      )
    }
    await installJobs(pool)
    const client = await pool.connect()
    try {
      const distributed = await distribute(client)
      await more(client)
      const ran = results.filter((result) => result.status === 'Success')
      return { migrated: ran.map((result) => result.migrationName), distributed }
    } finally {
      client.release()
    }
  } finally {
    await db.destroy()
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
