import { parseFile } from '../../src/ingest/records.ts'

/** What a file came to in a process of its own: records by class or kind, and the growth of its memory in MiB. */
export interface Discarded {
  readonly counts: { readonly [kind: string]: number }
  readonly growth: number
}

async function read(path: string): Promise<Discarded['counts']> {
  const counts: { [kind: string]: number } = {}
  for await (const { parsed } of parseFile(path)) {
    const kind = parsed.kind === 'rejected' ? parsed.class : parsed.kind
    counts[kind] = (counts[kind] ?? 0) + 1
  }
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
