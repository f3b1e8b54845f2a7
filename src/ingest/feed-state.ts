import { sql } from 'kysely'
import type { Pool } from '../db/open.ts'
import { inTransaction, type Trx } from '../db/transaction.ts'
import type { Cursor, Feed, FeedFault, FeedFaultCode } from '../model/feed.ts'
import { formatTime, type Micros } from '../model/time.ts'

type Named = Pick<Feed, 'name' | 'kind'>

/** What a feed remembers; null when it never landed anything that is to be remembered. */
export async function readCursor(pool: Pool, { name }: Named): Promise<Cursor | null> {
  return inTransaction(pool, async ({ trx }) => {
    const row = await trx.selectFrom('feed').select('cursor').where('name', '=', name).executeTakeFirst()
    return row?.cursor ?? null
  })
}

/** Remembers, in the transaction of the records that it stands for. */
export async function writeCursor(trx: Trx, { name, kind }: Named, cursor: Cursor): Promise<void> {
  const text = JSON.stringify(cursor)
  await trx
    .insertInto('feed')
    .values({ name, kind, cursor: text })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ cursor: text }))
    .execute()
}

/** The source answered, if with nothing. */
export async function noteReceived(pool: Pool, feed: Named, now: Micros): Promise<void> {
  await inTransaction(pool, async ({ trx }) => {
    await rowFor(trx, feed)
    await trx
      .updateTable('feed')
      .set({ received_at: formatTime(now) })
      .where('name', '=', feed.name)
      .execute()
    await clearFault(trx, feed, now)
  })
}

/** What one consignment came to. */
export interface Landed {
  readonly landed: number
  readonly rejected: number
  /** Microseconds since what is new in it could be received; null: nobody knows, and the last one known stays. */
  readonly lag: Micros | null
}

/** A consignment has landed and is acknowledged. */
export async function noteLanded(pool: Pool, feed: Named, what: Landed, now: Micros): Promise<void> {
  await inTransaction(pool, async ({ trx }) => {
    await rowFor(trx, feed)
    await trx
      .updateTable('feed')
      .set((column) => ({
        landed_at: formatTime(now),
        ...(what.lag !== null && { lag: what.lag }),
        landed: column('landed', '+', what.landed),
        rejected: column('rejected', '+', what.rejected),
      }))
      .where('name', '=', feed.name)
      .execute()
    await clearFault(trx, feed, now)
  })
}

/**
 * What keeps it from landing; `since` stays that of the first time while it is the same kind of fault. It is over when something
 * works after `until`.
 */
export async function noteFault(
  pool: Pool,
  feed: Named,
  fault: FeedFault,
  { since, until }: { readonly since: Micros; readonly until: Micros },
): Promise<void> {
  const at = formatTime(since)
  const clean = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed().slice(0, 2_000)
  await inTransaction(pool, async ({ trx }) => {
    await rowFor(trx, feed)
    await trx
      .updateTable('feed')
      .set({
        fault_since: sql<string>`case when fault_code = ${fault.code} then least(fault_since, ${at}::timestamptz) else ${at}::timestamptz end`,
        fault_code: fault.code,
        fault_words: clean(fault.message),
        fault_cure: clean(fault.cure),
        fault_until: formatTime(until),
      })
      .where('name', '=', feed.name)
      .execute()
  })
}

/** What the feed said was wrong works again: nothing of it is left to wait for. */
export async function noteMended(pool: Pool, { name }: Named, code: FeedFaultCode): Promise<void> {
  await inTransaction(pool, async ({ trx }) => {
    await trx
      .updateTable('feed')
      .set(NO_FAULT)
      .where('name', '=', name)
      .where('fault_code', '=', code)
      .execute()
  })
}

const NO_FAULT = {
  fault_code: null,
  fault_words: null,
  fault_cure: null,
  fault_since: null,
  fault_until: null,
} as const

async function rowFor(trx: Trx, { name, kind }: Named): Promise<void> {
  await trx
    .insertInto('feed')
    .values({ name, kind })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

async function clearFault(trx: Trx, { name }: Named, now: Micros): Promise<void> {
  await trx
    .updateTable('feed')
    .set(NO_FAULT)
    .where('name', '=', name)
    .where('fault_until', '<=', sql<Micros>`${formatTime(now)}::timestamptz`)
    .execute()
}
