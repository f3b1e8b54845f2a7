import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Opened, open, READER } from '../../src/db/open.ts'
import { freshDatabase, type TestDatabase } from '../helpers/database.ts'

let database: TestDatabase
let reader: Opened
beforeAll(async () => {
  database = await freshDatabase()
  reader = open(database.urls.reader, 'test kept plans', { ...READER, max: 1 })
})
afterAll(async () => {
  await reader.close()
  await database.drop()
})

async function kept(): Promise<readonly { readonly statement: string; readonly plans: number }[]> {
  const { rows } = await reader.pool.query<{ statement: string; plans: number }>(
    'select statement, generic_plans as plans from pg_prepared_statements where custom_plans = 0',
  )
  return rows
}

test('a statement is planned once, whatever its values are', async () => {
  const ask = async (n: number): Promise<unknown> => {
    const { rows } = await sql`select ${n}::int + 1 as n`.execute(reader.db)
    return rows
  }
  expect([await ask(1), await ask(41)]).toEqual([[{ n: 2 }], [{ n: 42 }]])
  expect(await kept()).toEqual([{ statement: 'select $1::int + 1 as n', plans: 2 }])
})

test('one that fails is asked again like any other', async () => {
  const ask = (divisor: number): Promise<unknown> => sql`select 1 / ${divisor}::int as n`.execute(reader.db)
  await expect(ask(0)).rejects.toThrow('division by zero')
  await expect(sql`select nothing`.execute(reader.db)).rejects.toThrow('column "nothing" does not exist')
  await expect(sql`select nothing`.execute(reader.db)).rejects.toThrow('column "nothing" does not exist')
  expect(await ask(1)).toMatchObject({ rows: [{ n: 1 }] })
})

test('a connection keeps the first fifty, and answers the others too', async () => {
  for (let n = 0; n < 120; n++) {
    const { rows } = await sql`select ${sql.lit(n)}::int as n where ${true}`.execute(reader.db)
    expect(rows).toEqual([{ n }])
  }
  const statements = await kept()
  expect(statements.length).toBeGreaterThan(40)
  expect(statements.length).toBeLessThanOrEqual(50)
})
