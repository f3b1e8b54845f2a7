import { startChild } from '../child.ts'
import type { IngestTask } from '../children/ingest.ts'
import { INGEST } from '../goals.ts'
import { percentile } from '../measure.ts'
import type { BenchDatabase } from '../server.ts'
import { type Ratio, ratio } from '../table.ts'

/** The first ones meet a writer that knows nothing yet. */
const WARM_UP = 20

/** How long a second of one cluster takes from its file to its commit, in a graph that has events already. */
export async function freshness(
  database: BenchDatabase,
  seconds: readonly string[],
): Promise<readonly Ratio[]> {
  const task: IngestTask = { urls: database.urls, files: seconds }
  const child = await startChild<{ readonly times: readonly number[] }>('freshness', task)
  try {
    const times = (await child.run()).times.slice(WARM_UP)
    const spread = { runs: times.length, low: Math.min(...times), high: Math.max(...times) }
    return [
      ratio(INGEST.freshnessP50, times),
      { goal: INGEST.freshnessP99, value: percentile(times, 0.99), ...spread },
    ]
  } finally {
    await child.close()
  }
}
