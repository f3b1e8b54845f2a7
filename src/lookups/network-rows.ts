import { type RawBuilder, sql } from 'kysely'
import type { Hours } from '../graph/read.ts'
import type { Micros } from '../model/time.ts'
import type { Graph } from './lookup.ts'
import { isOneOf, type Match, type Scopes } from './match.ts'
import type { Ends } from './network-owners.ts'
import { rowsOf } from './rows.ts'

/** Traffic with one peer on one port in one direction. */
export interface TalkRow {
  readonly peer: string
  /** True for what was sent to the peer. */
  readonly outward: boolean
  /** The service's port, 0 where there is none; `serving`: the peer calls it. */
  readonly port: number
  readonly serving: boolean
  /** IANA's number, -1 where it is not known. */
  readonly protocol: number
  readonly bytes: number
  readonly packets: number
  /** Records, each a window of a minute or ten. */
  readonly accepted: number
  readonly rejected: number
  /** Bytes in the hours of the baseline. */
  readonly before: number
  readonly lastSeen: Micros
}

/** Rows up to the limit, and sums over all. */
export interface Talks {
  readonly rows: readonly TalkRow[]
  readonly total: number
  readonly peers: number
  readonly sent: number
  readonly received: number
  readonly rejected: number
  /** Hours of the first and last window counted; null where there is none. */
  readonly hours: Hours | null
}

export interface TalksAsked {
  readonly match: Match
  /** Null: every address that the key matches. */
  readonly ends: Ends | null
  readonly scopes: Scopes
  /** Null: all that is known. */
  readonly hours: Hours | null
  readonly baseline: Hours | null
  readonly limit: number
}

interface Row extends TalkRow {
  readonly total: number
  readonly peers: number
  readonly sent: number
  readonly received: number
  readonly allRejected: number
  readonly firstHour: number
  readonly lastHour: number
}

const EARLIEST = -(2 ** 31)
const LATEST = 2 ** 31 - 1

/**
 * Who was talked to, most bytes first. The same traffic may be seen by several interfaces: at both ends, and where it is translated. Of
 * those each hour counts one, first of the asked side, and of that the one that saw most.
 */
export async function talkRows(graph: Graph, asked: TalksAsked): Promise<Talks> {
  const { scopes, hours, baseline, limit } = asked
  if (scopes.size === 0) return NO_TALK
  const ids = sql.join([...scopes.keys()])
  const low = hours?.from ?? EARLIEST
  const high = hours?.to ?? LATEST
  const rows = await rowsOf(
    graph,
    sql<Row>`
    with views as (${viewsOf(asked)}),
    hourly as (
      select distinct on (views.scope, own, other, outward, serving, port, protocol, accepted, counted.hour)
        views.scope, other, outward, serving, port, protocol, accepted, counted.hour, counted.bytes, counted.packets,
        counted.records, counted.last_at
      from views join flow_hour as counted on counted.scope = views.scope and counted.flow = views.id
      where counted.scope in (${ids}) and counted.hour >= greatest(views.low, ${baseline?.from ?? low}::int)
        and counted.hour < least(views.high, ${high}::int)
      order by views.scope, own, other, outward, serving, port, protocol, accepted, counted.hour, side, counted.bytes desc, views.id),
    told as (
      select peer.key as peer, outward, serving, port, protocol,
        coalesce(sum(bytes) filter (where hour >= ${low}::int), 0)::float8 as bytes,
        coalesce(sum(packets) filter (where hour >= ${low}::int), 0)::float8 as packets,
        coalesce(sum(records) filter (where hour >= ${low}::int and accepted), 0)::int as accepted,
        coalesce(sum(records) filter (where hour >= ${low}::int and not accepted), 0)::int as rejected,
        coalesce(sum(bytes) filter (where hour < ${low}::int), 0)::float8 as before,
        max(last_at) filter (where hour >= ${low}::int) as last,
        min(hour) filter (where hour >= ${low}::int) as first_hour, max(hour) as last_hour
      from hourly join entity as peer on peer.scope = hourly.scope and peer.id = hourly.other
      where peer.scope in (${ids})
      group by peer.key, outward, serving, port, protocol
      having bool_or(hour >= ${low}::int))
    select peer, outward, serving, port, protocol, bytes, packets, accepted, rejected, before, last as "lastSeen",
      count(*) over () as total, (select count(distinct peer) from told) as peers,
      sum(case when outward then bytes else 0 end) over () as sent,
      sum(case when outward then 0 else bytes end) over () as received, sum(rejected) over () as "allRejected",
      min(first_hour) over () as "firstHour", max(last_hour) over () as "lastHour"
    from told order by bytes desc, last desc, peer, port, outward, serving, protocol limit ${limit}`,
  )
  const [first] = rows
  if (first === undefined) return NO_TALK
  return {
    rows,
    total: first.total,
    peers: first.peers,
    sent: first.sent,
    received: first.received,
    rejected: first.allRejected,
    hours: { from: first.firstHour, to: first.lastHour + 1 },
  }
}

const NO_TALK: Talks = { rows: [], total: 0, peers: 0, sent: 0, received: 0, rejected: 0, hours: null }

/** Flows as the asked side sees them, `side` 1 where that is the interface's, each with the hours that count. */
function viewsOf({ match, ends, scopes }: TalksAsked): RawBuilder<unknown> {
  const ids = sql.join([...scopes.keys()])
  const near = sql`flow.scope, flow.id, 1 as side, flow.local as own, flow.peer as other, flow.outward, flow.serving,
      flow.port, flow.protocol, flow.accepted`
  // Seen from the other end everything is turned round; a port that is not the peer's is one's own.
  const far = sql`flow.scope, flow.id, 2 as side, flow.peer as own, flow.local as other, not flow.outward as outward,
      flow.port <> 0 and not flow.serving as serving, flow.port, flow.protocol, flow.accepted`
  if (ends === null) {
    const always = sql`${EARLIEST}::int as low, ${LATEST}::int as high`
    const isLocal = isOneOf(match, 'flow', 'local')
    return sql`
      select ${near}, ${always} from flow where flow.scope in (${ids}) and ${isLocal}
      union all
      select ${far}, ${always} from flow
      where flow.scope in (${ids}) and ${isOneOf(match, 'flow', 'peer')} and not (${isLocal})`
  }
  const { addresses, interfaces } = ends
  const held = sql`unnest(${addresses.map(({ scope }) => scope)}::int[], ${addresses.map(({ id }) => id)}::int[],
      ${addresses.map(({ from }) => from)}::int[], ${addresses.map(({ to }) => to)}::int[]) as held (scope, id, low, high)`
  return sql`
      select ${near}, held.low, held.high from ${held} join flow on flow.scope = held.scope and flow.local = held.id
      where flow.scope in (${ids})
      union all
      select ${far}, held.low, held.high from ${held} join flow on flow.scope = held.scope and flow.peer = held.id
      where flow.scope in (${ids})
      union all
      select ${near}, ${EARLIEST}::int, ${LATEST}::int
      from unnest(${interfaces.map(({ scope }) => scope)}::int[], ${interfaces.map(({ id }) => id)}::int[]) as seen (scope, id)
      join flow on flow.scope = seen.scope and flow.interface = seen.id and flow.interface <> 0
      where flow.scope in (${ids})`
}
