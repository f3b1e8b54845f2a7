import { type ExpressionBuilder, sql } from 'kysely'
import type { Database } from '../db/tables.ts'
import type { Totals } from '../model/observation.ts'
import type { Micros } from '../model/time.ts'
import type { Graph, Question } from './lookup.ts'
import { type Hours, isMatch, type Scopes, shownKey } from './match.ts'

/** On which side of a request the entity asked about stands; `acting_as`: somebody else called in its name. */
export type Side = 'subject' | 'ip' | 'acting_as'

/** Requests that share who called, from where and as whom. */
export interface CallRow extends Totals {
  readonly subject: string | null
  readonly ip: string | null
  /** In whose name; null for one's own. */
  readonly as: string | null
  readonly userAgent: string | null
  readonly firstSeen: Micros
  readonly lastSeen: Micros
}

const ZERO: Totals = { success: 0, failure: 0, unauthorized: 0, forbidden: 0 }

/** Edges of the given scopes with the entity on one side, joined with their hours. */
function counted(graph: Graph, question: Question, scopes: Scopes, hours: Hours | null, side: Side) {
  let query = graph
    .selectFrom('entity')
    .innerJoin('edge', (join) =>
      join.onRef('edge.scope', '=', 'entity.scope').onRef(`edge.${side}`, '=', 'entity.id'),
    )
    .innerJoin('edge_hour', (join) =>
      join.onRef('edge_hour.scope', '=', 'edge.scope').onRef('edge_hour.edge', '=', 'edge.id'),
    )
    .where('entity.scope', 'in', [...scopes.keys()])
    .where(isMatch(question.entity))
  if (side === 'acting_as') {
    // A call between two subjects of one pattern is the caller's own, and shown there.
    query = query.where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('entity as caller')
            .select('caller.id')
            .whereRef('caller.scope', '=', 'edge.scope')
            .whereRef('caller.id', '=', 'edge.subject')
            .where(isMatch(question.entity, 'caller')),
        ),
      ),
    )
  }
  if (hours !== null)
    query = query.where('edge_hour.hour', '>=', hours.from).where('edge_hour.hour', '<', hours.to)
  return query
}

function sums(query: ExpressionBuilder<Database, 'edge_hour'>) {
  const sum = (column: keyof Totals) =>
    sql<number>`coalesce(sum(${query.ref(`edge_hour.${column}`)}), 0)::bigint`.as(column)
  return [sum('success'), sum('failure'), sum('unauthorized'), sum('forbidden')] as const
}

/** Requests with the entity on the given side, by outcome. */
export async function totalsOf(
  graph: Graph,
  question: Question,
  scopes: Scopes,
  hours: Hours | null,
  side: Side,
): Promise<Totals> {
  if (scopes.size === 0) return ZERO
  const row = await counted(graph, question, scopes, hours, side).select(sums).executeTakeFirstOrThrow()
  return row
}

/**
 * The same requests by who, where from and as whom, most calls first. `total` counts the rows before the limit.
 * First and last seen are those of the edges, whatever the window.
 */
export async function callRows(
  graph: Graph,
  question: Question,
  scopes: Scopes,
  hours: Hours | null,
  side: Side,
): Promise<{ readonly rows: readonly CallRow[]; readonly total: number }> {
  if (scopes.size === 0) return { rows: [], total: 0 }
  const rows = await counted(graph, question, scopes, hours, side)
    .leftJoin('entity as s', (join) =>
      join.onRef('s.scope', '=', 'edge.scope').onRef('s.id', '=', 'edge.subject'),
    )
    .leftJoin('entity as i', (join) => join.onRef('i.scope', '=', 'edge.scope').onRef('i.id', '=', 'edge.ip'))
    .leftJoin('entity as a', (join) =>
      join.onRef('a.scope', '=', 'edge.scope').onRef('a.id', '=', 'edge.acting_as'),
    )
    .leftJoin('agent', (join) =>
      join
        .onRef('agent.scope', '=', 'edge.scope')
        .onRef('agent.subject', '=', 'edge.subject')
        .onRef('agent.ip', '=', 'edge.ip'),
    )
    .select((query) => [
      's.key as subject',
      'i.key as ip',
      'a.key as as',
      ...sums(query),
      query.fn.max('agent.user_agent').as('userAgent'),
      query.fn.min('edge.first_seen').as('firstSeen'),
      query.fn.max('edge.last_seen').as('lastSeen'),
      sql<number>`count(*) over ()`.as('total'),
    ])
    .groupBy(['s.key', 'i.key', 'a.key'])
    .orderBy(sql`sum(success + failure + unauthorized + forbidden)`, 'desc')
    .orderBy('lastSeen', 'desc')
    .orderBy('s.key')
    .orderBy('i.key')
    .orderBy('a.key')
    .limit(question.limit)
    .execute()
  return {
    total: rows[0]?.total ?? 0,
    rows,
  }
}

/** Findings that name an entity. */
export interface Naming {
  readonly count: number
  /** The gravest three. */
  readonly gravest: readonly { readonly type: string; readonly severity: number }[]
}

/** Findings that name the entity (exact keys only: a pattern gives none). */
export async function findingsNaming(graph: Graph, question: Question, scopes: Scopes): Promise<Naming> {
  if (scopes.size === 0) return { count: 0, gravest: [] }
  const wanted = JSON.stringify([{ kind: question.entity.kind, key: shownKey(question.entity) }])
  const rows = await graph
    .selectFrom('finding')
    .select(['type', 'severity', sql<number>`count(*) over ()`.as('count')])
    .where('scope', 'in', [...scopes.keys()])
    .where(sql<boolean>`detail -> 'entities' @> ${wanted}::jsonb`, '=', true)
    .orderBy('severity', 'desc')
    .orderBy('first_seen')
    .orderBy('id')
    .limit(3)
    .execute()
  return { count: rows[0]?.count ?? 0, gravest: rows.map(({ type, severity }) => ({ type, severity })) }
}
