import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asOwner } from '../helpers/as-owner.ts'
import { freshDatabase, type TestDatabase } from '../helpers/database.ts'
import { foreignTables, runSmoke } from './run-smoke.ts'

let database: TestDatabase
let other: TestDatabase
let folder: string
beforeAll(async () => {
  database = await freshDatabase()
  other = await freshDatabase()
  folder = await mkdtemp(`${tmpdir()}/firebreak-smoke-test-`)
})
afterAll(async () => {
  await Promise.all([database.drop(), other.drop(), rm(folder, { recursive: true, force: true })])
})

async function smoke(
  readerUrl: string,
): Promise<{ readonly isSound: boolean; readonly lines: readonly string[] }> {
  const lines: string[] = []
  const { ownerUrl, urls } = database
  const ready = { ownerUrl, urls: { ...urls, reader: readerUrl }, migrated: [], distributed: [] }
  return { isSound: await runSmoke(ready, folder, (line) => lines.push(line)), lines }
}

test('the smoke holds on plain PostgreSQL, again and again on one database', async () => {
  for (let round = 0; round < 2; round++) {
    const { isSound, lines } = await smoke(database.urls.reader)
    expect(lines.filter((line) => line.startsWith('FAIL'))).toEqual([])
    expect(isSound).toBe(true)
    expect(lines).toContain('ok    every statement on the graph named its scope')
    expect(lines.at(-1)).toBe('not yet: approvals, trail')
    for (const lookup of ['ingest', 'subject', 'ip', 'secrets', 'seen']) {
      expect(
        lines.some((line) => line.startsWith(`ok    ${lookup}`)),
        lookup,
      ).toBe(true)
    }
  }
})

test('answers that differ from what was counted fail it, each with both numbers', async () => {
  const { isSound, lines } = await smoke(other.urls.reader)
  expect(isSound).toBe(false)
  const failed = lines.filter((line) => line.startsWith('FAIL  subject alice'))
  expect(failed).toHaveLength(1)
  expect(failed[0]).toContain('"totals":{"success":0,')
  expect(lines.some((line) => line.startsWith('ok    ingest'))).toBe(true)
})

test('a database that holds something else is refused by name, an empty one and our own are not', async () => {
  expect(await foreignTables(database.ownerUrl)).toBeNull()
  await asOwner(other.ownerUrl, 'drop schema public cascade; create schema public')
  expect(await foreignTables(other.ownerUrl)).toBeNull()
  await asOwner(other.ownerUrl, 'create table invoices (id integer)')
  expect(await foreignTables(other.ownerUrl)).toMatch(/^The database holds invoices and is not Firebreak's/)
})
