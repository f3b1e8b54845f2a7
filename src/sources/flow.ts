import type { FlowObservation, Parsed } from '../model/observation.ts'
import { isScopePart, type ScopeParts, UNKNOWN_PART } from '../model/scope.ts'
import { HOUR, SECOND } from '../model/time.ts'
import { digest } from './digest.ts'
import { Facts } from './facts.ts'
import { type FlowField, type FlowRecord, recordOfObject } from './flow-fields.ts'
import { FlowHeader, FlowLine } from './flow-lines.ts'
import { FlowReader, readTalk, type Told } from './flow-talk.ts'
import { type JsonObject, reject } from './json.ts'
import type { Source } from './source.ts'

/** VPC flow logs: lines of text (see `FlowLines`), and the JSON that CloudWatch Logs and others make of them. */
export const flow: Source = {
  name: 'flow',
  containerKeys: [],
  recognise: (value) => value instanceof FlowLine || value instanceof FlowHeader || isRecord(value),
  parse(value) {
    const record = value instanceof FlowLine ? value.record() : recordOfObject(value)
    return 'kind' in record ? record : parseFlow(record)
  },
}

/** Keys of which all of a row must be there, each in one of its forms. */
const MARKS: readonly (readonly (readonly string[])[])[] = [
  [
    ['srcaddr', 'srcAddr'],
    ['dstaddr', 'dstAddr'],
  ],
  [
    ['pkt_srcaddr', 'pkt-srcaddr', 'pktSrcAddr'],
    ['pkt_dstaddr', 'pkt-dstaddr', 'pktDstAddr'],
  ],
  [
    ['interface_id', 'interface-id', 'interfaceId'],
    ['log_status', 'log-status', 'logStatus'],
  ],
]

function isRecord(value: JsonObject): boolean {
  return MARKS.some((all) => all.every((forms) => forms.some((key) => Object.hasOwn(value, key))))
}

/** The latest start that can be counted in microseconds. */
const LATEST = 9_000_000_000

function parseFlow(record: FlowRecord): Parsed {
  const fields = new FlowReader(record)
  const start = fields.number('start', LATEST)
  const end = fields.number('end', LATEST)
  const status = fields.word('log-status', ['OK', 'NODATA', 'SKIPDATA'])
  if (fields.problem !== null) return fields.problem
  if (start === null) {
    const reason =
      'The record has no start; add the fields start and end to the format of the flow log, without which nothing can be dated.'
    return reject('no-time', record.pointer('start'), reason)
  }
  const body = digest(Object.fromEntries(record.said))
  if (typeof body === 'object') return body
  const isOk = status === null || status === 'OK'
  const told = isOk ? readTalk(fields) : null
  if (fields.problem !== null) return fields.problem
  const at = start * SECOND
  const until = (end ?? start) * SECOND
  return {
    kind: 'flow',
    scope: scopeOf(record),
    body,
    at,
    until: until >= at && until - at <= HOUR ? until : at,
    talk: told?.talk ?? null,
    isLost: status === 'SKIPDATA',
    ...entitiesOf(told),
  }
}

function entitiesOf(told: Told | null): Pick<FlowObservation, 'entities' | 'links'> {
  if (told === null) return { entities: [], links: [] }
  const { talk, ownAddress, instance } = told
  const facts = new Facts()
  facts.add('ip', talk.local)
  facts.add('ip', talk.peer)
  const seen = facts.add('interface', talk.interface)
  const own = facts.add('instance', instance)
  facts.link(seen, 'on', own)
  if (ownAddress !== null && seen !== null) facts.link(seen, 'at', facts.add('ip', ownAddress))
  const { entities, links } = facts.all()
  return { entities, links }
}

/** An account's own log belongs to no cluster. */
function scopeOf({ said }: FlowRecord): ScopeParts {
  const part = (field: FlowField): string | null => {
    const value = said.get(field)
    return isScopePart(value) && value !== 'unknown' ? value : null
  }
  const [account, region] = [part('account-id'), part('region')]
  return {
    ...(account !== null && { account }),
    ...(region !== null && { region }),
    cluster: UNKNOWN_PART,
  }
}
