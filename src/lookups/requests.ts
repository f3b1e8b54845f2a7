import { sql } from 'kysely'
import { CALLS, type EdgesAsked, edgeCounts, sums } from '../graph/read.ts'
import type { Totals } from '../model/observation.ts'
import type { Micros } from '../model/time.ts'
import type { Asked } from './calls-answer.ts'
import type { Graph, Question } from './lookup.ts'
import { isOneOf, type Match, type Scopes, shownKey } from './match.ts'
import { rowsOf } from './rows.ts'
import { NONE } from './wording.ts'

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

/** Rows of calls: those up to the limit, how many there are, and the sums over all of them. */
export interface Calls {
  readonly rows: readonly CallRow[]
  readonly total: number
  readonly totals: Totals
}

/** Sums over all rows of a grouped query, beside each of them. */
export const OVER_ALL = sql`count(*) over () as total,
  (sum(sum(success::float8)) over ())::bigint as "allSuccess", (sum(sum(failure::float8)) over ())::bigint as "allFailure",
  (sum(sum(unauthorized::float8)) over ())::bigint as "allUnauthorized", (sum(sum(forbidden::float8)) over ())::bigint as "allForbidden"`

export interface OverAll {
  readonly total: number
  readonly allSuccess: number
  readonly allFailure: number
  readonly allUnauthorized: number
  readonly allForbidden: number
}

/** What stands beside the first row; nothing where there is none. */
export function overAll(first: OverAll | undefined): { readonly total: number; readonly totals: Totals } {
  if (first === undefined) return { total: 0, totals: NONE }
  const { total, allSuccess, allFailure, allUnauthorized, allForbidden } = first
  return {
    total,
    totals: {
      success: allSuccess,
      failure: allFailure,
      unauthorized: allUnauthorized,
      forbidden: allForbidden,
    },
  }
}

/** So many entities are held in memory while days are looked through. */
const MOST_AT_ONCE = 100_000

/** The condition that edges, and their days, have the entity on the given side. */
export function askedOn(match: Match, side: 'subject' | 'ip'): Pick<EdgesAsked, 'whose' | 'isWide'> {
  const isWide = match.ids === null && match.entities <= MOST_AT_ONCE
  return { whose: (table) => isOneOf(match, table, side), isWide }
}

/**
 * Requests with the entity on the given side by who, where from and as whom, most calls first. First and last seen are
 * those of the edges, whatever the window.
 */
export async function callRows(graph: Graph, { match, hours, question }: Asked, side: Side): Promise<Calls> {
  const ids = sql.join([...match.scopes.keys()])
  // A call between two subjects of one pattern is the caller's own, and shown there.
  const own =
    side === 'acting_as'
      ? { condition: sql`${isOneOf(match, 'edge', side)} and not (${isOneOf(match, 'edge', 'subject')})` }
      : askedOn(match, side)
  const rows = await rowsOf(
    graph,
    sql<CallRow & OverAll>`
    with ${edgeCounts({ scopes: match.scopes, hours, columns: ['subject', 'ip', 'acting_as'], ...own })},
    called as (
      select scope, subject, ip, acting_as, ${sums('edge_counts')}, min(first_seen) as first_seen, max(last_seen) as last_seen
      from edge_counts group by scope, subject, ip, acting_as),
    told as (
      select s.key as subject, i.key as ip, a.key as as, ${sums('called')},
        min(called.first_seen) as "firstSeen", max(called.last_seen) as "lastSeen",
        (array_agg(array[called.scope, called.subject, called.ip] order by called.last_seen desc))[1:1] as newest, ${OVER_ALL}
      from called
      left join entity s on s.scope = called.scope and s.id = called.subject
      left join entity i on i.scope = called.scope and i.id = called.ip
      left join entity a on a.scope = called.scope and a.id = called.acting_as
      where called.scope in (${ids})
      group by s.key, i.key, a.key
      order by ${CALLS} desc, max(called.last_seen) desc, s.key, i.key, a.key
      limit ${question.limit})
    select told.*, (
      select (select named.key from entity as named
        where named.scope in (${ids}) and named.scope = agent.scope and named.id = agent.agent) as named
      from agent
      where agent.scope in (${ids})
        and agent.scope = told.newest[1][1] and agent.subject = told.newest[1][2] and agent.ip = told.newest[1][3]
      order by agent.last_seen desc, named desc limit 1) as "userAgent"
    from told
    order by success + failure + unauthorized + forbidden desc, "lastSeen" desc, subject, ip, "as"`,
  )
  return { rows: rows.map(callRow), ...overAll(rows[0]) }
}

/** Requests that others made in the name of subjects; most never lent it, which is told by an index at once. */
export async function borrowedRows(graph: Graph, asked: Asked): Promise<Calls> {
  const { match } = asked
  const [lent] = await rowsOf(
    graph,
    sql`select 1 as lent from edge
    where edge.scope in (${sql.join([...match.scopes.keys()])}) and edge.acting_as <> 0 and ${isOneOf(match, 'edge', 'acting_as')}
    limit 1`,
  )
  return lent === undefined ? { rows: [], ...overAll(undefined) } : callRows(graph, asked, 'acting_as')
}

function callRow(row: CallRow): CallRow {
  const { subject, ip, as, success, failure, unauthorized, forbidden, userAgent, firstSeen, lastSeen } = row
  return { subject, ip, as, success, failure, unauthorized, forbidden, userAgent, firstSeen, lastSeen }
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
