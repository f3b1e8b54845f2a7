import { sql } from 'kysely'
import type { Trx } from '../db/transaction.ts'
import { canonicalText } from '../model/digest.ts'
import { formatTime, type Micros } from '../model/time.ts'
import type { TrailNote } from '../model/trail.ts'
import { CHAIN, entryHash, GENESIS } from './hash.ts'
import { withoutSecrets } from './redact.ts'

/** The trail could not be written, so that nothing may be done. */
export class TrailUnavailable extends Error {}

/** PostgreSQL's words for a lock that was not given in time. */
const LOCK_NOT_AVAILABLE = '55P03'

/**
 * Adds entries at the end of the caller's transaction, in order, and returns their numbers. The head is locked last: whatever else
 * the transaction locks, it has by then. Throws TrailUnavailable when the head cannot be had in time.
 */
export async function appendTrail(
  trx: Trx,
  notes: readonly TrailNote[],
  chain = CHAIN,
): Promise<readonly number[]> {
  if (notes.length === 0) return []
  const head = await lockHead(trx, chain)
  const { rows } = await sql<{ at: Micros }>`select clock_timestamp() as at`.execute(trx)
  const at = rows[0]?.at ?? 0
  let { seq, hash } = head
  const entries = notes.map((note) => {
    seq += 1
    const body = canonicalText({ ...withoutSecrets(note), at: formatTime(at) })
    const prev = hash
    hash = entryHash(chain, seq, prev, body)
    const { incident, proposal } = note
    return { chain, seq, at: formatTime(at), prev, hash, body, incident, proposal }
  })
  await trx.insertInto('trail_entry').values(entries).execute()
  await trx.updateTable('trail_head').set({ seq, hash }).where('chain', '=', chain).execute()
  return entries.map((entry) => entry.seq)
}

async function lockHead(trx: Trx, chain: string): Promise<{ readonly seq: number; readonly hash: Buffer }> {
  const locked = () =>
    trx
      .selectFrom('trail_head')
      .select(['seq', 'hash'])
      .where('chain', '=', chain)
      .forUpdate()
      .executeTakeFirst()
  try {
    const head = await locked()
    if (head !== undefined) return head
    await trx
      .insertInto('trail_head')
      .values({ chain, seq: 0, hash: GENESIS })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    return (await locked()) ?? { seq: 0, hash: GENESIS }
  } catch (error) {
    if ((error as { code?: unknown }).code === LOCK_NOT_AVAILABLE)
      throw new TrailUnavailable('the head of the trail is held by somebody else', { cause: error })
    throw error
  }
}
