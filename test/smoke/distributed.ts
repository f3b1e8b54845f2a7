import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withDatabase } from '../../src/cli/database.ts'
import { readConfig } from '../../src/config.ts'
import { foreignTables, runSmoke } from './run-smoke.ts'

// With DATABASE_URL on that database, else on an embedded PostgreSQL of its own. Exit 1 when a check fails.
const folder = await mkdtemp(join(tmpdir(), 'firebreak-smoke-'))
const print = (line: string): void => console.log(line)
try {
  const config = { ...readConfig(), home: join(folder, 'home') }
  const refusal = config.databaseUrl === null ? null : await foreignTables(config.databaseUrl)
  if (refusal !== null) throw new Error(refusal)
  const isSound = await withDatabase(config, (ready) => runSmoke(ready, folder, print))
  process.exitCode = isSound ? 0 : 1
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
} finally {
  await rm(folder, { recursive: true, force: true })
}
