import { readConfig } from '../config.ts'
import { withDatabase } from './database.ts'
import { readArgs } from './usage.ts'

/** `firebreak migrate [--json]`: newest schema, job tables, role logins. */
export async function migrateCommand(args: readonly string[]): Promise<number> {
  const { values } = readArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } })
  return withDatabase(readConfig(), async (database) => {
    if (values.json) console.log(JSON.stringify({ migrated: database.migrated }))
    else if (database.migrated.length === 0) console.log('The database is up to date.')
    else for (const name of database.migrated) console.log(`Migrated: ${name}`)
    return 0
  })
}
