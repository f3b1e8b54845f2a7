import type { Kysely } from 'kysely'
import type { Message } from '../../blocks/message.ts'
import { notice } from '../../blocks/notice.ts'
import type { Database } from '../db/tables.ts'
import { formatTime, type Micros, SECOND } from '../model/time.ts'

/** Slack gives up on a delivery long before that. */
const REMEMBERED = 24 * 3_600 * SECOND

/**
 * Notes that an interaction is being handled, by its trigger; false when it was handled before, by whichever process.
 * Slack delivers a payload again when its ack got lost, and a signed request can be replayed.
 */
export async function isFirst(db: Kysely<Database>, triggerId: string, at: Micros): Promise<boolean> {
  const noted = await db
    .insertInto('interaction')
    .values({ trigger_id: triggerId.slice(0, 200), at: formatTime(at) })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return noted.numInsertedOrUpdatedRows === 1n
}

/** Forgets interactions that nobody can deliver again. */
export async function forgetInteractions(db: Kysely<Database>, now: Micros): Promise<void> {
  await db
    .deleteFrom('interaction')
    .where('at', '<', formatTime(now - REMEMBERED) as never)
    .execute()
}

/** What a person is told when the same press or command arrived a second time. */
export function replayed(): Message {
  return notice({
    sentences: [['This click came twice and was answered the first time. Read the result on the card.']],
    context: 'replayed',
    buttons: [],
  })
}
