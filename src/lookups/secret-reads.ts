import { sql } from 'kysely'
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
  /** '' for a list: the record names no secret. */
  readonly name: string
  readonly how: How
  readonly subject: string | null
  readonly firstSeen: Micros
  readonly lastSeen: Micros
}

/** At most so many rows are read; an answer beyond it says so. */
const MOST = 5_000

/** Requests on secrets by the subject or address asked about, or on the secret asked about, by how and by whom. */
export async function secretRows(
  graph: Graph,
  question: Question,
  scopes: Scopes,
  hours: Hours | null,
): Promise<readonly SecretRow[]> {
  if (scopes.size === 0) return []
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
        : where(sql<string>`edge.namespace || '/' || edge.object`, '=', entity.key)
      const inside = isPattern(namespace)
        ? where('edge.namespace', 'like', likeOf(namespace))
        : where('edge.namespace', '=', namespace)
      const listed = where.and([
        where('edge.object', '=', ''),
        where.or([where('edge.namespace', '=', ''), inside]),
      ])
      return where.or([where.and([where('edge.object', '<>', ''), named]), listed])
    })
  } else {
    query = query.where(entity.kind === 'ip' ? 'edge.ip' : 'edge.subject', 'in', (sub) =>
      sub
        .selectFrom('entity')
        .select('entity.id')
        .whereRef('entity.scope', '=', 'edge.scope')
        .where((where) => isMatch(where, entity)),
    )
  }
  const how = sql<How>`case
    when call.verb in ('list', 'watch') and edge.object = '' then 'listed'
    when call.verb in ('get', 'list', 'watch') then 'read'
    when call.verb in ('create', 'update', 'patch') then 'written'
    when call.verb in ('delete', 'deletecollection') then 'deleted'
    else 'other' end`
  const rows = await query
    .select((select) => [
      'edge.scope as scope',
      'edge.namespace as namespace',
      'edge.object as name',
      how.as('how'),
      's.key as subject',
      sql<number>`sum(success)::bigint`.as('success'),
      sql<number>`sum(failure)::bigint`.as('failure'),
      sql<number>`sum(unauthorized)::bigint`.as('unauthorized'),
      sql<number>`sum(forbidden)::bigint`.as('forbidden'),
      select.fn.min('edge.first_seen').as('firstSeen'),
      select.fn.max('edge.last_seen').as('lastSeen'),
    ])
    .groupBy(['edge.scope', 'edge.namespace', 'edge.object', how, 's.key'])
    .orderBy(sql`sum(success) > 0`, 'desc')
    .orderBy(sql`sum(success + failure + unauthorized + forbidden)`, 'desc')
    .orderBy('edge.namespace')
    .orderBy('edge.object')
    .orderBy(how)
    .orderBy('s.key')
    .limit(MOST)
    .execute()
  return rows.map((row) => ({ ...row, firstSeen: row.firstSeen, lastSeen: row.lastSeen }))
}

/**
 * Names `namespace/name` of the secrets known to exist in a namespace of a scope: those that somebody reached by name.
 * A name that was only tried says nothing. '' is every namespace.
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
