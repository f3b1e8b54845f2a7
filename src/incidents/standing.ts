import type { Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'
import { severityWord, titleOf } from '../model/finding-types.ts'
import { formatScope, UNKNOWN_PART } from '../model/scope.ts'
import type { Micros } from '../model/time.ts'
import type { Severity } from '../model/views.ts'

/** One open incident, and where its card stands. */
export interface OpenIncident {
  readonly number: number
  readonly severity: Severity
  readonly title: string | null
  readonly cluster: string | null
  readonly card: { readonly channel: string; readonly ts: string } | null
}

/** What stands at this moment: open incidents, most severe first, and what was taken in for each cluster. */
export interface Standing {
  readonly incidents: readonly OpenIncident[]
  readonly open: number
  readonly sources: readonly { readonly name: string; readonly firstAt: Micros; readonly lastAt: Micros }[]
  readonly lastFinding: Micros | null
}

/** Reads what stands, with `most` incidents at most. */
export async function readStanding(db: Kysely<Database>, most: number): Promise<Standing> {
  const incidents = await db
    .selectFrom('incident')
    .innerJoin('scope', 'scope.id', 'incident.scope')
    .leftJoin('card', 'card.incident', 'incident.id')
    .select((query) => [
      'incident.id',
      'incident.severity',
      'cluster',
      'channel',
      'ts',
      query
        .selectFrom('finding')
        .select('type')
        .whereRef('finding.incident', '=', 'incident.id')
        .orderBy('finding.severity', 'desc')
        .orderBy('finding.first_seen')
        .orderBy('finding.id')
        .limit(1)
        .as('type'),
    ])
    .where('incident.state', '=', 'open')
    .orderBy('incident.severity', 'desc')
    .orderBy('incident.last_seen', 'desc')
    .orderBy('incident.id')
    .limit(most)
    .execute()
  const { open } = await db
    .selectFrom('incident')
    .select((query) => query.fn.countAll<number>().as('open'))
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow()
  const sources = await db
    .selectFrom('coverage')
    .innerJoin('scope', 'scope.id', 'coverage.scope')
    .select((query) => [
      'account',
      'region',
      'cluster',
      query.fn.min('first_at').as('first'),
      query.fn.max('last_at').as('last'),
    ])
    .where('source', '=', 'audit')
    .groupBy(['account', 'region', 'cluster'])
    .orderBy('cluster')
    .execute()
  const { last } = await db
    .selectFrom('finding')
    .select((query) => query.fn.max('updated_at').as('last'))
    .executeTakeFirstOrThrow()
  return {
    incidents: incidents.map((row) => ({
      number: row.id,
      severity: severityWord(row.severity),
      title: row.type === null ? null : titleOf(row.type),
      cluster: row.cluster === UNKNOWN_PART ? null : row.cluster,
      card: row.channel === null || row.ts === null ? null : { channel: row.channel, ts: row.ts },
    })),
    open,
    sources: sources.map((row) => ({
      name: row.cluster === UNKNOWN_PART ? formatScope(row) : row.cluster,
      firstAt: row.first,
      lastAt: row.last,
    })),
    lastFinding: last,
  }
}
