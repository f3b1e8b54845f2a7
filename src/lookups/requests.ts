import { type RawBuilder, sql } from 'kysely'
import type { Hours } from '../graph/read.ts'
import { countsOf, edgeCounts, sums, within } from '../graph/read.ts'
import type { Totals } from '../model/observation.ts'
import type { Micros } from '../model/time.ts'
import type { Graph, Question } from './lookup.ts'
import { isMatch, type Scopes, shownKey } from './match.ts'
import { rowsOf } from './rows.ts'

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

/** Edges of the given scopes with the entity on one side. */
function picked(question: Question, scopes: Scopes, side: Side): RawBuilder<unknown> {
  // A call between two subjects of one pattern is the caller's own, and shown there.
  const isForeign =
    side === 'acting_as'
      ? sql`and not exists (
          select from entity as caller
          where caller.scope = edge.scope and caller.id = edge.subject and ${isMatch(question.entity, 'caller')})`
      : sql``
  return sql`
    select edge.scope, edge.id, edge.subject, edge.ip, edge.acting_as, edge.first_seen
    from entity join edge on edge.scope = entity.scope and ${sql.ref(`edge.${side}`)} = entity.id
    where entity.scope in (${sql.join([...scopes.keys()])}) and ${isMatch(question.entity)} ${isForeign}`
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
  const [row] = await rowsOf(
    graph,
    sql<Totals>`
    with picked as (${picked(question, scopes, side)})
    select ${sums('counted')} from picked join ${countsOf(hours)} as counted
      on counted.scope = picked.scope and counted.edge = picked.id
    where counted.scope in (${sql.join([...scopes.keys()])}) ${within(hours, 'counted')}`,
  )
  return row ?? ZERO
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
  const ids = sql.join([...scopes.keys()])
  const rows = await rowsOf(
    graph,
    sql<CallRow & { readonly total: number }>`
    with picked as (${picked(question, scopes, side)}),
    ${edgeCounts(scopes, hours, ['subject', 'ip', 'acting_as'])},
    called as (
      select scope, subject, ip, acting_as, ${sums('edge_counts')}, min(first_seen) as first_seen, max(last_seen) as last_seen
      from edge_counts group by scope, subject, ip, acting_as)
    select s.key as subject, i.key as ip, a.key as as, ${sums('called')},
      max(used.key) as "userAgent",
      min(called.first_seen) as "firstSeen", max(called.last_seen) as "lastSeen", count(*) over () as total
    from called
    left join entity s on s.scope = called.scope and s.id = called.subject
    left join entity i on i.scope = called.scope and i.id = called.ip
    left join entity a on a.scope = called.scope and a.id = called.acting_as
    left join lateral (
      select named.key from agent join entity named on named.scope = agent.scope and named.id = agent.agent
      where agent.scope = called.scope and agent.subject = called.subject and agent.ip = called.ip
        and agent.scope in (${ids}) and named.scope in (${ids})
      order by agent.last_seen desc, named.key desc limit 1) as used on true
    where called.scope in (${ids})
    group by s.key, i.key, a.key
    order by sum(success + failure + unauthorized + forbidden) desc, max(called.last_seen) desc, s.key, i.key, a.key
    limit ${question.limit}`,
  )
  return { total: rows[0]?.total ?? 0, rows }
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
