import { type Consignment, type Feed, FeedFault, type FeedFaultCode } from '../model/feed.ts'
import type { RejectedClass } from '../model/observation.ts'
import type { AbsorbDeps } from './absorb.ts'
import { type Landed, writeCursor } from './feed-state.ts'
import { FileIngest } from './ingest-files.ts'
import { parseFile } from './records.ts'
import type { IngestSummary } from './summary.ts'

/** What one consignment came to: it landed, was stopped by the signal, or failed; in the latter two it was given back. */
export type Received =
  | ({ readonly kind: 'landed'; readonly complaint: FeedFault | null } & Landed)
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly fault: FeedFault }

type Receiving = Pick<Feed, 'name' | 'kind' | 'flowFormat'>

/**
 * Takes a consignment in, batch by batch as a file, and acknowledges it once the last transaction is committed, which also writes
 * what is to be remembered. One that fails, or that the signal stops between two transactions, is given back. Never throws.
 */
export async function receive(
  deps: AbsorbDeps,
  feed: Receiving,
  consignment: Consignment,
  signal: AbortSignal,
): Promise<Received> {
  let summary: IngestSummary | null
  try {
    summary = await takeIn(deps, feed, consignment, signal)
    if (summary === null) {
      await consignment.giveBack('now')
      return { kind: 'stopped' }
    }
  } catch (error) {
    // What was being read breaks off at the signal: nothing is wrong with it.
    await consignment.giveBack(signal.aborted ? 'now' : 'later')
    if (signal.aborted) return { kind: 'stopped' }
    return { kind: 'failed', fault: faultFrom(error, consignment.from) }
  }
  try {
    await consignment.acknowledge()
  } catch (error) {
    // It has landed and comes again, which changes nothing.
    return { kind: 'failed', fault: faultFrom(error, consignment.from) }
  }
  const rejected = summary.rejected.reduce((n, { count }) => n + count, 0)
  // What comes again has been there before, and says nothing of how long it takes.
  const { landed } = summary
  const isNew = landed > 0 && consignment.sentAt !== null
  const lag = isNew ? Math.max(0, deps.now() - consignment.sentAt) : null
  return { kind: 'landed', landed, rejected, lag, complaint: complaintOf(summary) }
}

/** Null when the signal came first. */
async function takeIn(
  deps: AbsorbDeps,
  feed: Receiving,
  consignment: Consignment,
  signal: AbortSignal,
): Promise<IngestSummary | null> {
  if (signal.aborted) return null
  const { from, given, allowed, cursor } = consignment
  const ingest = new FileIngest(deps, given, undefined, { feed: feed.name, allowed, last: null })
  try {
    const options = feed.flowFormat === undefined ? {} : { flowFormat: feed.flowFormat }
    for await (const records of parseFile(() => consignment.open(), options, ingest.fast)) {
      ingest.add(records, from)
      if (ingest.isFull) await ingest.flush(from)
      if (signal.aborted) break
    }
  } catch (error) {
    // What is being written ends before anybody is told.
    await ingest.end().catch(() => undefined)
    throw error
  }
  if (signal.aborted) {
    await ingest.end()
    return null
  }
  await ingest.flush(from, cursor === null ? null : (trx) => writeCursor(trx, feed, cursor))
  await ingest.end()
  return ingest.tally.summary(1, 0)
}

function faultFrom(error: unknown, from: string): FeedFault {
  if (error instanceof FeedFault) return error
  const words = `Taking in ${from} failed: ${rootOf(error)}.`
  return new FeedFault(isDatabase(error) ? 'database' : 'failed', words, { cause: error })
}

function rootOf(error: unknown): string {
  let root = error
  while (root instanceof Error && root.cause !== undefined) root = root.cause
  return root instanceof Error ? root.message : String(root)
}

/** True when PostgreSQL, or the way to it, is what failed. */
function isDatabase(error: unknown): boolean {
  for (let one = error; one instanceof Error; one = one.cause) {
    if ('severity' in one || one.message === 'taking in a batch of records') return true
  }
  return false
}

/**
 * What a person should hear of although everything landed or was rejected, the gravest. What came too late is none: nothing is wrong
 * with it.
 */
function complaintOf({ rejected }: IngestSummary): FeedFault | null {
  const told = rejected.filter((one) => one.class !== 'too-late')
  const found =
    told.find((one) => one.class === 'foreign-scope') ??
    told.find((one) => one.class === 'unrecognised') ??
    told[0]
  if (found === undefined) return null
  const code = COMPLAINTS[found.class] ?? 'rejected'
  return new FeedFault(code, `${found.example.file}: ${found.example.reason}`)
}

const COMPLAINTS: { readonly [name in RejectedClass]?: FeedFaultCode } = {
  'foreign-scope': 'foreign-scope',
  unrecognised: 'foreign-shape',
}
