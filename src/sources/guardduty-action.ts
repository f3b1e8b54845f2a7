import { canonicalIp } from '../model/ip.ts'
import type { FindingObservation } from '../model/observation.ts'
import { field } from './guardduty-fields.ts'
import { isObject, type JsonObject, list, name, num, obj, text } from './json.ts'

/** The call that a finding is about, as far as it says one. */
export interface Action {
  /** The caller: the address that GuardDuty looked up, else the last one of `sourceIPs`. */
  readonly ip: string | null
  /** Every address in it. */
  readonly ips: readonly string[]
  readonly verb: string | null
  readonly requestUri: string | null
  readonly statusCode: number | null
  readonly userAgent: string | null
  /** A call to AWS; null when it was none. */
  readonly awsCall: FindingObservation['awsCall']
  /** `[namespace, name]` when it was about one secret. */
  readonly secret: readonly [string, string] | null
}

/** Reads `service.action`, whatever its kind: only the Kubernetes call has fields of its own here. */
export function readAction(service: JsonObject | null): Action {
  const action = obj(field(service, 'action'))
  const call = obj(field(action, 'kubernetesApiCallAction'))
  const apiCall = obj(field(action, 'awsApiCallAction'))
  const remote = inOrder(action).flatMap(remoteIps)
  const sources = list(field(call, 'sourceIPs', 'sourceIps'))
    .map(ip)
    .filter((found) => found !== null)
  return {
    ip: remote[0] ?? sources.at(-1) ?? null,
    ips: [...new Set([...remote, ...sources])],
    verb: name(field(call, 'verb')),
    requestUri: text(field(call, 'requestUri')),
    statusCode: num(field(call, 'statusCode')),
    userAgent: text(field(call, 'userAgent')) ?? text(field(apiCall, 'userAgent')),
    awsCall: awsCallOf(apiCall),
    secret: secretOf(call),
  }
}

function awsCallOf(call: JsonObject | null): FindingObservation['awsCall'] {
  const api = name(field(call, 'api'))
  if (api === null) return null
  return { api, service: name(field(call, 'serviceName')), error: name(field(call, 'errorCode')) }
}

/** The kinds of action by name, whatever their order in the record and however it spells them. */
function inOrder(action: JsonObject | null): readonly unknown[] {
  const kinds = Object.entries(action ?? {}).map(([kind, one]) => [kind.toLowerCase(), one] as const)
  return kinds.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
}

/** `remoteIpDetails` of an action, or of each probe of a port probe. */
function remoteIps(action: unknown): readonly string[] {
  if (!isObject(action)) return []
  const holders = [action, ...list(field(action, 'portProbeDetails')).filter(isObject)]
  return holders.flatMap((holder) => {
    const details = obj(field(holder, 'remoteIpDetails'))
    const found = ip(field(details, 'ipAddressV4')) ?? ip(field(details, 'ipAddressV6'))
    return found === null ? [] : [found]
  })
}

function ip(value: unknown): string | null {
  return typeof value === 'string' ? canonicalIp(value.trim()) : null
}

function secretOf(call: JsonObject | null): readonly [string, string] | null {
  if (field(call, 'resource') !== 'secrets') return null
  const namespace = name(field(call, 'namespace'))
  const secret = name(field(call, 'resourceName'))
  return namespace === null || secret === null ? null : [namespace, secret]
}
