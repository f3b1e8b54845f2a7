import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { CALLS, edgeCounts, sums } from '../graph/read.ts'
import type { Totals } from '../model/observation.ts'
import type { Micros } from '../model/time.ts'
import type { Asked } from './calls-answer.ts'
import type { Graph } from './lookup.ts'
import { isOneOf, type Match } from './match.ts'
import { askedOn, OVER_ALL, type OverAll, overAll } from './requests.ts'
import { rowsOf } from './rows.ts'

/** Calls to AWS that share what was called and from where. */
export interface ServiceCall extends Totals {
  readonly verb: string
  readonly service: string
  readonly ip: string | null
  readonly firstSeen: Micros
  readonly lastSeen: Micros
}

/** What the identity called, most calls first; of a role that is what its sessions called. */
export async function serviceCalls(
  graph: Graph,
  { match, hours, question }: Asked,
): Promise<{ readonly rows: readonly ServiceCall[]; readonly total: number; readonly totals: Totals }> {
  const ids = sql.join([...match.scopes.keys()])
  const asked = match.entity.kind === 'role' ? { condition: isOfRole(match) } : askedOn(match, 'subject')
  const rows = await rowsOf(
    graph,
    sql<ServiceCall & OverAll>`
    with ${edgeCounts({ scopes: match.scopes, hours, columns: ['ip', 'call'], ...asked })}
    select c.verb, c.resource as service, i.key as ip, ${sums('edge_counts')},
      min(edge_counts.first_seen) as "firstSeen", max(edge_counts.last_seen) as "lastSeen", ${OVER_ALL}
    from edge_counts
    join call c on c.scope = edge_counts.scope and c.id = edge_counts.call
    left join entity i on i.scope = edge_counts.scope and i.id = edge_counts.ip
    where edge_counts.scope in (${ids}) and c.scope in (${ids})
    group by c.verb, c.resource, i.key
    order by ${CALLS} desc, max(edge_counts.last_seen) desc, c.verb, c.resource, i.key
    limit ${question.limit}`,
  )
  return {
    rows: rows.map(
      ({ verb, service, ip, success, failure, unauthorized, forbidden, firstSeen, lastSeen }) => ({
        verb,
        service,
        ip,
        success,
        failure,
        unauthorized,
        forbidden,
        firstSeen,
        lastSeen,
      }),
    ),
    ...overAll(rows[0]),
  }
}

/** The condition that a role or one of its sessions called; a subject that is of the role called a cluster. */
function isOfRole(match: Match): RawBuilder<SqlBool> {
  const ids = sql.join([...match.scopes.keys()])
  return sql<SqlBool>`edge.subject <> 0 and (edge.scope, edge.subject) in (
    select named.scope, named.id from entity as named where named.scope in (${ids}) and ${isOneOf(match, 'named', 'id')}
    union
    select link.scope, link.source from link
    join entity as session on session.scope = link.scope and session.id = link.source and session.kind = 'session'
    where link.scope in (${ids}) and session.scope in (${ids}) and link.tie = 'is' and ${isOneOf(match, 'link', 'target')})`
}
