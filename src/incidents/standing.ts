import { type Kysely, sql } from 'kysely'
import type { Database } from '../db/tables.ts'
import { severityWord, titleOf } from '../model/finding-types.ts'
import { formatScope, type Scope, UNKNOWN_PART } from '../model/scope.ts'
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

/** The audit logs of one cluster. `missingHours`: whole hours between the first and the last record without any. */
export interface LogSource {
  readonly name: string
  readonly firstAt: Micros
  readonly lastAt: Micros
  readonly missingHours: number
}

/** What stands at this moment: open incidents, most severe first, and what was taken in for each cluster. */
export interface Standing {
  readonly incidents: readonly OpenIncident[]
  readonly open: number
  readonly sources: readonly LogSource[]
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
  const scopes = await db.selectFrom('scope').select('id').execute()
  const sources = await db
    .selectFrom('coverage')
    .innerJoin('scope', 'scope.id', 'coverage.scope')
    .where('coverage.scope', '=', sql<number>`any(${scopes.map(({ id }) => id)}::int[])`)
    .select((query) => [
      'account',
      'region',
      'cluster',
      query.fn.min('first_at').as('first'),
      query.fn.max('last_at').as('last'),
      query.fn.min('hour').as('firstHour'),
      query.fn.max('hour').as('lastHour'),
      query.fn.countAll<number>().as('hours'),
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
      // Clusters of one name in two accounts are told apart.
      name: isAlone(row, sources) ? row.cluster : formatScope(row),
      firstAt: row.first,
      lastAt: row.last,
      missingHours: row.lastHour - row.firstHour + 1 - row.hours,
    })),
    lastFinding: last,
  }
}

function isAlone(scope: Scope, all: readonly Scope[]): boolean {
  return scope.cluster !== UNKNOWN_PART && all.filter(({ cluster }) => cluster === scope.cluster).length === 1
}
