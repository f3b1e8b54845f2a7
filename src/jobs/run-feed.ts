import { setTimeout } from 'node:timers/promises'
import type { AbsorbDeps } from '../ingest/absorb.ts'
import { noteFault, noteLanded, noteMended, noteReceived, readCursor } from '../ingest/feed-state.ts'
import { receive } from '../ingest/receive.ts'
import { type Feed, FeedFault, type FeedFaultCode } from '../model/feed.ts'
import { HOUR, type Micros, SECOND } from '../model/time.ts'

export interface RunFeed {
  /** Its writer is this feed's alone. */
  readonly deps: AbsorbDeps
  readonly feed: Feed
  /** Hears of each kind of fault once, until it is over; and once that all are. */
  readonly tell: (
    what: { readonly fault: FeedFault; readonly goesOn: boolean } | { readonly well: true },
  ) => void
  /** Milliseconds after the first failure; doubled with each that follows, at most 64 times as long. */
  readonly pause?: number
}

const PAUSE = 1_000

/** A fault of one consignment is over when none of its kind came for so long: those that land meanwhile do not undo it. */
const PATIENCE = HOUR
/** The same of the database, which may answer and still not take records. */
const DATABASE_PATIENCE = 60 * SECOND

interface Told {
  readonly fault: FeedFault
  readonly since: Micros
  readonly until: Micros
}

/**
 * Receives, takes in, acknowledges, again and again, one consignment after the other: while one is taken in nothing more is
 * received. A fault is noted and waited out, and concerns this feed alone. `close` stops between two transactions, gives back
 * what has not landed, and waits for that.
 */
export function runFeed({ deps, feed, tell, pause = PAUSE }: RunFeed): { close(): Promise<void> } {
  const closed = new AbortController()
  const { signal } = closed
  /** Kinds of faults that were told, since when and until when they last. */
  const told = new Map<FeedFaultCode, Told>()
  let failures = 0
  /** The fault that the feed itself says goes on. */
  let standing: FeedFaultCode | null = null
  let isOneOver = false
  // Where the database is what failed, the log is all that can be told.
  const note = (what: Told): Promise<void> =>
    noteFault(deps.pool, feed, what.fault, what).catch(() => undefined)
  const fail = async (fault: FeedFault, patience: Micros): Promise<void> => {
    const now = deps.now()
    const known = told.get(fault.code)
    if (known === undefined) tell({ fault, goesOn: patience === PATIENCE })
    const what = { fault, since: known?.since ?? now, until: Math.max(known?.until ?? 0, now + patience) }
    told.set(fault.code, what)
    await note(what)
  }
  const stand = async (): Promise<void> => {
    const fault = feed.standing ?? null
    if (standing !== null && standing !== fault?.code) {
      told.delete(standing)
      await noteMended(deps.pool, feed, standing).catch(() => undefined)
      isOneOver = true
    }
    standing = fault?.code ?? null
    // Said again before it would be taken for over; that it ends by itself is for a process that ended.
    if (fault !== null && (told.get(fault.code)?.until ?? 0) - deps.now() < PATIENCE / 2)
      await fail(fault, PATIENCE)
  }
  /** Forgets what is over. The row holds one fault: when the one that came last is over, it holds the one that lasts longest again. */
  const settle = async (): Promise<void> => {
    for (const [code, { until }] of told) if (until <= deps.now()) isOneOver = told.delete(code)
    if (!isOneOver) return
    isOneOver = false
    const longest = [...told.values()].toSorted((a, b) => b.until - a.until)[0]
    if (longest === undefined) tell({ well: true })
    else await note(longest)
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
      await stand()
      failures = result === 'failed' ? failures + 1 : 0
      if (result !== 'failed') await settle()
      const wait =
        result === 'failed' ? pause * 2 ** Math.min(6, failures - 1) : feed.hasMore === true ? 0 : feed.pause
      if (wait > 0) await setTimeout(wait, null, { signal }).catch(() => null)
    }
    await feed.close()
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
): Promise<'well' | 'failed'> {
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
  return failed > 0 && landed === 0 ? 'failed' : 'well'
}
