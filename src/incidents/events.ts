import { sql } from 'kysely'
import type { IncidentEventTable } from '../db/tables.ts'
import type { Trx } from '../db/transaction.ts'

/** What the thread of an incident has to say, in the order in which it happened. */
export type Event = Pick<IncidentEventTable, 'kind' | 'finding' | 'severity'> & {
  readonly other?: number
  readonly types?: readonly string[]
}

/** Adds an event to an incident that the caller has locked or made. */
export async function note(trx: Trx, incident: number, { other, types, ...event }: Event): Promise<void> {
  const { last } = await trx
    .selectFrom('incident_event')
    .select((query) => query.fn.coalesce(query.fn.max('seq'), sql<number>`0`).as('last'))
    .where('incident', '=', incident)
    .executeTakeFirstOrThrow()
  await trx
    .insertInto('incident_event')
    .values({ incident, seq: last + 1, ...event, other: other ?? null, types: types ?? null })
    .execute()
}
