import type { Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'

/** Where a card stands, and of which incident it is; its ts is the thread's. */
export interface CardPlace {
  readonly incident: number
  readonly channel: string
  readonly ts: string
}

/** The card of an incident, or of the one that took it in. Null when that has none. */
export async function cardOf(db: Kysely<Database>, incident: number): Promise<CardPlace | null> {
  const card = await db
    .selectFrom('incident as asked')
    .innerJoin('card', (join) =>
      join.on((on) => on('card.incident', '=', on.fn.coalesce('asked.joined_to', 'asked.id'))),
    )
    .select(['card.incident', 'card.channel', 'card.ts'])
    .where('asked.id', '=', incident)
    .executeTakeFirst()
  return card ?? null
}

/** The number of the one open incident whose card stands in a channel; null when there is none, or more than one. */
export async function onlyOpenIncident(db: Kysely<Database>, channel: string): Promise<number | null> {
  const open = await db
    .selectFrom('card')
    .innerJoin('incident', 'incident.id', 'card.incident')
    .select('incident.id')
    .where('card.channel', '=', channel)
    .where('incident.state', '=', 'open')
    .limit(2)
    .execute()
  return open.length === 1 ? (open[0]?.id ?? null) : null
}

/** The incident whose card is the parent of a thread, or is this very message; null when there is none. */
export async function incidentOfThread(
  db: Kysely<Database>,
  channel: string,
  ts: string,
): Promise<number | null> {
  const card = await db
    .selectFrom('card')
    .select('incident')
    .where('channel', '=', channel)
    .where('ts', '=', ts)
    .executeTakeFirst()
  return card?.incident ?? null
}
