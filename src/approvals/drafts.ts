import { type Kysely, sql } from 'kysely'
import type { Database } from '../db/tables.ts'
import { DAY, formatTime, type Micros } from '../model/time.ts'

/** Forgets what was filled in and never proposed. */
export async function forgetDrafts(db: Kysely<Database>, now: Micros): Promise<void> {
  await db
    .deleteFrom('draft')
    .where('at', '<', sql<Micros>`${formatTime(now - DAY)}::timestamptz`)
    .execute()
}
