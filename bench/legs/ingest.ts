import type { IngestSummary } from '../../src/ingest/summary.ts'
import { type ChildCost, startChild } from '../child.ts'
import type { IngestTask } from '../children/ingest.ts'
import { type Cost, measure } from '../measure.ts'
import type { BenchDatabase, BenchServer } from '../server.ts'

/** What an ingest took and what came of it. */
export type IngestCost = Cost & ChildCost & { readonly summary: IngestSummary }

/** Takes files into a database in a process of its own. Throws when a record did not land. */
export async function ingest(
  server: BenchServer,
  database: BenchDatabase,
  files: readonly string[],
): Promise<IngestCost> {
  const task: IngestTask = { urls: database.urls, files }
  const child = await startChild<{ readonly summary: IngestSummary }>('ingest', task)
  try {
    return await measure(server, database.owner, () => child.run())
  } finally {
    await child.close()
  }
}

/** The same into a new database, where every event must land. */
export async function coldIngest(server: BenchServer, files: readonly string[]): Promise<IngestCost> {
  const database = await server.fresh('migrated')
  try {
    const cost = await ingest(server, database, files)
    const { records, landed } = cost.summary
    if (landed !== records) throw new Error(`${landed} of ${records} events landed`)
    return cost
  } finally {
    await database.drop()
  }
}
