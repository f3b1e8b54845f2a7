import { gunzipSync } from 'node:zlib'
import type { Parsed } from '../model/observation.ts'
import { isScopePart, type ScopeParts } from '../model/scope.ts'
import { get, isObject, type JsonObject, obj, reject, said, typeName } from './json.ts'
import type { Source } from './source.ts'

/** The most that an envelope may hold unpacked, and one event in it: CloudWatch Logs sends less. */
const LARGEST_ENVELOPE = 16 * 1024 * 1024
const LARGEST_MESSAGE = 1024 * 1024

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
export function unwrapLogs(value: JsonObject): readonly unknown[] | null {
  const packed = packedIn(value)
  if (packed !== null) {
    const envelope = unpacked(packed)
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
      value instanceof LogEvent || (get(value, 'messageType') === 'CONTROL_MESSAGE' && isEnvelope(value)),
    parse: (value) =>
      value instanceof LogEvent ? parseEvent(value, parse) : { kind: 'ignored', class: 'control-message' },
  }
}

function parseEvent({ scope, message }: LogEvent, parse: (value: unknown) => Parsed): Parsed {
  if (typeof message !== 'string')
    return reject(
      'malformed',
      '/message',
      `The log event's message is ${typeName(message)}; it must be a text.`,
    )
  if (message.length > LARGEST_MESSAGE)
    return reject(
      'too-large',
      '/message',
      'The log event is larger than 1 MiB; leave out request and response bodies.',
    )
  let value: unknown
  try {
    value = JSON.parse(message)
  } catch {
    const reason =
      'The log event is no JSON, as lines of the API server, scheduler or authenticator are not; subscribe to the streams kube-apiserver-audit-* only.'
    return reject('unrecognised', '/message', reason)
  }
  const parsed = parse(value)
  return 'scope' in parsed ? { ...parsed, scope: { ...scope, ...parsed.scope } } : parsed
}

function isEnvelope(value: JsonObject): boolean {
  return typeof get(value, 'messageType') === 'string' && said(get(value, 'logGroup')) !== null
}

function packedIn(value: JsonObject | null): string | null {
  return said(get(obj(get(value, 'awslogs')), 'data')) ?? said(get(obj(get(value, 'kinesis')), 'data'))
}

function unpacked(base64: string): JsonObject | null {
  try {
    const bytes = gunzipSync(Buffer.from(base64, 'base64'), { maxOutputLength: LARGEST_ENVELOPE })
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return isObject(value) && isEnvelope(value) ? value : null
  } catch {
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
