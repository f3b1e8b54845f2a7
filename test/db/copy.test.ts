import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CopyRows, copyInto } from '../../src/db/copy.ts'
import { freshDatabase, type TestDatabase } from '../helpers/database.ts'

let database: TestDatabase
let owner: pg.Client
beforeAll(async () => {
  database = await freshDatabase()
  owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  await owner.query('create temporary table taken (n integer not null, said text)')
})
afterAll(async () => {
  await owner.end()
  await database.drop()
})

function rowsOf(...said: readonly string[]): CopyRows {
  const rows = new CopyRows()
  for (const [n, text] of said.entries()) {
    rows.begin(2)
    rows.int4(n)
    rows.text(text)
  }
  return rows
}

const count = async (): Promise<unknown> =>
  (await owner.query<{ n: number }>('select count(*)::int as n from taken')).rows[0]?.n

test('rows land, however many buffers they take', async () => {
  const long = 'x'.repeat(400_000)
  await copyInto(owner, 'taken', ['n', 'said'], rowsOf('a', long, 'b', long))
  const { rows } = await owner.query('select n, length(said) as length from taken order by n')
  expect(rows).toEqual([1, 400_000, 1, 400_000].map((length, n) => ({ n, length })))
})

test('what the server refuses is told, and the connection goes on', async () => {
  const before = await count()
  await expect(copyInto(owner, 'nowhere', ['n', 'said'], rowsOf('a'))).rejects.toThrow(
    /"nowhere" does not exist/,
  )
  expect(await count()).toBe(before)
  // Refused in the middle, with much still to come.
  const bad = rowsOf('a\0', ...Array.from({ length: 50 }, () => 'x'.repeat(100_000)))
  await expect(copyInto(owner, 'taken', ['n', 'said'], bad)).rejects.toMatchObject({ code: '22021' })
  expect(await count()).toBe(before)
  await copyInto(owner, 'taken', ['n', 'said'], rowsOf('again'))
  expect(await count()).toBe(Number(before) + 1)
})

test('a copy on a connection that is gone fails', async () => {
  const other = new pg.Client({ connectionString: database.ownerUrl })
  other.on('error', () => undefined)
  await other.connect()
  const { rows } = await other.query<{ pid: number }>('select pg_backend_pid() as pid')
  await owner.query('select pg_terminate_backend($1)', [rows[0]?.pid])
  await expect(copyInto(other, 'taken', ['n', 'said'], rowsOf('a'))).rejects.toThrow()
})
