import { canonicalIp, isPublicIp } from '../model/ip.ts'
import type { Rejected, Talk } from '../model/observation.ts'
import type { FlowField, FlowRecord } from './flow-fields.ts'
import { reject } from './json.ts'

/** What an OK record says of traffic, and the interface's own address where it is certain which one that is. */
export interface Told {
  readonly talk: Talk
  readonly ownAddress: string | null
  readonly instance: string | null
}

/** What a record says, field by field; the first one that cannot be read is its `problem`. */
export class FlowReader {
  readonly #record: FlowRecord
  problem: Rejected | null = null

  constructor(record: FlowRecord) {
    this.#record = record
  }

  /** A whole number from 0 to `most`; null when absent. */
  number(field: FlowField, most: number): number | null {
    const text = this.#record.said.get(field)
    if (text === undefined) return null
    const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
    if (value <= most) return value
    return this.wrong(field, `a whole number from 0 to ${most}`)
  }

  /** One of the given words, in upper or lower case; null when absent. */
  word<Word extends string>(field: FlowField, words: readonly Word[]): Word | null {
    const text = this.#record.said.get(field)
    if (text === undefined) return null
    const found = words.find((word) => word.toLowerCase() === text.toLowerCase())
    return found ?? this.wrong(field, `one of ${words.join(', ')}`)
  }

  address(field: FlowField): string | null {
    const text = this.#record.said.get(field)
    if (text === undefined) return null
    return canonicalIp(text) ?? this.wrong(field, 'an IP address')
  }

  /** An id of EC2; null when absent. */
  id(field: FlowField, example: string): string | null {
    const text = this.#record.said.get(field)
    if (text === undefined) return null
    return /^[A-Za-z0-9-]{1,64}$/.test(text) ? text : this.wrong(field, `an id such as ${example}`)
  }

  /** Notes that a field cannot be used. */
  wrong(field: FlowField, expected: string): null {
    const reason = `The field ${field} must be ${expected}; check that the fields stand in the order of the header line.`
    this.problem ??= reject('malformed', this.#record.pointer(field), reason)
    return null
  }
}

const TCP = 6
const UDP = 17
const SCTP = 132
/** Protocols with ports; 0 is none. */
const WITH_PORTS: ReadonlySet<number> = new Set([TCP, UDP, SCTP])

const SYN = 2
const ACK = 16

/** Null when something cannot be read, which the reader then says. */
export function readTalk(fields: FlowReader): Told | null {
  const near = { from: fields.address('srcaddr'), to: fields.address('dstaddr') }
  const whole = {
    from: fields.address('pkt-srcaddr') ?? near.from,
    to: fields.address('pkt-dstaddr') ?? near.to,
  }
  const ports = { from: fields.number('srcport', 65_535), to: fields.number('dstport', 65_535) }
  const protocol = fields.number('protocol', 255)
  const flags = fields.number('tcp-flags', 65_535)
  const direction = fields.word('flow-direction', ['ingress', 'egress'])
  const action = fields.word('action', ['ACCEPT', 'REJECT'])
  const bytes = fields.number('bytes', Number.MAX_SAFE_INTEGER)
  const packets = fields.number('packets', Number.MAX_SAFE_INTEGER)
  const interfaceId = fields.id('interface-id', 'eni-0123456789abcdef0')
  const instance = fields.id('instance-id', 'i-0123456789abcdef0')
  if (whole.from === null) fields.wrong('srcaddr', 'an IP address')
  if (whole.to === null) fields.wrong('dstaddr', 'an IP address')
  if (fields.problem !== null || whole.from === null || whole.to === null) return null

  const ends = { from: whole.from, to: whole.to }
  const hasPorts = protocol === null || WITH_PORTS.has(protocol)
  const serviceIs = hasPorts ? serviceSide(ports, protocol === TCP ? flags : null) : null
  const certain = direction === null ? sideOf(near, ends) : direction === 'egress' ? 'from' : 'to'
  // Between two addresses of the same kind nothing else tells; the service's side is the same in both directions.
  const local = certain ?? serviceIs ?? 'to'
  const port = serviceIs === null ? null : ports[serviceIs]
  return {
    talk: {
      local: ends[local],
      peer: ends[other(local)],
      interface: interfaceId,
      port,
      protocol,
      isOut: local === 'from',
      isServing: port !== null && serviceIs === local,
      isAccepted: action !== 'REJECT',
      bytes: bytes ?? 0,
      packets: packets ?? 0,
    },
    ownAddress: certain === null ? null : near[certain],
    instance,
  }
}

type Side = 'from' | 'to'

function other(side: Side): Side {
  return side === 'from' ? 'to' : 'from'
}

/**
 * Which side the interface is on. It writes its own address in place of the one behind it, so where the two differ, that is its
 * side; else of a private and a public address the private one is.
 */
function sideOf(
  near: { readonly [S in Side]: string | null },
  whole: { readonly [S in Side]: string },
): Side | null {
  const [isFrom, isTo] = (['from', 'to'] as const).map(
    (side) => near[side] !== null && near[side] !== whole[side],
  )
  if (isFrom !== isTo) return isFrom === true ? 'from' : 'to'
  const [fromPublic, toPublic] = [isPublicIp(whole.from), isPublicIp(whole.to)]
  if (fromPublic !== toPublic) return fromPublic ? 'to' : 'from'
  return null
}

/**
 * Whose port is the service's: the first packets of a TCP connection say it, else it is the lower one. Null where there is none.
 */
function serviceSide(ports: { readonly [S in Side]: number | null }, flags: number | null): Side | null {
  const [from, to] = [ports.from ?? 0, ports.to ?? 0]
  if (from === 0 && to === 0) return null
  if (from === 0 || to === 0) return from === 0 ? 'to' : 'from'
  if (flags !== null && (flags & SYN) !== 0) return (flags & ACK) === 0 ? 'to' : 'from'
  return from < to ? 'from' : 'to'
}
