import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { type RoleUrls, urlsOf } from '../../src/db/roles.ts'
import { asOwner } from './as-owner.ts'
import { installScopeLint } from './scope-lint.ts'

// Everything that the tests of this process have the product do has to name its scope.
installScopeLint()

/** A database of a test's own: migrated, empty, with every role's connection string. */
export interface TestDatabase {
  readonly ownerUrl: string
  readonly urls: RoleUrls
  drop(): Promise<void>
}

/** Clones the migrated template (about 50 ms). */
export async function freshDatabase(): Promise<TestDatabase> {
  const { url, template, secret } = inject('postgres')
  const name = `firebreak_test_${randomBytes(6).toString('hex')}`
  await asOwner(url, `create database ${name} template ${template}`)
  const own = new URL(url)
  own.pathname = `/${name}`
  return {
    ownerUrl: own.toString(),
    urls: urlsOf(own.toString(), secret),
    drop: () => dropDatabase(url, name),
  }
}

/** Waits a moment for sessions that are leaving: a forced drop would hit them with an error that nobody hears. */
async function dropDatabase(url: string, name: string): Promise<void> {
  for (let left = 100; left > 0 && (await sessionsOf(url, name)) > 0; left--) {
    await new Promise((done) => setTimeout(done, 20))
  }
  await asOwner(url, `drop database if exists ${name} with (force)`)
}

async function sessionsOf(url: string, name: string): Promise<number> {
  const rows = await asOwner(url, `select 1 from pg_stat_activity where datname = '${name}'`)
  return rows.length
}
