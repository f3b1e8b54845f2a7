import { readConfig } from '../config.ts'
import type { RoleUrls } from '../db/roles.ts'
import { ingestFiles } from '../ingest/ingest-files.ts'
import { describeIngest } from '../ingest/summary.ts'
import { isHotFull } from '../jobs/tidy.ts'
import { wireIngest, wireTidy } from '../wire.ts'
import { withDatabase } from './database.ts'
import { ProgressLine } from './ingest-progress.ts'
import { readArgs, readScope, UsageError } from './usage.ts'

/** `firebreak ingest FILE… [--scope A/R/C] [--json]`. Exit 1 when a file could not be read; the rest has landed. */
export async function ingest(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArgs({
    args: [...args],
    allowPositionals: true,
    options: { scope: { type: 'string' }, json: { type: 'boolean', default: false } },
  })
  if (positionals.length === 0)
    throw new UsageError(
      'Which files? Write firebreak ingest FILE..., for example firebreak ingest audit.ndjson.gz',
    )
  const scope = readScope(values.scope)
  return withDatabase(readConfig(), async (database) => {
    const wired = await wireIngest(database.urls)
    try {
      const progress = new ProgressLine(process.stderr, () => performance.now())
      const { summary, unreadable, stopped } = await ingestFiles(
        wired,
        positionals,
        scope,
        values.json ? {} : { onProgress: (now) => progress.report(now) },
      )
      progress.clear()
      if (values.json) {
        console.log(JSON.stringify(summary))
        for (const { file, reason } of unreadable) console.error(`${file}: ${reason}`)
      } else {
        for (const line of describeIngest(summary, unreadable)) console.log(line)
      }
      if (await isHotFull(wired.pool)) await tidy(database.urls)
      // What has landed is told first; then what kept the rest from it.
      if (stopped !== null) throw stopped
      return unreadable.length > 0 ? 1 : 0
    } finally {
      await wired.close()
    }
  })
}

/** Packs what a large file left, so that questions need not add up millions of rows. */
async function tidy(urls: RoleUrls): Promise<void> {
  console.error('Packing the hours that came in.')
  const wired = wireTidy(urls, (err, what) =>
    console.error(`${what}: ${err instanceof Error ? err.message : String(err)}`),
  )
  try {
    await wired.tidier.run()
  } finally {
    await wired.close()
  }
}
