import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { edgeCounts, type Hours } from '../graph/read.ts'
import { unescapeKey } from '../model/entity.ts'
import type { Totals } from '../model/observation.ts'
import type { Micros } from '../model/time.ts'
import type { Graph, Question } from './lookup.ts'
import { isMatch, isPattern, likeOf, type Scopes } from './match.ts'
import { rowsOf } from './rows.ts'

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

/** A row with the sums over all rows beside it. */
interface CountedRow extends SecretRow {
  readonly total: number
  readonly allSuccess: number
  readonly allFailure: number
  readonly allUnauthorized: number
  readonly allForbidden: number
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
  const ids = sql.join([...scopes.keys()])
  const rows = await rowsOf(
    graph,
    sql<CountedRow>`
    with picked as (
      select edge.scope, edge.id, edge.subject, edge.namespace, edge.object, ${HOW} as how, edge.first_seen
      from edge join call on call.scope = edge.scope and call.id = edge.call
      where edge.scope in (${ids}) and call.scope in (${ids}) and call.resource = 'secrets' and ${isAsked(question)}),
    ${edgeCounts(scopes, hours, ['subject', 'namespace', 'object', 'how'])}
    select edge_counts.scope, namespace, object as name, how, s.key as subject,
      sum(success)::bigint as success, sum(failure)::bigint as failure,
      sum(unauthorized)::bigint as unauthorized, sum(forbidden)::bigint as forbidden,
      min(edge_counts.first_seen) as "firstSeen", max(edge_counts.last_seen) as "lastSeen", count(*) over () as total,
      (sum(sum(success)) over ())::bigint as "allSuccess", (sum(sum(failure)) over ())::bigint as "allFailure",
      (sum(sum(unauthorized)) over ())::bigint as "allUnauthorized", (sum(sum(forbidden)) over ())::bigint as "allForbidden"
    from edge_counts left join entity s on s.scope = edge_counts.scope and s.id = edge_counts.subject
    group by edge_counts.scope, namespace, object, how, s.key
    order by sum(success) > 0 desc, sum(success + failure + unauthorized + forbidden) desc, namespace, object, how, s.key
    limit ${MOST}`,
  )
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

/** The condition on `edge` and `call` that a question about a subject, an address or a secret stands for. */
function isAsked({ entity }: Question): RawBuilder<SqlBool> {
  if (entity.kind !== 'secret') {
    const side = sql.ref(entity.kind === 'ip' ? 'edge.ip' : 'edge.subject')
    return sql<SqlBool>`(edge.scope, ${side}) in (select entity.scope, entity.id from entity where ${isMatch(entity)})`
  }
  const [namespace = ''] = entity.key.split('/')
  const like = (text: RawBuilder<unknown>, key: string): RawBuilder<SqlBool> =>
    isPattern(key) ? sql<SqlBool>`${text} like ${likeOf(key)}` : sql<SqlBool>`${text} = ${unescapeKey(key)}`
  const inside = like(sql`edge.namespace`, namespace)
  return sql<SqlBool>`(
    (edge.object <> '' and ${inside} and ${like(sql`edge.namespace || '/' || edge.object`, entity.key)})
    or (edge.object = '' and call.verb in ('list', 'watch') and (edge.namespace = '' or ${inside})))`
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
  const inside = namespace === '' ? sql`true` : sql`edge.namespace = ${namespace}`
  const rows = await rowsOf(
    graph,
    sql<{ readonly namespace: string; readonly object: string }>`
    select distinct edge.namespace, edge.object
    from edge join call on call.scope = edge.scope and call.id = edge.call
    where edge.scope = ${scope} and call.resource = 'secrets' and edge.object <> '' and ${inside}
      and (select sum(success) from edge_all where edge_all.scope = edge.scope and edge_all.edge = edge.id) > 0
    order by edge.namespace, edge.object limit ${MOST}`,
  )
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
