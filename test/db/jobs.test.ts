import { afterAll, beforeAll, expect, test } from 'vitest'
import { type JobSender, openJobSender, startJobWorker } from '../../src/db/jobs.ts'
import { type Opened, open } from '../../src/db/open.ts'
import { freshDatabase, type TestDatabase } from '../helpers/database.ts'

let database: TestDatabase
let ingest: Opened
let jobs: JobSender
beforeAll(async () => {
  database = await freshDatabase()
  ingest = open(database.urls.ingest, 'test ingest')
  jobs = await openJobSender(ingest.pool)
})
afterAll(async () => {
  await jobs.close()
  await ingest.close()
  await database.drop()
})

async function send(incidents: readonly number[]): Promise<void> {
  await ingest.db.transaction().execute(async (trx) => {
    for (const incident of incidents) await jobs.send(trx, 'refresh-card', String(incident), { incident })
  })
}

async function waiting(): Promise<readonly number[]> {
  const { rows } = await ingest.pool.query<{ incident: number }>(
    `select (data ->> 'incident')::int as incident from pgboss.job where name = 'refresh-card' and state = 'created' order by 1`,
  )
  return rows.map((row) => row.incident)
}

test('a job exists when, and only when, its transaction commits; of one incident one waits; a failed one runs again', async () => {
  const undone = ingest.db.transaction().execute(async (trx) => {
    await jobs.send(trx, 'refresh-card', '1', { incident: 1 })
    throw new Error('rolled back')
  })
  await expect(undone).rejects.toThrow('rolled back')
  expect(await waiting()).toEqual([])

  await send([3, 2, 3])
  await send([2])
  expect(await waiting()).toEqual([2, 3])

  const done: number[] = []
  const errors: string[] = []
  const worker = await startJobWorker(
    database.urls.bot,
    {
      async 'refresh-card'({ incident }) {
        if (incident === 2 && errors.length === 0) throw new Error('Slack is away')
        done.push(incident)
      },
      async 'refresh-proposal'() {},
    },
    (error, job) => errors.push(`${job}: ${error instanceof Error ? error.message : String(error)}`),
  )
  try {
    await expect.poll(() => done.includes(2) && done.includes(3), { timeout: 20_000 }).toBe(true)
    expect(errors[0]).toBe('refresh-card: Slack is away')
  } finally {
    await worker.close()
  }
})
