import { ScopeState } from '../../src/graph/scope-state.ts'
import { parseFile } from '../../src/ingest/records.ts'
import { ScannedLines } from '../../src/ingest/scanned-lines.ts'
import { fromMillis } from '../../src/model/time.ts'

/** What a file came to in a process of its own: records by class or kind, and the growth of its memory in MiB. */
export interface Discarded {
  readonly counts: { readonly [kind: string]: number }
  readonly growth: number
}

async function read(path: string): Promise<Discarded['counts']> {
  const counts: { [kind: string]: number } = {}
  const fast = new ScannedLines(new ScopeState(), () => fromMillis(Date.now()))
  for await (const records of parseFile(path, {}, fast)) {
    for (const { parsed } of records) {
      const kind = parsed.kind === 'rejected' ? parsed.class : parsed.kind
      counts[kind] = (counts[kind] ?? 0) + 1
    }
    if (fast.batch.size > 50_000) fast.next(fast.batch.state)
  }
  if (fast.taken > 0) counts['request'] = (counts['request'] ?? 0) + fast.taken
  return counts
}

/** The most memory that this process has held so far, in MiB. */
function peak(): number {
  return process.resourceUsage().maxRSS / 1024
}

// The first file warms up, the second is measured; both are read as an ingest reads them, and nothing is kept.
if (import.meta.main) {
  const [warmUp = '', file = ''] = process.argv.slice(2)
  await read(warmUp)
  const before = peak()
  const counts = await read(file)
  const result: Discarded = { counts, growth: peak() - before }
  console.log(JSON.stringify(result))
}
