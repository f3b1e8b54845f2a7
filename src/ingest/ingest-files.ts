import type { Parsed } from '../model/observation.ts'
import type { Scope } from '../model/scope.ts'
import { type AbsorbDeps, absorb, type Incoming } from './absorb.ts'
import { parseFile } from './records.ts'
import { type IngestSummary, Tally } from './summary.ts'

/** Records of one transaction. */
const BATCH = 1_000

/** A file that could not be read at all; the others are taken in nevertheless. */
export interface Unreadable {
  readonly file: string
  readonly reason: string
}

/**
 * Takes in files, one after the other, each streamed in batches. Stops between two batches when `signal` fires;
 * what has landed by then stays landed, and taking the files in again goes on from there.
 */
export async function ingestFiles(
  deps: AbsorbDeps,
  files: readonly string[],
  scope: Scope | null,
  signal?: AbortSignal,
): Promise<{ readonly summary: IngestSummary; readonly unreadable: readonly Unreadable[] }> {
  const started = performance.now()
  const tally = new Tally()
  const unreadable: Unreadable[] = []
  const stopped = (): boolean => signal?.aborted ?? false
  for (const file of files) {
    if (stopped()) break
    const records = parseFile(file)
    let batch: Incoming[] = []
    const flush = async (): Promise<void> => {
      const fates = await absorb(deps, batch, scope)
      fates.forEach((fate, at) => {
        const record = batch[at]
        if (record !== undefined) tally.add(record, fate)
      })
      batch = []
    }
    try {
      for await (const { parsed, line, raw } of readable(records, file, unreadable)) {
        batch.push({ parsed, file, line, raw: raw ?? '' })
        if (batch.length >= BATCH) {
          await flush()
          if (stopped()) break
        }
      }
    } finally {
      if (batch.length > 0) await flush()
    }
  }
  const summary = tally.summary(files.length - unreadable.length, (performance.now() - started) / 1000)
  return { summary, unreadable }
}

interface Read {
  readonly parsed: Parsed
  readonly line: number
  readonly raw?: string
}

/** Passes records on; a file that cannot be opened or read ends quietly and is noted. */
async function* readable(
  records: AsyncIterable<Read>,
  file: string,
  unreadable: Unreadable[],
): AsyncGenerator<Read> {
  const iterator = records[Symbol.asyncIterator]()
  try {
    for (;;) {
      let next: IteratorResult<Read>
      try {
        next = await iterator.next()
      } catch (error) {
        unreadable.push({ file, reason: error instanceof Error ? error.message : String(error) })
        return
      }
      if (next.done === true) return
      yield next.value
    }
  } finally {
    await iterator.return?.(undefined)
  }
}
