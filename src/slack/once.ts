import { createHash } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import type { Message } from '../../blocks/message.ts'
import { notice } from '../../blocks/notice.ts'
import type { Database } from '../db/tables.ts'
import { formatTime, type Micros, SECOND } from '../model/time.ts'

/** Nothing is delivered again after that. */
const REMEMBERED = 24 * 3_600 * SECOND

/** For how long a second press counts as the same. */
export const A_MOMENT = 3 * SECOND

/**
 * Takes something on, by the parts that make it one; false when it was taken on less than `within` ago, by whichever
 * process. Slack delivers a payload again when its ack got lost, a signed request can be replayed, and people press twice.
 */
export async function claim(
  db: Kysely<Database>,
  parts: readonly string[],
  at: Micros,
  within: Micros = REMEMBERED,
): Promise<boolean> {
  const taken = await db
    .insertInto('interaction')
    .values({ key: keyOf(parts), at: formatTime(at) })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet({ at: formatTime(at) })
        .where('interaction.at', '<', sql<Micros>`${formatTime(at - within)}::timestamptz`),
    )
    .executeTakeFirst()
  return taken.numInsertedOrUpdatedRows === 1n
}

/** Gives back what was taken on and came to nothing, so that it can be done again. */
export async function release(db: Kysely<Database>, parts: readonly string[]): Promise<void> {
  await db.deleteFrom('interaction').where('key', '=', keyOf(parts)).execute()
}

/** Forgets what nobody can deliver again. */
export async function forgetInteractions(db: Kysely<Database>, now: Micros): Promise<void> {
  await db
    .deleteFrom('interaction')
    .where('at', '<', sql<Micros>`${formatTime(now - REMEMBERED)}::timestamptz`)
    .execute()
}

// Whatever is in the parts, and however long: one key each.
function keyOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}

/** What a person is told when the same came a second time. */
export function replayed(what: 'press' | 'command'): Message {
  const words = {
    press: 'This click came twice and was answered the first time. Read the result on the card.',
    command: 'This command came twice and was answered the first time. Read that answer.',
  }
  return notice({ sentences: [[words[what]]], context: 'replayed', buttons: [] })
}
