import { sql } from 'kysely'
import { CALLS, type Hours, sums } from '../graph/read.ts'
import { bucketsOf, type SumsAsked, sumsOf } from '../graph/read-sums.ts'
import type { Totals } from '../model/observation.ts'
import { DAY, HOUR, hourOf, type Micros } from '../model/time.ts'
import type { Asked } from './calls-answer.ts'
import type { Graph } from './lookup.ts'
import { isOneOf } from './match.ts'
import { OVER_ALL, type OverAll, overAll } from './requests.ts'
import { rowsOf } from './rows.ts'

/** Requests of one step. */
export interface Bucket extends Totals {
  readonly from: Micros
}

/** Requests of one subject and call. */
export interface CallOfHour extends Totals {
  readonly subject: string | null
  readonly verb: string
  readonly resource: string
}

export interface Activity<Row> {
  readonly rows: readonly Row[]
  readonly total: number
  readonly totals: Totals
}

/** Days up to which steps are hours: the steps of three days fit into a picture. */
const IN_HOURS = 3

/** Requests over time, newest step first; steps are hours or, over more than three days, days. */
export async function bucketsIn(
  graph: Graph,
  asked: Asked,
): Promise<Activity<Bucket> & { readonly step: 'hour' | 'day' }> {
  const hours = asked.hours ?? known(asked)
  const step = hours.to - hours.from <= IN_HOURS * 24 ? 'hour' : 'day'
  const rows = await rowsOf(
    graph,
    sql<Totals & OverAll & { readonly bucket: number }>`
    select bucket, ${sums('counted')}, ${OVER_ALL} from (${bucketsOf(sides(asked, hours), step)}) as counted
    group by bucket having ${CALLS} <> 0
    order by bucket desc limit ${asked.question.limit}`,
  )
  const length = step === 'hour' ? HOUR : DAY
  return {
    rows: rows.map(({ bucket, success, failure, unauthorized, forbidden }) => ({
      from: bucket * length,
      success,
      failure,
      unauthorized,
      forbidden,
    })),
    ...overAll(rows[0]),
    step,
  }
}

/** Who called what in one hour, most calls first. */
export async function callsInHour(
  graph: Graph,
  { match, question }: Asked,
  hours: Hours,
): Promise<Activity<CallOfHour>> {
  const ids = sql.join([...match.scopes.keys()])
  const rows = await rowsOf(
    graph,
    sql<CallOfHour & OverAll>`
    with called as (
      select scope, id, id2, ${sums('counted')}
      from (${sumsOf({ kind: 'subject-call', scopes: match.scopes, hours })}) as counted
      group by scope, id, id2 having ${CALLS} <> 0)
    select s.key as subject, c.verb, c.resource, ${sums('called')}, ${OVER_ALL}
    from called
    join call c on c.scope = called.scope and c.id = called.id2
    left join entity s on s.scope = called.scope and s.id = called.id
    where called.scope in (${ids}) and c.scope in (${ids})
    group by s.key, c.verb, c.resource
    order by ${CALLS} desc, s.key, c.verb, c.resource
    limit ${question.limit}`,
  )
  return {
    rows: rows.map(({ subject, verb, resource, success, failure, unauthorized, forbidden }) => ({
      subject,
      verb,
      resource,
      success,
      failure,
      unauthorized,
      forbidden,
    })),
    ...overAll(rows[0]),
  }
}

/** Which sums an entity has. */
function sides({ match }: Asked, hours: Hours): SumsAsked {
  const { scopes, entity } = match
  if (entity.kind === 'cluster') return { kind: 'all', scopes, hours }
  const condition = isOneOf(match, 'sum', 'id')
  return { kind: entity.kind === 'ip' ? 'ip' : 'subject', scopes, hours, condition }
}

/** All hours in which something is known of what was matched. */
function known({ match }: Asked): Hours {
  const { firstSeen, lastSeen } = match
  return firstSeen === null || lastSeen === null
    ? { from: 0, to: 1 }
    : { from: hourOf(firstSeen), to: hourOf(lastSeen) + 1 }
}
