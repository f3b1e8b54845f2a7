import { canonicalIp } from '../model/ip.ts'
import type { Outcome, Parsed, Rejected, RequestObservation, Stage } from '../model/observation.ts'
import { STAGES } from '../model/observation.ts'
import type { Micros } from '../model/time.ts'
import { objectEntity } from './audit-entity.ts'
import { objectFacts } from './audit-objects.ts'
import { requestedObject, requestedResource } from './audit-resource.ts'
import { userFacts } from './audit-user.ts'
import { digest, undigestible } from './digest.ts'
import { entityRef, Facts, joinedFacts } from './facts.ts'
import { get, isObject, type JsonObject, name, num, obj, reject, said, text, time, typeName } from './json.ts'
import type { Source } from './source.ts'

/** Kubernetes audit events (`audit.k8s.io`), as an API server or EKS writes them, whatever the version. */
export const audit: Source = {
  name: 'audit',
  containerKeys: [{ key: 'items', kind: 'EventList' }],
  recognise,
  parse,
}

const CONTEXT = [
  'verb',
  'level',
  'stage',
  'user',
  'requestURI',
  'objectRef',
  'requestReceivedTimestamp',
  'stageTimestamp',
  'responseStatus',
  'sourceIPs',
] as const

function recognise(value: JsonObject): boolean {
  const kind = get(value, 'kind')
  if (kind !== undefined && kind !== 'Event') return false
  // A core/v1 Event ("Pulled image") is of kind Event too; GKE's wrapper and CloudTrail share field names.
  if (['involvedObject', 'regarding', 'protoPayload', 'eventSource'].some((key) => Object.hasOwn(value, key)))
    return false
  const version = get(value, 'apiVersion')
  const says = CONTEXT.filter((key) => Object.hasOwn(value, key)).length
  if (typeof version === 'string' && version.startsWith('audit.k8s.io/')) return kind === 'Event' || says > 0
  const isCall =
    Object.hasOwn(value, 'verb') && (Object.hasOwn(value, 'requestURI') || Object.hasOwn(value, 'objectRef'))
  if (Object.hasOwn(value, 'auditID')) return kind === 'Event' || says > 0
  return isCall ? kind === 'Event' || says > 2 : kind === 'Event' && says > 0
}

function parse(event: JsonObject): Parsed {
  const stage = stageOf(event)
  if (stage === 'RequestReceived') return { kind: 'ignored', class: 'request-received' }
  if (typeof stage === 'object') return stage
  const wrong = wrongType(event)
  if (wrong !== null) return wrong
  const verb = name(get(event, 'verb'))
  if (verb === null) {
    return reject('malformed', '/verb', 'The event has no verb; an audit event says which call was made.')
  }
  const objectRef = obj(get(event, 'objectRef'))
  const resource = requestedResource(objectRef, get(event, 'requestURI'))
  if (resource === null) return reject('malformed', ...noResource(objectRef))
  const at = timeOf(event)
  if (at === null) return reject('no-time', '/requestReceivedTimestamp', NO_TIME)
  const id = idOf(event)
  const isDated = time(get(event, 'requestReceivedTimestamp')) !== null
  // The contents as a whole are looked at only where nothing else tells the event from others: it takes ten times as long.
  const body = id === null || !isDated ? digest(event) : (undigestible(event) ?? '')
  if (typeof body === 'object') return body
  return {
    ...observed(event, objectRef, verb, resource),
    eventId: id ?? body,
    stage,
    body,
    at,
    isDated,
    verb,
  }
}

/** Only ever hashed, so it may be as long as it likes. */
function idOf(event: JsonObject): string | null {
  const id = said(get(event, 'auditID'))
  return id === null || id.isWellFormed() ? id : name(id)
}

type Observed = Omit<RequestObservation, 'eventId' | 'stage' | 'body' | 'at' | 'isDated' | 'verb'>

function observed(event: JsonObject, objectRef: JsonObject | null, verb: string, resource: string): Observed {
  const user = obj(get(event, 'user'))
  const object = requestedObject(event, objectRef)
  const namespace = name(get(objectRef, 'namespace'))
  const status = num(get(obj(get(event, 'responseStatus')), 'code'))
  const code = status !== null && Number.isInteger(status) && status >= 0 && status <= 999 ? status : null
  // Each for itself, so that a long list of one leaves room for the others.
  const [named, behind, written] = [new Facts(), new Facts(), new Facts()]
  named.name(objectEntity(objectRef, object.name))
  userFacts(behind, user)
  objectFacts(written, { event, verb, resource, code, namespace, called: object.name })
  return {
    kind: 'request',
    source: 'audit',
    scope: {},
    caller: entityRef('subject', name(get(user, 'username'))),
    isReadOnly: false,
    actingAs: name(get(obj(get(event, 'impersonatedUser')), 'username')),
    ip: callerIp(get(event, 'sourceIPs')),
    resource,
    namespace,
    object: object.kept,
    outcome: outcomeOf(status),
    code,
    requestUri: text(get(event, 'requestURI')),
    userAgent: text(get(event, 'userAgent')),
    ...joinedFacts(named, behind, written),
  }
}

const NO_TIME =
  'The event has no readable time; requestReceivedTimestamp, stageTimestamp, timestamp or metadata.creationTimestamp must hold one.'

/** The same at every stage of a request, so that its stages fall into one hour. */
function timeOf(event: JsonObject): Micros | null {
  return (
    time(get(event, 'requestReceivedTimestamp')) ??
    time(get(event, 'stageTimestamp')) ??
    time(get(event, 'timestamp')) ??
    time(get(obj(get(event, 'metadata')), 'creationTimestamp'))
  )
}

function stageOf(event: JsonObject): Stage | 'RequestReceived' | Rejected {
  const stage = get(event, 'stage')
  if (stage === undefined || stage === null || stage === '') return 'ResponseComplete'
  if (stage === 'RequestReceived') return stage
  const known = STAGES.find((one) => one === stage)
  return (
    known ??
    reject('malformed', '/stage', `The stage must be RequestReceived, ${STAGES.join(', ')} or absent.`)
  )
}

/** Fields whose loss would hide who did what are refused when they have the wrong type; the rest counts as absent. */
function wrongType(event: JsonObject): Rejected | null {
  for (const key of ['user', 'objectRef', 'impersonatedUser']) {
    const value = get(event, key)
    if (value !== undefined && value !== null && !isObject(value)) {
      return reject('malformed', `/${key}`, `The field ${key} is ${typeName(value)}; it must be an object.`)
    }
  }
  for (const [holder, key] of [
    ['user', 'username'],
    ['impersonatedUser', 'username'],
    ['objectRef', 'resource'],
    ['objectRef', 'namespace'],
    ['objectRef', 'name'],
  ] as const) {
    const value = get(obj(get(event, holder)), key)
    if (value !== undefined && value !== null && typeof value !== 'string') {
      const reason = `The field ${holder}.${key} is ${typeName(value)}; it must be a text.`
      return reject('malformed', `/${holder}/${key}`, reason)
    }
  }
  return null
}

function noResource(objectRef: JsonObject | null): readonly [pointer: string, reason: string] {
  if (objectRef !== null)
    return ['/objectRef/resource', 'The field objectRef names no resource and there is no requestURI.']
  return [
    '/requestURI',
    'The event has neither requestURI nor objectRef; one of them must say what was called.',
  ]
}

/** With proxies the last address is the one that reached the API server; the ones before it are the client's word. */
function callerIp(sourceIps: unknown): string | null {
  const last: unknown = Array.isArray(sourceIps) ? sourceIps.at(-1) : undefined
  return typeof last === 'string' ? canonicalIp(last.trim()) : null
}

/** How a request ended, by its HTTP status; null: it has none. */
export function outcomeOf(code: number | null): Outcome {
  if (code === 401) return 'unauthorized'
  if (code === 403) return 'forbidden'
  return code !== null && code < 400 ? 'success' : 'failure'
}
