import type { Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'

/** An incident that another one took in. */
export interface JoinedIncident {
  readonly number: number
  readonly revision: number
  /** The open incident that it belongs to now, and where the card of that stands. */
  readonly into: number
  readonly card: { readonly channel: string; readonly ts: string } | null
}

/** Reads what became of an incident that was taken in; null for one that was not. */
export async function readJoined(db: Kysely<Database>, number: number): Promise<JoinedIncident | null> {
  const row = await db
    .selectFrom('incident')
    .leftJoin('card', 'card.incident', 'incident.joined_to')
    .select(['incident.id', 'incident.revision', 'joined_to', 'card.channel', 'card.ts'])
    .where('incident.id', '=', number)
    .executeTakeFirst()
  if (row === undefined || row.joined_to === null) return null
  const { channel, ts } = row
  return {
    number: row.id,
    revision: row.revision,
    into: row.joined_to,
    card: channel === null || ts === null ? null : { channel, ts },
  }
}
