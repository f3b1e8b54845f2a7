import type { Transaction } from 'kysely'
import type pg from 'pg'
import { fromKysely, type Job, PgBoss } from 'pg-boss'
import type { Database } from './tables.ts'

/** The jobs that exist, with what they carry. */
export interface JobData {
  /** Post or redraw the card of an incident, and say in its thread what is new. */
  'refresh-card': { readonly incident: number }
  /** Post or redraw the card of a proposal, and say in the incident's thread how it ended. */
  'refresh-proposal': { readonly proposal: number }
}
export type JobName = keyof JobData

const QUEUES: readonly JobName[] = ['refresh-card', 'refresh-proposal']

/** Installs the job tables and queues; run by the owner, with the migrations. */
export async function installJobs(pool: pg.Pool): Promise<void> {
  const boss = new PgBoss({ db: adapter(pool), supervise: false, schedule: false })
  boss.on('error', () => undefined)
  await boss.start()
  try {
    const existing = new Set((await boss.getQueues()).map((queue) => queue.name))
    for (const name of QUEUES) {
      // short: of one incident at most one job waits; what comes while it runs waits as the next one.
      if (!existing.has(name)) {
        await boss.createQueue(name, {
          policy: 'short',
          notify: true,
          retryLimit: 20,
          retryDelay: 1,
          retryBackoff: true,
          retryDelayMax: 60,
          expireInSeconds: 120,
          deleteAfterSeconds: 86_400,
        })
      }
    }
  } finally {
    await boss.stop({ graceful: false, close: false })
  }
}

/** Adds jobs inside the caller's transaction: they exist when, and only when, it commits. */
export interface JobSender {
  send<N extends JobName>(trx: Transaction<Database>, name: N, key: string, data: JobData[N]): Promise<void>
  close(): Promise<void>
}

export async function openJobSender(pool: pg.Pool): Promise<JobSender> {
  const boss = new PgBoss({ db: adapter(pool), migrate: false, supervise: false, schedule: false })
  boss.on('error', () => undefined)
  await boss.start()
  return {
    async send(trx, name, key, data) {
      await boss.send(name, data, { singletonKey: key, db: fromKysely(trx) })
    },
    close: () => boss.stop({ graceful: false, close: false }),
  }
}

/** Works jobs off until closed; `close` waits for those that run. */
export interface JobWorker {
  close(): Promise<void>
}

/**
 * Starts working jobs off with the given handlers. A handler that throws makes its job run again later, with
 * growing delay; `onError` hears of it.
 */
export async function startJobWorker(
  url: string,
  handlers: { readonly [N in JobName]: (data: JobData[N]) => Promise<void> },
  onError: (error: unknown, job: string) => void,
): Promise<JobWorker> {
  const boss = new PgBoss({
    connectionString: url,
    application_name: 'firebreak jobs',
    max: 3,
    migrate: false,
    schedule: false,
    supervise: true,
    reindex: false,
    monitorVacuum: false,
    useListenNotify: true,
  })
  boss.on('error', (error) => onError(error, 'jobs'))
  await boss.start()
  const work = async <N extends JobName>(
    name: N,
    run: (data: JobData[N]) => Promise<void>,
  ): Promise<void> => {
    await boss.work<JobData[N]>(
      name,
      {
        batchSize: 10,
        burstWhenBatchFull: true,
        pollingIntervalSeconds: 0.5,
        notifyPollingIntervalSeconds: 2,
      },
      async (jobs: Job<JobData[N]>[]) => {
        // Jobs are safe to repeat, so one that fails lets the whole batch run again, after the others had their turn.
        const failed: unknown[] = []
        // Jobs of one transaction have one time: the incident that was opened first is posted first.
        for (const job of jobs.toSorted((a, b) => numberOf(a.data) - numberOf(b.data))) {
          await run(job.data).catch((error: unknown) => {
            onError(error, name)
            failed.push(error)
          })
        }
        if (failed.length > 0)
          throw new AggregateError(failed, `${failed.length} of ${jobs.length} jobs failed`)
      },
    )
  }
  await work('refresh-card', handlers['refresh-card'])
  await work('refresh-proposal', handlers['refresh-proposal'])
  return { close: () => boss.stop({ graceful: true, timeout: 10_000 }) }
}

/** The number of what a job is about. */
function numberOf(data: JobData[JobName]): number {
  return 'incident' in data ? data.incident : data.proposal
}

function adapter(pool: pg.Pool): {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>
} {
  return {
    async executeSql(text, values) {
      const result: unknown = await pool.query(text, values)
      // pg answers several statements with an array of results; the last one counts.
      const last = Array.isArray(result)
        ? (result.at(-1) as { rows: unknown[] })
        : (result as { rows: unknown[] })
      return { rows: last.rows }
    },
  }
}
