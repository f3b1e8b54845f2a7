import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { CALLS, edgeCounts, type Hours, sums } from '../graph/read.ts'
import type { Totals } from '../model/observation.ts'
import type { Micros } from '../model/time.ts'
import type { Graph } from './lookup.ts'
import { isText, type Match, type Scopes } from './match.ts'
import { askedOn, OVER_ALL, type OverAll, overAll } from './requests.ts'
import { rowsOf } from './rows.ts'
import { NONE } from './wording.ts'

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
  match: Match,
  scopes: Scopes,
  hours: Hours | null,
): Promise<SecretReads> {
  if (scopes.size === 0) return { rows: [], total: 0, totals: NONE }
  const { entity } = match
  const ids = sql.join([...scopes.keys()])
  // The calls are few and found first: with them, the key of edges leads to those of a subject on secrets.
  const call = isSecretCall(scopes.keys())
  const asked =
    entity.kind === 'secret'
      ? { condition: sql`${call} and ${isAbout(entity.key)}` }
      : { condition: call, ...askedOn(match, entity.kind === 'ip' ? 'ip' : 'subject') }
  const rows = await rowsOf(
    graph,
    sql<SecretRow & OverAll>`
    with ${edgeCounts({ scopes, hours, columns: ['subject', 'call', 'namespace', 'object'], ...asked })}
    select edge.scope, namespace, object as name, how, s.key as subject,
      ${sums('edge')},
      min(edge.first_seen) as "firstSeen", max(edge.last_seen) as "lastSeen", ${OVER_ALL}
    from (
      select edge.*, ${HOW} as how from edge_counts as edge join call on call.scope = edge.scope and call.id = edge.call
      where call.scope in (${ids}) and call.resource = 'secrets' and ${entity.kind === 'secret' ? isCall() : sql`true`}
    ) as edge left join entity s on s.scope = edge.scope and s.id = edge.subject
    group by edge.scope, namespace, object, how, s.key
    order by sum(success) > 0 desc, ${CALLS} desc, namespace, object, how, s.key
    limit ${MOST}`,
  )
  return { rows, ...overAll(rows[0]) }
}

/** The condition on `edge` that its call is one on secrets; a number may be another call in another of several scopes. */
function isSecretCall(scopes: Iterable<number>): RawBuilder<SqlBool> {
  return sql<SqlBool>`edge.call = any(array(
    select secret.id from call as secret where secret.scope in (${sql.join([...scopes])}) and secret.resource = 'secrets'))`
}

/** The condition on `edge` that a question about a secret stands for: itself by name, or what lists or watches around it. */
function isAbout(key: string): RawBuilder<SqlBool> {
  const [namespace = ''] = key.split('/')
  const inside = isText(sql`edge.namespace`, namespace)
  return sql<SqlBool>`(
    (edge.object <> '' and ${inside} and ${isText(sql`edge.namespace || '/' || edge.object`, key)})
    or (edge.object = '' and (edge.namespace = '' or ${inside})))`
}

/** Without a name only a list or watch is about a secret. */
function isCall(): RawBuilder<SqlBool> {
  return sql<SqlBool>`(edge.object <> '' or call.verb in ('list', 'watch'))`
}

/**
 * The secrets known to exist in namespaces of a scope, by name: those that somebody reached by name. A name that was only tried
 * says nothing. '' among the namespaces is all of them. At most MOST.
 */
export async function knownSecrets(
  graph: Graph,
  scope: number,
  namespaces: readonly string[],
): Promise<readonly { readonly namespace: string; readonly name: string }[]> {
  if (namespaces.length === 0) return []
  // A namespace in which no secret has a name is passed over. In the order of keys, "0" comes just after "/".
  const inside = namespaces.includes('')
    ? sql`true`
    : sql`edge.namespace = any(array(
        select place from unnest(${namespaces}::text[]) as place
        where exists (select from entity as named where named.scope = ${scope} and named.kind = 'secret'
          and named.key > place || '/' and named.key < place || '0')))`
  return rowsOf(
    graph,
    sql<{ readonly namespace: string; readonly name: string }>`
    with named as materialized (
      select distinct edge.namespace, edge.object from edge
      where edge.scope = ${scope} and ${isSecretCall([scope])} and edge.object <> '' and ${inside})
    select named.namespace, named.object as name
    from named, lateral (
      select 1 from edge
      where edge.scope = ${scope} and ${isSecretCall([scope])} and edge.namespace = named.namespace and edge.object = named.object
        and (select sum(success) from edge_all where edge_all.scope = edge.scope and edge_all.edge = edge.id) > 0
      limit 1) as reached
    order by named.namespace, name limit ${MOST}`,
  )
}

/** True when the row's requests showed or set a value. */
export function isExposed(row: SecretRow): boolean {
  return row.success > 0 && (row.how === 'read' || row.how === 'listed' || row.how === 'written')
}

/** `namespace/name`; `namespace/*` for a list, `*` + `/*` for one of all namespaces. */
export function secretName(row: SecretRow): string {
  return `${row.namespace === '' ? '*' : row.namespace}/${row.name === '' ? '*' : row.name}`
}
