import { sql } from 'kysely'
import type { Outcome, RequestObservation } from '../model/observation.ts'
import { formatTime, hourOf, type Micros } from '../model/time.ts'
import { type EntityIds, foldCalls, foldEntities, type SeenEntity, type Trx } from './dictionary.ts'

/** Where one request is counted: the edge, the hour (whole hours since 1970) and the outcome. */
export interface Place {
  readonly edge: number
  readonly hour: number
  readonly outcome: Outcome
}

/** A change of a counter; `n` is negative where an earlier stage moves a request to another place. */
export interface Delta extends Place {
  readonly n: 1 | -1
}

/**
 * Folds stages of requests of one leased scope into entities, edges, user agents and coverage, and returns where
 * each would be counted, in the order given. Counts nothing: see addCounts. Every operation commutes, so the order
 * of batches does not matter.
 */
export async function foldRequests(
  trx: Trx,
  scope: number,
  cluster: string | null,
  observations: readonly RequestObservation[],
): Promise<readonly Place[]> {
  if (observations.length === 0) return []
  const entities = await foldEntities(trx, scope, entitiesOf(observations, cluster))
  const callId = await foldCalls(trx, scope, observations)
  const edges = await foldEdges(trx, scope, observations, entities, callId)
  await foldAgents(trx, scope, observations, entities)
  await foldCoverage(
    trx,
    scope,
    observations.map((observation) => observation.at),
  )
  return observations.map((observation, at) => {
    const edge = edges[at]
    if (edge === undefined) throw new Error('an observation was folded without an edge')
    return { edge, hour: hourOf(observation.at), outcome: observation.outcome }
  })
}

function entitiesOf(
  observations: readonly RequestObservation[],
  cluster: string | null,
): readonly SeenEntity[] {
  const seen: SeenEntity[] = []
  for (const { at, subject, actingAs, ip, entities } of observations) {
    const span = { first: at, last: at }
    if (cluster !== null) seen.push({ kind: 'cluster', key: cluster, ...span })
    if (subject !== null) seen.push({ kind: 'subject', key: subject, ...span })
    if (actingAs !== null) seen.push({ kind: 'subject', key: actingAs, ...span })
    if (ip !== null) seen.push({ kind: 'ip', key: ip, ...span })
    for (const { kind, key } of entities) seen.push({ kind, key, ...span })
  }
  return seen
}

interface Edge {
  readonly subject: number
  readonly ip: number
  readonly call: number
  readonly namespace: string
  readonly object: string
  readonly actingAs: number
  first: Micros
  last: Micros
}

async function foldEdges(
  trx: Trx,
  scope: number,
  observations: readonly RequestObservation[],
  entities: EntityIds,
  callId: (verb: string, resource: string) => number,
): Promise<readonly number[]> {
  const distinct = new Map<string, Edge>()
  const keys = observations.map((observation) => {
    const { at } = observation
    const edge: Edge = {
      subject: observation.subject === null ? 0 : entities.of('subject', observation.subject),
      ip: observation.ip === null ? 0 : entities.of('ip', observation.ip),
      call: callId(observation.verb, observation.resource),
      namespace: observation.namespace ?? '',
      object: observation.object ?? '',
      actingAs: observation.actingAs === null ? 0 : entities.of('subject', observation.actingAs),
      first: at,
      last: at,
    }
    const key = [edge.subject, edge.ip, edge.call, edge.actingAs, edge.namespace, edge.object].join('\0')
    const known = distinct.get(key)
    if (known === undefined) distinct.set(key, edge)
    else {
      known.first = Math.min(known.first, at)
      known.last = Math.max(known.last, at)
    }
    return key
  })
  const list = [...distinct.values()]
  const ids = await writeEdges(trx, scope, list)
  const byKey = new Map([...distinct.keys()].map((key, at) => [key, ids[at]]))
  return keys.map((key) => {
    const id = byKey.get(key)
    if (id === undefined) throw new Error('an edge was not written')
    return id
  })
}

async function writeEdges(
  trx: Trx,
  scope: number,
  list: readonly Edge[],
): Promise<readonly (number | undefined)[]> {
  const batch = sql`unnest(
      ${list.map((e) => e.subject)}::int[], ${list.map((e) => e.ip)}::int[], ${list.map((e) => e.call)}::int[],
      ${list.map((e) => e.namespace)}::text[], ${list.map((e) => e.object)}::text[], ${list.map((e) => e.actingAs)}::int[],
      ${list.map((e) => formatTime(e.first))}::timestamptz[], ${list.map((e) => formatTime(e.last))}::timestamptz[])
    with ordinality as seen (subject, ip, call, namespace, object, acting_as, first, last, nr)`
  const same = sql`edge.scope = ${scope} and edge.subject = seen.subject and edge.ip = seen.ip and edge.call = seen.call
    and edge.namespace = seen.namespace collate "C" and edge.object = seen.object collate "C" and edge.acting_as = seen.acting_as`
  const read = sql<{ nr: number; id: number }>`
    select seen.nr::int as nr, edge.id from ${batch} join edge on ${same}`
  await sql`
    update edge set first_seen = least(edge.first_seen, seen.first), last_seen = greatest(edge.last_seen, seen.last)
    from ${batch} where ${same} and (edge.first_seen > seen.first or edge.last_seen < seen.last)`.execute(trx)
  await sql`
    insert into edge (scope, subject, ip, call, namespace, object, acting_as, first_seen, last_seen)
    select ${scope}, seen.subject, seen.ip, seen.call, seen.namespace, seen.object, seen.acting_as, seen.first, seen.last
    from ${batch} where not exists (select from edge where ${same})
    order by seen.nr`.execute(trx)
  const ids: (number | undefined)[] = list.map(() => undefined)
  for (const row of (await read.execute(trx)).rows) ids[row.nr - 1] = row.id
  return ids
}

/** Adds to the hourly counters of one leased scope. A counter that falls back to nothing leaves no row. */
export async function addCounts(trx: Trx, scope: number, deltas: readonly Delta[]): Promise<void> {
  const sums = new Map<string, { edge: number; hour: number } & { [O in Outcome]: number }>()
  for (const { edge, hour, outcome, n } of deltas) {
    const key = `${edge}/${hour}`
    const sum = sums.get(key) ?? { edge, hour, success: 0, failure: 0, unauthorized: 0, forbidden: 0 }
    sum[outcome] += n
    sums.set(key, sum)
  }
  const list = [...sums.values()].toSorted((a, b) => a.edge - b.edge || a.hour - b.hour)
  if (list.length === 0) return
  const column = (pick: (sum: (typeof list)[number]) => number): number[] => list.map(pick)
  await sql`
    insert into edge_hour (scope, edge, hour, success, failure, unauthorized, forbidden)
    select ${scope}, * from unnest(${column((s) => s.edge)}::int[], ${column((s) => s.hour)}::int[],
      ${column((s) => s.success)}::bigint[], ${column((s) => s.failure)}::bigint[],
      ${column((s) => s.unauthorized)}::bigint[], ${column((s) => s.forbidden)}::bigint[])
    on conflict (scope, edge, hour) do update set
      success = edge_hour.success + excluded.success,
      failure = edge_hour.failure + excluded.failure,
      unauthorized = edge_hour.unauthorized + excluded.unauthorized,
      forbidden = edge_hour.forbidden + excluded.forbidden`.execute(trx)
  const lowered = deltas.filter((delta) => delta.n < 0)
  if (lowered.length === 0) return
  await sql`
    delete from edge_hour using unnest(${lowered.map((d) => d.edge)}::int[], ${lowered.map((d) => d.hour)}::int[]) as low (edge, hour)
    where edge_hour.scope = ${scope} and edge_hour.edge = low.edge and edge_hour.hour = low.hour
      and success = 0 and failure = 0 and unauthorized = 0 and forbidden = 0`.execute(trx)
}

async function foldAgents(
  trx: Trx,
  scope: number,
  observations: readonly RequestObservation[],
  entities: EntityIds,
): Promise<void> {
  const latest = new Map<string, { subject: number; ip: number; agent: string; at: Micros }>()
  for (const { subject, ip, userAgent, at } of observations) {
    if (userAgent === null) continue
    const row = {
      subject: subject === null ? 0 : entities.of('subject', subject),
      ip: ip === null ? 0 : entities.of('ip', ip),
      agent: userAgent,
      at,
    }
    const key = `${row.subject}/${row.ip}`
    const known = latest.get(key)
    if (
      known === undefined ||
      row.at > known.at ||
      (row.at === known.at && bytesOrder(row.agent, known.agent) > 0)
    ) {
      latest.set(key, row)
    }
  }
  const list = [...latest.values()]
  if (list.length === 0) return
  await sql`
    insert into agent (scope, subject, ip, user_agent, at)
    select ${scope}, * from unnest(${list.map((r) => r.subject)}::int[], ${list.map((r) => r.ip)}::int[],
      ${list.map((r) => r.agent)}::text[], ${list.map((r) => formatTime(r.at))}::timestamptz[])
    on conflict (scope, subject, ip) do update set user_agent = excluded.user_agent, at = excluded.at
    where (agent.at, agent.user_agent) < (excluded.at, excluded.user_agent)`.execute(trx)
}

/** The order that PostgreSQL's "C" collation gives. */
function bytesOrder(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

async function foldCoverage(trx: Trx, scope: number, times: readonly Micros[]): Promise<void> {
  const hours = new Map<number, { hour: number; first: Micros; last: Micros }>()
  for (const at of times) {
    const hour = hourOf(at)
    const known = hours.get(hour)
    if (known === undefined) hours.set(hour, { hour, first: at, last: at })
    else {
      known.first = Math.min(known.first, at)
      known.last = Math.max(known.last, at)
    }
  }
  const list = [...hours.values()]
  await sql`
    insert into coverage (scope, source, hour, first_at, last_at)
    select ${scope}, 'audit', * from unnest(${list.map((h) => h.hour)}::int[],
      ${list.map((h) => formatTime(h.first))}::timestamptz[], ${list.map((h) => formatTime(h.last))}::timestamptz[])
    on conflict (scope, source, hour) do update set
      first_at = least(coverage.first_at, excluded.first_at), last_at = greatest(coverage.last_at, excluded.last_at)`.execute(
    trx,
  )
}
