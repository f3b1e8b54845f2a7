import { setTimeout } from 'node:timers/promises'
import type { AbsorbDeps } from '../ingest/absorb.ts'
import { noteFault, noteLanded, noteReceived, readCursor } from '../ingest/feed-state.ts'
import { receive } from '../ingest/receive.ts'
import { type Feed, FeedFault, type FeedFaultCode } from '../model/feed.ts'
import { HOUR, type Micros, SECOND } from '../model/time.ts'

export interface RunFeed {
  /** Its writer is this feed's alone. */
  readonly deps: AbsorbDeps
  readonly feed: Feed
  /** Hears of each kind of fault once, until it is over; and once that all are. */
  readonly tell: (what: { readonly fault: FeedFault } | { readonly well: true }) => void
  /** Milliseconds after the first failure; doubled with each that follows, at most 64 times as long. */
  readonly pause?: number
}

const PAUSE = 1_000

/** A fault of one consignment is over when none of its kind came for so long: those that land meanwhile do not undo it. */
const PATIENCE = HOUR
/** The same of the database, which may answer and still not take records. */
const DATABASE_PATIENCE = 60 * SECOND

/**
 * Receives, takes in, acknowledges, again and again, one consignment after the other: while one is taken in nothing more is
 * received. A fault is noted and waited out, and concerns this feed alone. `close` stops between two transactions, gives back
 * what has not landed, and waits for that.
 */
export function runFeed({ deps, feed, tell, pause = PAUSE }: RunFeed): { close(): Promise<void> } {
  const closed = new AbortController()
  const { signal } = closed
  /** Kinds of faults that were told, and until when they last. */
  const told = new Map<FeedFaultCode, Micros>()
  let failures = 0
  const fail = async (fault: FeedFault, patience: Micros): Promise<void> => {
    const now = deps.now()
    if (!told.has(fault.code)) tell({ fault })
    told.set(fault.code, now + patience)
    // Where the database is what failed, the log is all that can be told.
    await noteFault(deps.pool, feed, fault, { now, until: now + patience }).catch(() => undefined)
  }
  const succeed = (): void => {
    failures = 0
    if (told.size === 0) return
    for (const [code, until] of told) if (until <= deps.now()) told.delete(code)
    if (told.size === 0) tell({ well: true })
  }
  const running = (async () => {
    while (!signal.aborted) {
      const result = await round(deps, feed, signal, fail).catch(async (error: unknown) => {
        await fail(
          error instanceof FeedFault
            ? error
            : new FeedFault('failed', `The feed ${feed.name} failed: ${String(error)}.`, { cause: error }),
          0,
        )
        return 'failed' as const
      })
      if (result === 'failed') failures += 1
      else succeed()
      const wait =
        result === 'failed' ? pause * 2 ** Math.min(6, failures - 1) : result === 'empty' ? feed.pause : 0
      if (wait > 0) await setTimeout(wait, null, { signal }).catch(() => null)
    }
    feed.close()
  })()
  return {
    async close() {
      closed.abort()
      await running
    },
  }
}

/** Asks once and takes in what came; failed when something did and nothing landed: one bad message makes no other wait. */
async function round(
  deps: AbsorbDeps,
  feed: Feed,
  signal: AbortSignal,
  fail: (fault: FeedFault, patience: Micros) => Promise<void>,
): Promise<'empty' | 'landed' | 'failed'> {
  const cursor = await readCursor(deps.pool, feed).catch((cause: unknown) => {
    throw new FeedFault('database', `The feed ${feed.name} cannot read what it remembers.`, { cause })
  })
  const consignments = await feed.receive(cursor, signal)
  let landed = 0
  let failed = 0
  if (!signal.aborted) await noteReceived(deps.pool, feed, deps.now()).catch(() => undefined)
  for (const consignment of consignments) {
    // What a poll brings stands in an order: nothing is taken in past a piece that failed.
    if (failed > 0 && consignment.cursor !== null) {
      await consignment.giveBack('now')
      continue
    }
    const received = await receive(deps, feed, consignment, signal)
    if (received.kind === 'failed') {
      await fail(received.fault, received.fault.code === 'database' ? DATABASE_PATIENCE : PATIENCE)
      failed += 1
    }
    if (received.kind !== 'landed') continue
    landed += 1
    await noteLanded(deps.pool, feed, received, deps.now()).catch(() => undefined)
    if (received.complaint !== null) await fail(received.complaint, PATIENCE)
  }
  if (consignments.length === 0) return 'empty'
  return failed > 0 && landed === 0 ? 'failed' : 'landed'
}
