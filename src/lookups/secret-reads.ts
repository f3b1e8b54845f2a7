import { sql } from 'kysely'
import { unescapeKey } from '../model/entity.ts'
import type { Totals } from '../model/observation.ts'
import type { Micros } from '../model/time.ts'
import type { Graph, Question } from './lookup.ts'
import { type Hours, isMatch, isPattern, likeOf, type Scopes } from './match.ts'

/**
 * How a secret was reached: `read` by name, `listed` with others (a list shows values but no names), `written`
 * (whoever writes a value knows it, and the answer shows it), `deleted`, or tried with another verb.
 */
export type How = 'read' | 'listed' | 'written' | 'deleted' | 'other'

export interface SecretRow extends Totals {
  readonly scope: number
  readonly namespace: string
  /** '' where the record names no secret: a list, or a creation that left the name to the server. */
  readonly name: string
  readonly how: How
  readonly subject: string | null
  readonly firstSeen: Micros
  readonly lastSeen: Micros
}

/** Requests on secrets: at most MOST rows, and how many rows and requests there are in all. */
export interface SecretReads {
  readonly rows: readonly SecretRow[]
  readonly total: number
  readonly totals: Totals
}

/** At most so many rows are read; an answer beyond it says "at least". */
const MOST = 10_000

const HOW = sql<How>`case
  when call.verb in ('list', 'watch') and edge.object = '' then 'listed'
  when call.verb in ('get', 'list', 'watch') then 'read'
  when call.verb in ('create', 'update', 'patch') then 'written'
  when call.verb in ('delete', 'deletecollection') then 'deleted'
  else 'other' end`

/** Requests on secrets by the subject or address asked about, or on the secret asked about, by how and by whom. */
export async function secretReads(
  graph: Graph,
  question: Question,
  scopes: Scopes,
  hours: Hours | null,
): Promise<SecretReads> {
  const none = { rows: [], total: 0, totals: { success: 0, failure: 0, unauthorized: 0, forbidden: 0 } }
  if (scopes.size === 0) return none
  const { entity } = question
  let query = graph
    .selectFrom('edge')
    .innerJoin('call', (join) =>
      join.onRef('call.scope', '=', 'edge.scope').onRef('call.id', '=', 'edge.call'),
    )
    .innerJoin('edge_hour', (join) =>
      join.onRef('edge_hour.scope', '=', 'edge.scope').onRef('edge_hour.edge', '=', 'edge.id'),
    )
    .leftJoin('entity as s', (join) =>
      join.onRef('s.scope', '=', 'edge.scope').onRef('s.id', '=', 'edge.subject'),
    )
    .where('edge.scope', 'in', [...scopes.keys()])
    .where('call.resource', '=', 'secrets')
  if (hours !== null)
    query = query.where('edge_hour.hour', '>=', hours.from).where('edge_hour.hour', '<', hours.to)
  if (entity.kind === 'secret') {
    const [namespace = ''] = entity.key.split('/')
    query = query.where((where) => {
      const named = isPattern(entity.key)
        ? where(sql<string>`edge.namespace || '/' || edge.object`, 'like', likeOf(entity.key))
        : where(sql<string>`edge.namespace || '/' || edge.object`, '=', unescapeKey(entity.key))
      const inside = isPattern(namespace)
        ? where('edge.namespace', 'like', likeOf(namespace))
        : where('edge.namespace', '=', unescapeKey(namespace))
      const listed = where.and([
        where('edge.object', '=', ''),
        where('call.verb', 'in', ['list', 'watch']),
        where.or([where('edge.namespace', '=', ''), inside]),
      ])
      return where.or([where.and([where('edge.object', '<>', ''), named]), listed])
    })
  } else {
    const side = entity.kind === 'ip' ? 'edge.ip' : 'edge.subject'
    query = query.where((where) =>
      where.exists(
        where
          .selectFrom('entity')
          .select('entity.id')
          .whereRef('entity.scope', '=', 'edge.scope')
          .whereRef('entity.id', '=', side)
          .where(isMatch(entity)),
      ),
    )
  }
  const rows = await query
    .select((select) => [
      'edge.scope as scope',
      'edge.namespace as namespace',
      'edge.object as name',
      HOW.as('how'),
      's.key as subject',
      sql<number>`sum(success)::bigint`.as('success'),
      sql<number>`sum(failure)::bigint`.as('failure'),
      sql<number>`sum(unauthorized)::bigint`.as('unauthorized'),
      sql<number>`sum(forbidden)::bigint`.as('forbidden'),
      select.fn.min('edge.first_seen').as('firstSeen'),
      select.fn.max('edge.last_seen').as('lastSeen'),
      sql<number>`count(*) over ()`.as('total'),
      sql<number>`(sum(sum(success)) over ())::bigint`.as('allSuccess'),
      sql<number>`(sum(sum(failure)) over ())::bigint`.as('allFailure'),
      sql<number>`(sum(sum(unauthorized)) over ())::bigint`.as('allUnauthorized'),
      sql<number>`(sum(sum(forbidden)) over ())::bigint`.as('allForbidden'),
    ])
    .groupBy(['edge.scope', 'edge.namespace', 'edge.object', HOW, 's.key'])
    .orderBy(sql`sum(success) > 0`, 'desc')
    .orderBy(sql`sum(success + failure + unauthorized + forbidden)`, 'desc')
    .orderBy('edge.namespace')
    .orderBy('edge.object')
    .orderBy(HOW)
    .orderBy('s.key')
    .limit(MOST)
    .execute()
  const [first] = rows
  if (first === undefined) return none
  return {
    rows,
    total: first.total,
    totals: {
      success: first.allSuccess,
      failure: first.allFailure,
      unauthorized: first.allUnauthorized,
      forbidden: first.allForbidden,
    },
  }
}

/**
 * Names `namespace/name` of the secrets known to exist in a namespace of a scope: those that somebody reached by name.
 * A name that was only tried says nothing. '' is every namespace. At most MOST.
 */
export async function knownSecrets(
  graph: Graph,
  scope: number,
  namespace: string,
): Promise<readonly string[]> {
  let query = graph
    .selectFrom('edge')
    .innerJoin('call', (join) =>
      join.onRef('call.scope', '=', 'edge.scope').onRef('call.id', '=', 'edge.call'),
    )
    .select(['edge.namespace', 'edge.object'])
    .distinct()
    .where('edge.scope', '=', scope)
    .where('call.resource', '=', 'secrets')
    .where('edge.object', '<>', '')
    .where((where) =>
      where.exists(
        where
          .selectFrom('edge_hour')
          .select('edge_hour.edge')
          .whereRef('edge_hour.scope', '=', 'edge.scope')
          .whereRef('edge_hour.edge', '=', 'edge.id')
          .where('edge_hour.success', '>', 0),
      ),
    )
  if (namespace !== '') query = query.where('edge.namespace', '=', namespace)
  const rows = await query.orderBy('edge.namespace').orderBy('edge.object').limit(MOST).execute()
  return rows.map((row) => `${row.namespace}/${row.object}`)
}

/** True when the row's requests showed or set a value. */
export function isExposed(row: SecretRow): boolean {
  return row.success > 0 && (row.how === 'read' || row.how === 'listed' || row.how === 'written')
}

/** `namespace/name`; `namespace/*` for a list, `*` + `/*` for one of all namespaces. */
export function secretName(row: SecretRow): string {
  return `${row.namespace === '' ? '*' : row.namespace}/${row.name === '' ? '*' : row.name}`
}
