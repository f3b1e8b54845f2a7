import { canonicalIp } from '../model/ip.ts'
import type { Parsed, Rejected, RequestObservation } from '../model/observation.ts'
import { isScopePart, type ScopeParts, UNKNOWN_PART } from '../model/scope.ts'
import { callerOf, serviceRef } from './cloudtrail-caller.ts'
import { calledObject, callFacts } from './cloudtrail-objects.ts'
import { callOutcome } from './cloudtrail-outcome.ts'
import { digest, undigestible } from './digest.ts'
import { Facts, joinedFacts } from './facts.ts'
import {
  flag,
  get,
  isObject,
  type JsonObject,
  name,
  obj,
  reject,
  said,
  step,
  text,
  time,
  typeName,
} from './json.ts'
import type { Source } from './source.ts'

/** CloudTrail's events: as delivered to S3, as EventBridge sends them, and as LookupEvents answers with them. */
export const cloudtrail: Source = {
  name: 'cloudtrail',
  containerKeys: [{ key: 'Records' }, { key: 'Events' }],
  recognise: (value) => isLookedUp(value) || isEnvelope(value) || isEvent(value),
  parse(value) {
    if (isLookedUp(value)) return parseLookedUp(get(value, 'CloudTrailEvent'))
    if (!isEnvelope(value)) return parseEvent(value, '', {})
    const detail = get(value, 'detail')
    if (isObject(detail) && Object.keys(detail).length > 0)
      return parseEvent(detail, '/detail', scopeParts(get(value, 'account'), get(value, 'region')))
    const reason =
      'The EventBridge event has no CloudTrail event in its field detail; send the event with its detail.'
    return reject('malformed', '/detail', reason)
  },
}

/** An entry of LookupEvents: the event itself is a text in it. */
function isLookedUp(value: JsonObject): boolean {
  return Object.hasOwn(value, 'CloudTrailEvent')
}

function isEnvelope(value: JsonObject): boolean {
  const type = get(value, 'detail-type')
  return typeof type === 'string' && type.endsWith(' via CloudTrail')
}

/** By content. What S3, Kinesis and DynamoDB send has the same field names, and sources that begin with `aws:`. */
function isEvent(value: JsonObject): boolean {
  if (isInsight(value)) return true
  const source = get(value, 'eventSource')
  const isOther =
    (typeof source === 'string' && source.startsWith('aws:')) || Object.hasOwn(value, 'detail-type')
  return !isOther && Object.hasOwn(value, 'eventSource') && Object.hasOwn(value, 'eventName')
}

function isInsight(value: JsonObject): boolean {
  return Object.hasOwn(value, 'insightDetails') || get(value, 'eventCategory') === 'Insight'
}

function parseLookedUp(written: unknown): Parsed {
  const event = typeof written === 'string' ? parsedJson(written) : written
  if (isObject(event) && isEvent(event)) return parseEvent(event, '/CloudTrailEvent', {})
  const reason =
    'The field CloudTrailEvent must hold a CloudTrail event as JSON text; take it as LookupEvents answers.'
  return reject('malformed', '/CloudTrailEvent', reason)
}

function parsedJson(json: string): unknown {
  try {
    return JSON.parse(json) as unknown
  } catch {
    return null
  }
}

function parseEvent(event: JsonObject, base: string, envelope: ScopeParts): Parsed {
  if (isInsight(event)) {
    const reason =
      'This is a CloudTrail Insights event, which says that a rate of calls changed and not who called; ingest the management events.'
    return reject('unrecognised', step(base, 'insightDetails'), reason)
  }
  const verb = name(get(event, 'eventName'))
  const resource = name(get(event, 'eventSource'))
  if (verb === null) return wrong(event, base, 'eventName', 'the name of the call, a text')
  if (resource === null) return wrong(event, base, 'eventSource', 'the service that was called, a text')
  const identity = get(event, 'userIdentity')
  if (identity !== undefined && identity !== null && !isObject(identity))
    return wrong(event, base, 'userIdentity', 'an object')
  const at = time(get(event, 'eventTime'))
  if (at === null) {
    const reason = 'The event has no readable time; eventTime must hold one, such as 2026-11-22T04:21:18Z.'
    return reject('no-time', step(base, 'eventTime'), reason)
  }
  const id = said(get(event, 'eventID'))
  const body = id === null ? digest(event) : (undigestible(event) ?? '')
  if (typeof body === 'object') return body
  return {
    ...observed(event, verb, resource, envelope),
    // Only ever hashed, so it may be as long as it likes.
    eventId: id === null ? body : id.isWellFormed() ? id : (name(id) ?? body),
    stage: 'ResponseComplete',
    body,
    at,
    isDated: true,
    verb,
    resource,
  }
}

function wrong(event: JsonObject, base: string, key: string, expected: string): Rejected {
  const reason = `The field ${key} is ${typeName(get(event, key))}; it must be ${expected}.`
  return reject('malformed', step(base, key), reason)
}

type Observed = Omit<
  RequestObservation,
  'eventId' | 'stage' | 'body' | 'at' | 'isDated' | 'verb' | 'resource'
>

function observed(event: JsonObject, verb: string, resource: string, envelope: ScopeParts): Observed {
  const identity = obj(get(event, 'userIdentity'))
  const account = get(event, 'recipientAccountId')
  const scope: ScopeParts = {
    ...envelope,
    // Whose log it is; the caller may be of another account.
    ...scopeParts(
      isScopePart(account) ? account : (envelope.account ?? get(identity, 'accountId')),
      get(event, 'awsRegion'),
    ),
    // What an account's log says belongs to no cluster.
    cluster: UNKNOWN_PART,
  }
  const from = said(get(event, 'sourceIPAddress'))?.trim() ?? null
  const outcome = callOutcome(event)
  const called = {
    event,
    verb,
    service: serviceName(resource),
    request: obj(get(event, 'requestParameters')),
    response: obj(get(event, 'responseElements')),
    account: scope.account ?? null,
    region: scope.region ?? null,
  }
  // Each for itself, so that a long list of one leaves room for the others.
  const [behind, written] = [new Facts(), new Facts()]
  const caller = callerOf(behind, identity, scope.region ?? null)
  behind.name(serviceRef(from))
  behind.name(serviceRef(said(get(identity, 'invokedBy'))))
  if (outcome === 'success') callFacts(written, { ...called, caller })
  return {
    kind: 'request',
    source: 'cloudtrail',
    scope,
    caller,
    actingAs: null,
    ip: from === null ? null : canonicalIp(from),
    isReadOnly: flag(get(event, 'readOnly')),
    namespace: null,
    object: calledObject(called),
    outcome,
    code: null,
    requestUri: null,
    userAgent: text(get(event, 'userAgent')),
    ...joinedFacts(behind, written),
  }
}

/** `ec2` of `ec2.amazonaws.com`. */
function serviceName(resource: string): string {
  return /^([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/.exec(resource)?.[1] ?? ''
}

function scopeParts(account: unknown, region: unknown): ScopeParts {
  return { ...(isScopePart(account) && { account }), ...(isScopePart(region) && { region }) }
}
