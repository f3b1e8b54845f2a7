import type { Connection } from '../db/open.ts'
import type { Talk } from '../model/observation.ts'
import { HOUR, type Micros } from '../model/time.ts'
import { resolveEntities, timeOf } from './resolve.ts'
import type { ScopeState } from './scope-state.ts'
import type { Lease } from './writer.ts'

/** What one pair of addresses and service did in one hour. */
interface FlowHour {
  readonly flow: Flow
  readonly hour: number
  /** Their sum may be more than a number holds exactly. */
  bytes: bigint
  packets: bigint
  records: number
  last: Micros
}

/** A row of `flow`; entities by number of the scope's state, 0 for none. */
interface Flow {
  readonly local: number
  readonly peer: number
  readonly interface: number
  readonly talk: Talk
  id: number
}

/** Traffic of one batch by flow and hour. */
export class FlowCounters {
  readonly #flows = new Map<string, Flow>()
  readonly #hours = new Map<string, FlowHour>()

  add(state: ScopeState, talk: Talk, at: Micros, until: Micros): void {
    const { entities } = state
    const local = entities.of('ip', talk.local)
    const peer = entities.of('ip', talk.peer)
    const seenBy = talk.interface === null ? 0 : entities.of('interface', talk.interface)
    const { port, protocol, isOut, isServing, isAccepted } = talk
    const key = [local, peer, seenBy, port, protocol, isOut, isServing, isAccepted].join(' ')
    const flow = this.#flows.get(key) ?? { local, peer, interface: seenBy, talk, id: 0 }
    this.#flows.set(key, flow)
    const hour = Math.floor(at / HOUR)
    const name = `${key} ${hour}`
    const counted = this.#hours.get(name) ?? { flow, hour, bytes: 0n, packets: 0n, records: 0, last: until }
    this.#hours.set(name, counted)
    counted.bytes += BigInt(talk.bytes)
    counted.packets += BigInt(talk.packets)
    counted.records += 1
    counted.last = Math.max(counted.last, until)
  }

  /** Writes what was counted; entities that were seen get their rows first. */
  async write(client: Connection, lease: Lease): Promise<void> {
    await resolveEntities(client, lease, lease.state.entitySpans.touched)
    if (this.#flows.size === 0) return
    await resolveFlows(client, lease, [...this.#flows.values()])
    await writeHours(client, lease, [...this.#hours.values()])
  }
}

const KEY = 'local, peer, interface, port, protocol, outward, serving, accepted'

/** The columns of KEY, as lists. */
function keysOf({ state }: Lease, flows: readonly Flow[]): readonly (readonly (number | boolean)[])[] {
  const id = (nr: number): number => state.entities.ids[nr] ?? 0
  return [
    flows.map((flow) => id(flow.local)),
    flows.map((flow) => id(flow.peer)),
    flows.map((flow) => id(flow.interface)),
    flows.map(({ talk }) => talk.port ?? 0),
    flows.map(({ talk }) => talk.protocol ?? -1),
    flows.map(({ talk }) => talk.isOut),
    flows.map(({ talk }) => talk.isServing),
    flows.map(({ talk }) => talk.isAccepted),
  ]
}

const KEY_TYPES = ['int', 'int', 'int', 'int', 'int', 'bool', 'bool', 'bool']

/** Gives flows their ids: finds those that are there and adds those that are not. A scope has one writer at a time. */
async function resolveFlows(client: Connection, lease: Lease, flows: readonly Flow[]): Promise<void> {
  const arrays = (from: number): string => KEY_TYPES.map((type, at) => `$${at + from}::${type}[]`).join(', ')
  const { rows } = await client.query<{ nr: number; id: number }>({
    name: 'find flows',
    text: `select seen.nr::int as nr, flow.id from unnest(${arrays(2)}) with ordinality as seen (${KEY}, nr)
           join flow on flow.scope = $1 and flow.local = seen.local and flow.peer = seen.peer and flow.interface = seen.interface
             and flow.port = seen.port and flow.protocol = seen.protocol and flow.outward = seen.outward
             and flow.serving = seen.serving and flow.accepted = seen.accepted`,
    values: [lease.scope, ...keysOf(lease, flows)],
  })
  for (const { nr, id } of rows) {
    const flow = flows[nr - 1]
    if (flow !== undefined) flow.id = id
  }
  const added = flows.filter(({ id }) => id === 0)
  if (added.length === 0) return
  const last = await client.query<{ id: number }>({
    name: 'last flow',
    text: 'select id from flow where scope = $1 order by id desc limit 1',
    values: [lease.scope],
  })
  let id = last.rows[0]?.id ?? 0
  for (const flow of added) flow.id = ++id
  await client.query({
    name: 'add flows',
    text: `insert into flow (scope, id, ${KEY}) select $1, * from unnest($2::int[], ${arrays(3)})`,
    values: [lease.scope, added.map((flow) => flow.id), ...keysOf(lease, added)],
  })
}

async function writeHours(client: Connection, { scope }: Lease, hours: readonly FlowHour[]): Promise<void> {
  await client.query({
    name: 'flow hours',
    text: `insert into flow_hour (scope, flow, hour, bytes, packets, records, last_at)
      select $1, flow, hour, bytes, packets, records, ${timeOf('last')}
      from unnest($2::int[], $3::int[], $4::bigint[], $5::bigint[], $6::int[], $7::bigint[])
        as seen (flow, hour, bytes, packets, records, last) order by flow, hour
      on conflict (scope, flow, hour) do update set bytes = flow_hour.bytes + excluded.bytes,
        packets = flow_hour.packets + excluded.packets, records = flow_hour.records + excluded.records,
        last_at = greatest(flow_hour.last_at, excluded.last_at)`,
    values: [
      scope,
      hours.map(({ flow }) => flow.id),
      hours.map(({ hour }) => hour),
      hours.map(({ bytes }) => String(bytes)),
      hours.map(({ packets }) => String(packets)),
      hours.map(({ records }) => records),
      hours.map(({ last }) => last),
    ],
  })
}
