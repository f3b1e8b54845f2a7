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

test('scope leads every key of the graph', async () => {
  const database = await freshDatabase()
  const client = new pg.Client({ connectionString: database.ownerUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ relname: string; first: string }>(
      `select c.relname, a.attname as first from pg_index i
       join pg_class c on c.oid = i.indrelid
       join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
       where c.relname in ('entity', 'call', 'edge', 'edge_hour', 'agent', 'coverage', 'ledger', 'finding', 'incident_key')`,
    )
    expect(rows.length).toBeGreaterThan(10)
    const others = rows.filter(({ first }) => first !== 'scope')
    // finding_incident serves a card; it is no key.
    expect(others).toEqual([{ relname: 'finding', first: 'incident' }])
  } finally {
    await client.end()
    await database.drop()
  }
})
