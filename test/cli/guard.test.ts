import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AlreadyServed, holdGuard } from '../../src/cli/guard.ts'
import { asOwner } from '../helpers/as-owner.ts'
import { freshDatabase, type TestDatabase } from '../helpers/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.drop())

async function cutSessions(): Promise<void> {
  const client = new pg.Client({ connectionString: database.ownerUrl })
  await client.connect()
  await client.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'firebreak start' and datname = current_database()",
  )
  await client.end()
}

test('a database that is served is refused to a second one, and free again afterwards', async () => {
  const first = await holdGuard(database.ownerUrl, 'here')
  await expect(holdGuard(database.ownerUrl, 'here')).rejects.toThrow(AlreadyServed)
  await first.close()
  const second = await holdGuard(database.ownerUrl, 'here')
  await second.close()
})

test('a guard whose session is cut takes it again', async () => {
  const guard = await holdGuard(database.ownerUrl, 'here')
  await cutSessions()
  // Looked for, not tried: whoever takes the guard in that very moment has it.
  const held = `select 1 from pg_stat_activity where application_name = 'firebreak start' and datname = '${new URL(database.ownerUrl).pathname.slice(1)}'`
  await expect
    .poll(async () => (await asOwner(database.ownerUrl, held)).length, { timeout: 30_000, interval: 200 })
    .toBe(1)
  await expect(holdGuard(database.ownerUrl, 'here')).rejects.toThrow('already serves')
  await guard.close()
})

test('a guard that is closed while it is taken again leaves no session behind', async () => {
  for (let nr = 0; nr < 10; nr++) {
    const guard = await holdGuard(database.ownerUrl, 'here')
    await cutSessions()
    await new Promise((done) => setTimeout(done, nr))
    await guard.close()
    const next = await holdGuard(database.ownerUrl, 'here')
    await next.close()
  }
})

test('a guard that somebody else has taken meanwhile is lost, in words', async () => {
  const guard = await holdGuard(database.ownerUrl, 'here')
  // Holds the place before the first one can come back.
  const rival = new pg.Client({ connectionString: database.ownerUrl, application_name: 'firebreak start' })
  await rival.connect()
  const client = new pg.Client({ connectionString: database.ownerUrl })
  await client.connect()
  await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'firebreak start' and datname = current_database() order by backend_start limit 1`,
  )
  await client.end()
  expect(await guard.lost).toMatch(/^Firebreak already serves this database \(here\)/)
  await rival.end()
  await guard.close()
})

test('a database that is not there is named, with what to check', async () => {
  await expect(holdGuard('postgres://u:geheim@127.0.0.1:1/x', 'DATABASE_URL')).rejects.toThrow(
    /^The database at 127\.0\.0\.1:1 cannot be reached: .*Check DATABASE_URL/,
  )
})
