import type { Resource } from './cast.ts'

/** One request, with what an API server writes of it. Parts that end in `Json` are JSON already. */
export interface Call {
  readonly verb: string
  /** Path and query, with `&` as it is sent. */
  readonly uri: string
  readonly userJson: string
  readonly actingAsJson?: string
  readonly ip: string
  readonly agent: string
  readonly on: Target | null
  readonly level: 'Metadata' | 'Request' | 'RequestResponse'
  readonly code: number
  /** The rest of a refusal's status, without its code. */
  readonly failure?: { readonly reason: string; readonly message: string; readonly details: string }
  readonly requestJson?: string
  readonly responseJson?: string
  /** Why the authorizer allowed it; null: it did not. */
  readonly allowed: string | null
  /** More annotations, each `"key":"value"` with the comma that follows. */
  readonly notesJson?: string
  /** Microseconds from its receipt to the stage that is written. */
  readonly took: number
  /** Seconds that a long-running request stays open; then it is written twice, with `ResponseStarted` first. */
  readonly lasts?: number
}

/** What a request is about. */
export interface Target {
  readonly resource: Resource
  readonly namespace: string | null
  readonly name: string | null
  readonly uid?: string
  readonly resourceVersion?: string
  readonly subresource?: string
}

/** The path of a target, as every client writes it. */
export function pathOf({ resource, namespace, name, subresource }: Target): string {
  const root =
    resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`
  const place = namespace === null ? '' : `/namespaces/${namespace}`
  const item = name === null ? '' : `/${name}${subresource === undefined ? '' : `/${subresource}`}`
  return `${root}${place}/${resource.name}${item}`
}

/** One stage of a request as one line: keys in the order in which Go writes them, `&` escaped as Go does. */
export function lineOf(call: Call, id: string, stage: string, received: number, at: number): string {
  const { on, failure } = call
  const acting = call.actingAsJson === undefined ? '' : `,"impersonatedUser":${call.actingAsJson}`
  const request = call.requestJson === undefined ? '' : `,"requestObject":${call.requestJson}`
  const response = call.responseJson === undefined ? '' : `,"responseObject":${call.responseJson}`
  const status =
    failure === undefined
      ? `{"metadata":{},"code":${call.code}}`
      : `{"metadata":{},"status":"Failure","message":${quoted(failure.message)},"reason":"${failure.reason}","details":${failure.details},"code":${call.code}}`
  const decision = call.allowed === null ? 'forbid' : 'allow'
  return `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"${call.level}","auditID":"${id}","stage":"${stage}","requestURI":"${call.uri.replaceAll('&', '\\u0026')}","verb":"${call.verb}","user":${call.userJson}${acting},"sourceIPs":["${call.ip}"],"userAgent":"${call.agent}"${on === null ? '' : `,"objectRef":${refOf(on)}`},"responseStatus":${status}${request}${response},"requestReceivedTimestamp":"${timeOf(received)}","stageTimestamp":"${timeOf(at)}","annotations":{${call.notesJson ?? ''}"authorization.k8s.io/decision":"${decision}","authorization.k8s.io/reason":${quoted(call.allowed ?? '')}}}\n`
}

function refOf({ resource, namespace, name, uid, resourceVersion, subresource }: Target): string {
  const part = (key: string, value: string | null | undefined): string =>
    value === null || value === undefined || value === '' ? '' : `,"${key}":"${value}"`
  return `{"resource":"${resource.name}"${part('namespace', namespace)}${part('name', name)}${part('uid', uid)}${part('apiGroup', resource.group)}${part('apiVersion', resource.version)}${part('resourceVersion', resourceVersion)}${part('subresource', subresource)}}`
}

/** Only quotes occur in what is quoted here. */
function quoted(text: string): string {
  return text.includes('"') ? `"${text.replaceAll('"', '\\"')}"` : `"${text}"`
}

let lastSecond = Number.NaN
let prefix = ''

/** Microseconds since 1970 as the API server writes a time. */
export function timeOf(micros: number): string {
  const whole = Math.floor(micros / 1e6)
  if (whole !== lastSecond) {
    lastSecond = whole
    prefix = new Date(whole * 1000).toISOString().slice(0, 20)
  }
  return `${prefix}${String(micros - whole * 1e6).padStart(6, '0')}Z`
}

/** The same without fractions, as objects hold it. */
export function stampOf(second: number): string {
  return `${new Date(second * 1000).toISOString().slice(0, 19)}Z`
}
