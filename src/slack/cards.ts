import type { Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'

/** Where the card of an incident stands; its ts is the thread's. Null when it has none. */
export async function cardOf(
  db: Kysely<Database>,
  incident: number,
): Promise<{ readonly channel: string; readonly ts: string } | null> {
  const card = await db
    .selectFrom('card')
    .select(['channel', 'ts'])
    .where('incident', '=', incident)
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
