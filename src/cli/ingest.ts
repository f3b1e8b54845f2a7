import { readConfig } from '../config.ts'
import type { RoleUrls } from '../db/roles.ts'
import { ingestFiles } from '../ingest/ingest-files.ts'
import { describeIngest } from '../ingest/summary.ts'
import { analyzeGraph, isHotFull, WORTH_ANALYZING } from '../jobs/tidy.ts'
import { wireIngest, wireTidy } from '../wire.ts'
import { withDatabase } from './database.ts'
import { ProgressLine } from './ingest-progress.ts'
import { describePostponed } from './tidy.ts'
import { untilSignal } from './until-signal.ts'
import { readArgs, readScope, readTime, UsageError } from './usage.ts'

/**
 * `firebreak ingest FILE… [--scope A/R/C] [--taken-at T] [--json]`. Exit 1 when a file could not be read; the rest has landed. A signal stops
 * it between two transactions, also with 1: what has landed is told. A second signal ends it at once.
 */
export async function ingest(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      scope: { type: 'string' },
      'taken-at': { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  if (positionals.length === 0)
    throw new UsageError(
      'Which files? Write firebreak ingest FILE..., for example firebreak ingest audit.ndjson.gz',
    )
  const scope = readScope(values.scope)
  const takenAt = readTime(values['taken-at'])
  const stop = new AbortController()
  void untilSignal().then(({ signal }) => stop.abort(signal))
  return withDatabase(readConfig(), async (database) => {
    const wired = await wireIngest(database.urls)
    try {
      const progress = new ProgressLine(process.stderr, () => performance.now())
      const { summary, unreadable, stopped } = await ingestFiles(wired, positionals, scope, {
        signal: stop.signal,
        ...(takenAt !== null && { takenAt }),
        ...(!values.json && { onProgress: (now) => progress.report(now) }),
      })
      progress.clear()
      if (values.json) {
        console.log(JSON.stringify(summary))
        for (const { file, reason } of unreadable) console.error(`${file}: ${reason}`)
      } else {
        for (const line of describeIngest(summary, unreadable)) console.log(line)
      }
      // What has landed is told first; then what kept the rest from it.
      if (stopped !== null) throw stopped
      if (!stop.signal.aborted) {
        if (await isHotFull(wired.pool)) await tidy(database.urls, stop.signal)
        else if (summary.landed >= WORTH_ANALYZING) await analyzeGraph(wired.pool)
      }
      if (stop.signal.aborted) {
        console.error(
          `${String(stop.signal.reason)}: stopped. What has landed stays; the same command goes on from there.`,
        )
        return 1
      }
      return unreadable.length > 0 ? 1 : 0
    } finally {
      await wired.close()
    }
  })
}

/** Packs what a large file left, so that questions need not add up millions of rows. A signal leaves it as it was. */
async function tidy(urls: RoleUrls, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  console.error('Packing the hours that came in.')
  const wired = wireTidy(urls, (err, what) =>
    console.error(`${what}: ${err instanceof Error ? err.message : String(err)}`),
  )
  const stop = (): void => void wired.stop()
  signal.addEventListener('abort', stop)
  try {
    const { postponed } = await wired.tidier.run()
    for (const what of postponed) console.error(describePostponed(what))
  } finally {
    signal.removeEventListener('abort', stop)
    await wired.close()
  }
}
