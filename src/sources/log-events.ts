import { gunzipSync } from 'node:zlib'
import type { Parsed } from '../model/observation.ts'
import { isScopePart, type ScopeParts } from '../model/scope.ts'
import { FlowLine, isDefaultLine } from './flow-lines.ts'
import { isHeavy } from './heavy.ts'
import { get, isObject, type JsonObject, obj, reject, said, typeName } from './json.ts'
import type { Source } from './source.ts'

/** The most that an envelope may hold unpacked, and one event in it: CloudWatch Logs sends less. */
const LARGEST_ENVELOPE = 16 * 1024 * 1024
const LARGEST_MESSAGE = 1024 * 1024
/** The most that the envelopes of one line may hold together: Kinesis hands on less. */
const MOST_UNPACKED = 64 * 1024 * 1024

/** What was unpacked of one line so far, whose records are all held at the same time. */
export class Unpacking {
  bytes = 0

  get isOver(): boolean {
    return this.bytes >= MOST_UNPACKED
  }
}

/** An envelope that stays packed, since its line holds more than enough. */
class Sealed {
  readonly sealed = true
}

/** One event of a log group, with the parts of its scope that the group says; no record of a file can pass for one. */
export class LogEvent {
  readonly scope: ScopeParts
  readonly message: unknown

  constructor(scope: ScopeParts, message: unknown) {
    this.scope = scope
    this.message = message
  }
}

/**
 * What a subscription of CloudWatch Logs holds: `{"awslogs": {"data": …}}` and a Kinesis record hold an envelope (base64 and
 * gzip), and that holds log events. Null for everything else, and for what cannot be unpacked.
 */
export function unwrapLogs(value: JsonObject, unpacking: Unpacking): readonly unknown[] | null {
  const packed = packedIn(value)
  if (packed !== null) {
    if (unpacking.isOver) return [new Sealed()]
    const envelope = unpacked(packed, unpacking)
    return envelope === null ? null : [envelope]
  }
  const records = get(value, 'Records')
  if (Array.isArray(records) && records.length > 0)
    return records.every((record) => packedIn(obj(record)) !== null) ? (records as readonly unknown[]) : null
  const events = get(value, 'logEvents')
  if (!Array.isArray(events) || get(value, 'messageType') !== 'DATA_MESSAGE') return null
  const scope = scopeOf(value)
  return events.map((event) => new LogEvent(scope, get(obj(event), 'message')))
}

/** Log events, each read as the record that its message is, and probes of the service. */
export function logEvents(parse: (value: unknown) => Parsed): Source {
  return {
    name: 'logs',
    containerKeys: [],
    recognise: (value) =>
      value instanceof LogEvent ||
      value instanceof Sealed ||
      (get(value, 'messageType') === 'CONTROL_MESSAGE' && isEnvelope(value)),
    parse(value) {
      if (value instanceof LogEvent) return parseEvent(value, parse)
      if (!(value instanceof Sealed)) return { kind: 'ignored', class: 'control-message' }
      const reason =
        'The envelopes on this line hold more than 64 MiB unpacked; write fewer of them on one line.'
      return reject('too-large', '', reason)
    },
  }
}

function parseEvent({ scope, message }: LogEvent, parse: (value: unknown) => Parsed): Parsed {
  if (typeof message !== 'string')
    return reject(
      'malformed',
      '/message',
      `The log event's message is ${typeName(message)}; it must be a text.`,
    )
  if (message.length > LARGEST_MESSAGE || isHeavy(message))
    return reject(
      'too-large',
      '/message',
      'The log event is larger than 1 MiB, or holds too many values; leave out request and response bodies.',
    )
  let value: unknown
  try {
    value = isDefaultLine(message) ? new FlowLine(null, message.trim()) : JSON.parse(message)
  } catch {
    const reason =
      'The log event is no JSON, as lines of the API server, scheduler or authenticator are not; subscribe to the streams kube-apiserver-audit-* only.'
    return reject('unrecognised', '/message', reason)
  }
  const parsed = parse(value)
  return parsed.kind === 'ignored' || parsed.kind === 'rejected'
    ? parsed
    : { ...parsed, scope: { ...scope, ...parsed.scope } }
}

function isEnvelope(value: JsonObject): boolean {
  return typeof get(value, 'messageType') === 'string' && said(get(value, 'logGroup')) !== null
}

function packedIn(value: JsonObject | null): string | null {
  return said(get(obj(get(value, 'awslogs')), 'data')) ?? said(get(obj(get(value, 'kinesis')), 'data'))
}

function unpacked(base64: string, unpacking: Unpacking): JsonObject | null {
  try {
    const bytes = gunzipSync(Buffer.from(base64, 'base64'), { maxOutputLength: LARGEST_ENVELOPE })
    unpacking.bytes += bytes.length
    const text = bytes.toString('utf8')
    const value: unknown = isHeavy(text) ? null : JSON.parse(text)
    return isObject(value) && isEnvelope(value) ? value : null
  } catch (error) {
    // A bomb is unpacked as far as it may go.
    const isBomb = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
    if (isBomb) unpacking.bytes += LARGEST_ENVELOPE
    return null
  }
}

function scopeOf(envelope: JsonObject): ScopeParts {
  const account = get(envelope, 'owner')
  const cluster = clusterOfGroup(said(get(envelope, 'logGroup')) ?? '')
  return { ...(isScopePart(account) && { account }), ...(cluster !== null && { cluster }) }
}

/** The cluster whose control plane writes to a log group; null when it is no such group. */
export function clusterOfGroup(logGroup: string): string | null {
  const cluster = /^\/aws\/eks\/([^/]+)\/cluster$/.exec(logGroup)?.[1]
  return isScopePart(cluster) ? cluster : null
}
