import type { Scope } from '../model/scope.ts'
import { type AbsorbDeps, absorb, type Incoming } from './absorb.ts'
import { type ParsedRecord, parseFile } from './records.ts'
import { type IngestSummary, Tally } from './summary.ts'

/** Records of one transaction. */
const BATCH = 1_000

/** A file that could not be read at all; the others are taken in nevertheless. */
export interface Unreadable {
  readonly file: string
  readonly reason: string
}

/** What an ingest came to; `stopped` is what kept it from its end, when something did. */
export interface Ingested {
  readonly summary: IngestSummary
  readonly unreadable: readonly Unreadable[]
  readonly stopped: Error | null
}

/**
 * Takes in files, one after the other, each streamed in batches. Stops between two batches when `signal` fires, and at
 * a batch that the database does not take; what has landed by then stays landed and is counted, and taking the files in
 * again goes on from there.
 */
export async function ingestFiles(
  deps: AbsorbDeps,
  files: readonly string[],
  scope: Scope | null,
  signal?: AbortSignal,
): Promise<Ingested> {
  const began = performance.now()
  const tally = new Tally()
  const unreadable: Unreadable[] = []
  let read = 0
  let stopped: Error | null = null
  const isOver = (): boolean => signal?.aborted ?? false
  try {
    for (const file of files) {
      if (isOver()) break
      read += 1
      for await (const batch of batchesOf(file, unreadable)) {
        const fates = await absorb(deps, batch, scope)
        fates.forEach((fate, at) => {
          const record = batch[at]
          if (record !== undefined) tally.add(record, fate)
        })
        if (isOver()) break
      }
    }
  } catch (error) {
    stopped = error instanceof Error ? error : new Error(String(error))
  }
  const seconds = (performance.now() - began) / 1000
  return { summary: tally.summary(read - unreadable.length, seconds), unreadable, stopped }
}

async function* batchesOf(file: string, unreadable: Unreadable[]): AsyncGenerator<readonly Incoming[]> {
  let batch: Incoming[] = []
  for await (const records of readable(parseFile(file), file, unreadable)) {
    for (const { parsed, line, raw } of records) {
      batch.push({ parsed, file, line, raw: raw ?? '' })
      if (batch.length < BATCH) continue
      yield batch
      batch = []
    }
  }
  if (batch.length > 0) yield batch
}

type Lists = AsyncGenerator<readonly ParsedRecord[]>

/** Passes records on; a file that cannot be opened or read ends quietly and is noted. */
async function* readable(lists: Lists, file: string, unreadable: Unreadable[]): Lists {
  try {
    for (;;) {
      let next: IteratorResult<readonly ParsedRecord[]>
      try {
        next = await lists.next()
      } catch (error) {
        unreadable.push({ file, reason: error instanceof Error ? error.message : String(error) })
        return
      }
      if (next.done === true) return
      yield next.value
    }
  } finally {
    await lists.return(undefined)
  }
}
