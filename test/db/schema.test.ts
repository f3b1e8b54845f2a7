import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { expect, test } from 'vitest'
import { freshDatabase } from '../helpers/database.ts'
import { ROOT } from '../helpers/documents.ts'
import { dumpSchema } from '../helpers/dump-schema.ts'

test('migrations/schema.sql shows what the migrations make (npm run docs rewrites it)', async () => {
  const database = await freshDatabase()
  const client = new pg.Client({ connectionString: database.ownerUrl })
  await client.connect()
  try {
    expect(readFileSync(join(ROOT, 'migrations/schema.sql'), 'utf8')).toBe(await dumpSchema(client))
  } finally {
    await client.end()
    await database.drop()
  }
})
