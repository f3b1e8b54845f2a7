import { readConfig } from '../config.ts'
import type { Migrated } from '../db/migrate.ts'
import { withDatabase } from './database.ts'
import { readArgs, UsageError } from './usage.ts'

/**
 * `firebreak migrate [--json | --logins]`: newest schema, job tables, role logins, and the graph spread where there is Citus.
 * `--logins` prints instead what a process of its own is given, as a line for its environment.
 */
export async function migrateCommand(args: readonly string[]): Promise<number> {
  const { values } = readArgs({
    args: [...args],
    options: { json: { type: 'boolean', default: false }, logins: { type: 'boolean', default: false } },
  })
  if (values.json && values.logins)
    throw new UsageError('--logins prints lines for an environment, not JSON; leave --json out.')
  return withDatabase(readConfig(), async (database) => {
    if (values.logins) console.log(`DATABASE_URL_INGEST=${database.urls.ingest}`)
    else if (values.json) console.log(JSON.stringify(jsonMigrated(database)))
    else for (const line of describeMigrated(database)) console.log(line)
    return 0
  })
}

function jsonMigrated({ migrated, distributed }: Migrated): object {
  return { migrated, distributed: distributed.map(({ table }) => table) }
}

/** What was done, a line for each migration and each table that was moved. */
export function describeMigrated({ migrated, distributed }: Migrated): readonly string[] {
  if (migrated.length + distributed.length === 0) return ['The database is up to date.']
  return [
    ...migrated.map((name) => `Migrated: ${name}`),
    ...distributed.map(({ table, as }) => `Distributed: ${table}, ${as}`),
  ]
}
