import type { Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'
import type { Anchor, AnchorSink } from '../model/anchor.ts'
import { formatTime, HOUR, type Micros } from '../model/time.ts'
import { CHAIN } from './hash.ts'
import { readHead } from './read.ts'
import type { Witness } from './verify.ts'

/** No silent hour: an anchor is written again after that, so that a gap between two shows. */
const IDLE = HOUR

/** What became of anchoring: where it was kept, and which witnesses failed. */
export interface Anchored {
  readonly anchor: Anchor | null
  readonly failed: readonly { readonly sink: string; readonly error: unknown }[]
}

/**
 * Tells every witness the newest entry that it does not know yet. Without `isForced`, only where the trail grew or an hour has
 * passed. A witness that fails keeps no other from being told, and is told the next time.
 */
export async function anchorTrail(
  db: Kysely<Database>,
  sinks: readonly AnchorSink[],
  now: Micros,
  isForced = false,
): Promise<Anchored> {
  const head = await readHead(db)
  if (head === null) return { anchor: null, failed: [] }
  const anchor: Anchor = { chain: CHAIN, seq: head.seq, hash: head.hash.toString('hex'), at: now }
  const failed: { sink: string; error: unknown }[] = []
  for (const sink of sinks) {
    const last = await db
      .selectFrom('trail_anchor')
      .select(['seq', 'at'])
      .where('chain', '=', CHAIN)
      .where('sink', '=', sink.name)
      .orderBy('at', 'desc')
      .limit(1)
      .executeTakeFirst()
    const isDue = last === undefined || last.seq < head.seq || now - last.at >= IDLE
    if (!isDue && !isForced) continue
    try {
      const place = await sink.write(anchor)
      await db
        .insertInto('trail_anchor')
        .values({
          chain: CHAIN,
          seq: head.seq,
          hash: head.hash,
          at: formatTime(now),
          sink: sink.name,
          place,
        })
        .execute()
    } catch (error) {
      failed.push({ sink: sink.name, error })
    }
  }
  return { anchor, failed }
}

/** What each witness has kept. One that cannot be read is told, and has kept nothing: it proves nothing. */
export async function witnessesOf(
  sinks: readonly AnchorSink[],
  tell: (sink: string, error: unknown) => void,
): Promise<readonly Witness[]> {
  return Promise.all(
    sinks.map(async (sink) => {
      const anchors = await sink.read().catch((error: unknown) => {
        tell(sink.name, error)
        return []
      })
      return { sink: sink.name, withstands: sink.withstands, anchors }
    }),
  )
}
