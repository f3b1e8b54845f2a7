import { afterAll, beforeAll, expect, test } from 'vitest'
import { open, READER } from '../../src/db/open.ts'
import { parseTime } from '../../src/model/time.ts'
import { freshDatabase, type TestDatabase } from '../helpers/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.drop())

test('closing ends every connection, also of a pool that only was used directly', async () => {
  const opened = open(database.ownerUrl, 'test open')
  await opened.pool.query('select 1')
  await opened.close()
  expect(opened.pool.ended).toBe(true)
  expect(opened.pool.totalCount).toBe(0)
})

test('times are read to the microsecond, counters and severities as numbers', async () => {
  const opened = open(database.ownerUrl, 'test open')
  const { rows } = await opened.pool.query(
    "select '2026-11-22 02:14:00.123456+01'::timestamptz as at, 9007199254740991::bigint as n, 8.5::numeric as s",
  )
  await opened.close()
  expect(rows).toEqual([{ at: parseTime('2026-11-22T01:14:00.123456Z'), n: 9_007_199_254_740_991, s: 8.5 }])
})

test('a session that answers questions is read-only and ends long statements', async () => {
  const opened = open(database.urls.reader, 'test open', READER)
  const { rows } = await opened.pool.query(
    "select current_setting('transaction_read_only') as ro, current_setting('statement_timeout') as t",
  )
  await opened.close()
  expect(rows).toEqual([{ ro: 'on', t: '15s' }])
})
