import { type Kysely, sql } from 'kysely'
import type { Database } from '../db/tables.ts'
import type { Chat, ChatMessage } from '../model/chat.ts'
import { formatTime, type Micros } from '../model/time.ts'
import type { FeedTrouble, OpsView } from '../model/views.ts'

export interface TellFeedsPorts {
  readonly db: Kysely<Database>
  readonly chat: Pick<Chat, 'post'>
  /** The channel of those who run Firebreak. */
  readonly channel: string
  readonly now: () => Micros
  draw(view: OpsView, context: { readonly now: Micros }): ChatMessage
}

/**
 * Tells the channel of faults of feeds that it was not told of, and of feeds that work again, in one message. What was told is
 * remembered after it was posted: a crash in between says it twice rather than never.
 */
export async function tellFeeds(ports: TellFeedsPorts): Promise<void> {
  const troubles = await newTroubles(ports.db)
  const well = await wellAgain(ports.db)
  if (troubles.length + well.length === 0) return
  const now = ports.now()
  await ports.chat.post(ports.draw({ troubles, well }, { now }), { channel: ports.channel })
  await ports.db.transaction().execute(async (trx) => {
    if (well.length > 0) await trx.deleteFrom('feed_told').where('name', 'in', well).execute()
    if (troubles.length === 0) return
    await trx
      .insertInto('feed_told')
      .values(troubles.map(({ feed, code }) => ({ name: feed, code, told_at: formatTime(now) })))
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  })
}

async function newTroubles(db: Kysely<Database>): Promise<readonly FeedTrouble[]> {
  const rows = await db
    .selectFrom('feed')
    .leftJoin('feed_told', (join) =>
      join.onRef('feed_told.name', '=', 'feed.name').onRef('feed_told.code', '=', 'feed.fault_code'),
    )
    .select(['feed.name', 'fault_code', 'fault_words', 'fault_cure', 'fault_since'])
    .where('fault_code', 'is not', null)
    .where('feed_told.name', 'is', null)
    .orderBy('fault_since')
    .orderBy('feed.name')
    .execute()
  return rows.flatMap(
    ({ name, fault_code: code, fault_words: words, fault_cure: cure, fault_since: since }) =>
      code === null || words === null || cure === null || since === null
        ? []
        : [{ feed: name, code, words, cure, since }],
  )
}

/** Feeds that were told of and have no fault now, whichever it was. One that is gone says nothing more. */
async function wellAgain(db: Kysely<Database>): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('feed_told')
    .innerJoin('feed', 'feed.name', 'feed_told.name')
    .select(sql<string>`feed_told.name`.as('name'))
    .distinct()
    .where('fault_code', 'is', null)
    .orderBy('name')
    .execute()
  return rows.map(({ name }) => name)
}
