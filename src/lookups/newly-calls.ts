import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { countedEdges, type Hours, sums } from '../graph/read.ts'
import { sumsOf, tellsNone, wereSeen } from '../graph/read-sums.ts'
import type { Totals } from '../model/observation.ts'
import { formatTime, HOUR, hourOf, type Micros } from '../model/time.ts'
import type { Asked } from './calls-answer.ts'
import type { Graph } from './lookup.ts'
import { isOneOf } from './match.ts'
import { askedOn, OVER_ALL, type OverAll, overAll } from './requests.ts'
import { rowsOf } from './rows.ts'

/** A call that a subject made in the scope time and not in the baseline. */
export interface NewCall extends Totals {
  readonly subject: string | null
  readonly verb: string
  readonly resource: string
  /** Null where there are several, or none. */
  readonly namespace: string | null
  readonly ip: string | null
  /** First of all; it lies before the baseline where the call was made once and then not for so long. */
  readonly firstSeen: Micros
}

export interface NewCalls {
  readonly rows: readonly NewCall[]
  readonly total: number
  readonly totals: Totals
}

/**
 * Newly observed calls, newest first. Counters tell which calls were made in whole hours before; within the hours at the ends
 * the first request of an edge tells it exactly.
 */
export async function newCalls(graph: Graph, asked: Asked): Promise<NewCalls> {
  const { match, question, hours, baseline } = asked
  if (hours === null || baseline === null) return { rows: [], ...overAll(undefined) }
  const ids = sql.join([...match.scopes.keys()])
  const from = baseline.to
  const to = question.window?.to ?? from
  const before = { from: Math.ceil(baseline.from / HOUR), to: hourOf(baseline.to) }
  const { made, isKnown, edges } =
    match.entity.kind === 'ip' ? byEdges(asked, hours, before) : bySums(asked, hours, before)
  const at = (moment: Micros): RawBuilder<unknown> => sql`${formatTime(moment)}::timestamptz`
  const inside = sql`edge.first_seen >= ${at(from)} and edge.first_seen < ${at(to)}`
  const rows = await rowsOf(
    graph,
    sql<NewCall & OverAll>`
    with made as materialized (
      select scope, id, id2, ${sums('counted')} from (${made}) as counted group by scope, id, id2),
    fresh as materialized (
      select * from made where success + failure + unauthorized + forbidden > 0 and not ${isKnown}),
    first as (
      select fresh.*, begun.*
      from fresh, lateral (
        select min(edge.first_seen) as first_seen,
          min(edge.first_seen) filter (where edge.first_seen >= ${at(baseline.from)}) as again,
          min(edge.namespace) filter (where ${inside}) as low,
          max(edge.namespace) filter (where ${inside}) as high,
          min(edge.ip) filter (where ${inside}) as ip,
          max(edge.ip) filter (where ${inside}) as other
        from edge
        where edge.scope in (${ids}) and edge.scope = fresh.scope and edge.subject = fresh.id and edge.call = fresh.id2
          and ${edges}) as begun
      where begun.first_seen < ${at(to)} and (begun.again is null or begun.again >= ${at(from)}))
    select s.key as subject, c.verb, c.resource,
      case when min(first.low) = max(first.high) then nullif(min(first.low), '') end as namespace,
      case when min(first.ip) = max(first.other) then min(i.key) end as ip,
      ${sums('first')}, min(first.first_seen) as "firstSeen", ${OVER_ALL}
    from first
    join call c on c.scope = first.scope and c.id = first.id2
    left join entity s on s.scope = first.scope and s.id = first.id
    left join entity i on i.scope = first.scope and i.id = first.ip
    where first.scope in (${ids}) and c.scope in (${ids})
    group by s.key, c.verb, c.resource
    order by min(first.first_seen) desc, s.key, c.verb, c.resource
    limit ${question.limit}`,
  )
  return { rows: rows.map(newCall), ...overAll(rows[0]) }
}

function newCall(row: NewCall): NewCall {
  const { subject, verb, resource, namespace, ip, success, failure, unauthorized, forbidden, firstSeen } = row
  return { subject, verb, resource, namespace, ip, success, failure, unauthorized, forbidden, firstSeen }
}

interface Sources {
  /** Calls in the scope time: scope, id of the subject, id2 of the call, and their counters. */
  readonly made: RawBuilder<unknown>
  /** The condition on `made` that the same call was made in the baseline. */
  readonly isKnown: RawBuilder<SqlBool>
  /** The condition on `edge` of those that are looked at. */
  readonly edges: RawBuilder<unknown>
}

/** Of a whole cluster, or of subjects: what they call is rolled up. */
function bySums({ match }: Asked, hours: Hours, before: Hours): Sources {
  const asked = {
    kind: 'subject-call',
    scopes: match.scopes,
    ...(match.entity.kind === 'subject' && { condition: isOneOf(match, 'sum', 'id') }),
  } as const
  return {
    // A row that is passed over is one of a call that is known, so that it does not matter what else counts it.
    made: sumsOf({ ...asked, hours, packed: tellsNone(before) }),
    isKnown: wereSeen({ ...asked, hours: before }, 'made'),
    edges: sql`true`,
  }
}

/** From an address: its calls are counted by edge alone. */
function byEdges({ match }: Asked, hours: Hours, before: Hours): Sources {
  const counted = (which: Hours): RawBuilder<unknown> => sql`
    select scope, subject as id, call as id2, success, failure, unauthorized, forbidden
    from (${countedEdges({ scopes: match.scopes, hours: which, columns: ['subject', 'call'], ...askedOn(match, 'ip') })}) as counted`
  const isKnown = sql<SqlBool>`(made.scope, made.id, made.id2) in (
    select before.scope, before.id, before.id2 from (${counted(before)}) as before)`
  return { made: counted(hours), isKnown, edges: isOneOf(match, 'edge', 'ip') }
}
