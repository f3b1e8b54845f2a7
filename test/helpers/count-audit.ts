import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { gunzipSync } from 'node:zlib'

/** A request as a person with a pencil counts it; times are microseconds since 1970. */
export interface Counted {
  readonly subject: string | null
  readonly as: string | null
  readonly ip: string | null
  readonly verb: string
  readonly resource: string
  readonly namespace: string
  readonly name: string
  /** Of the stage that counts: success, failure, unauthorized or forbidden. */
  outcome: string
  at: number
  /** When its stages were, first and last. */
  first: number
  last: number
}

interface Raw {
  readonly [field: string]: unknown
}

const STAGES = ['ResponseStarted', 'ResponseComplete', 'Panic']
const HOUR = 3_600_000_000

/**
 * Reads audit events and counts each request once, by plain objects and the rules alone: by its id, at its first stage
 * after RequestReceived; without an id by its contents; where a stage says nothing of the request's time, whatever hour it says
 * itself. Shares no code with the product.
 */
export function countAudit(files: readonly string[]): readonly Counted[] {
  const requests = new Map<string, { request: Counted; stage: number; said: string }>()
  for (const file of files) {
    for (const line of textOf(file).split('\n')) {
      if (line.trim() !== '') take(requests, JSON.parse(line) as Raw)
    }
  }
  return [...requests.values()].map(({ request }) => request)
}

function textOf(file: string): string {
  const bytes = readFileSync(file)
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
}

function take(requests: Map<string, { request: Counted; stage: number; said: string }>, event: Raw): void {
  const word = wordOf(event['stage']) ?? 'ResponseComplete'
  const stage = STAGES.indexOf(word)
  const verb = wordOf(event['verb'])
  const ref = (event['objectRef'] ?? {}) as Raw
  if (stage < 0 || verb === null || (event['requestURI'] === undefined && event['objectRef'] === undefined))
    return
  const received = microsOf(event['requestReceivedTimestamp'])
  const metadata = (event['metadata'] ?? {}) as Raw
  const at =
    received ??
    microsOf(event['stageTimestamp']) ??
    microsOf(event['timestamp']) ??
    microsOf(metadata['creationTimestamp'])
  if (at === null) return
  const last = Array.isArray(event['sourceIPs']) ? (event['sourceIPs'].at(-1) as unknown) : null
  const request: Counted = {
    subject: wordOf(((event['user'] ?? {}) as Raw)['username']),
    as: wordOf(((event['impersonatedUser'] ?? {}) as Raw)['username']),
    ip: typeof last === 'string' && isIP(last) > 0 ? last : null,
    verb,
    resource: wordOf(ref['resource']) ?? '',
    namespace: wordOf(ref['namespace']) ?? '',
    name: wordOf(ref['name']) ?? '',
    outcome: outcomeOf(((event['responseStatus'] ?? {}) as Raw)['code']),
    at,
    first: at,
    last: at,
  }
  const { outcome: _, ...said } = request
  const id = wordOf(event['auditID']) ?? sorted(event)
  const key = received === null ? id : `${id} ${Math.floor(received / HOUR)}`
  const known = requests.get(key)
  if (known === undefined) requests.set(key, { request, stage, said: JSON.stringify(said) })
  // The same id with other contents is somebody else's, and is not counted.
  else if (received !== null && known.said !== JSON.stringify(said)) return
  else if (stage < known.stage) {
    known.stage = stage
    known.request.outcome = request.outcome
  }
}

function wordOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

function outcomeOf(code: unknown): string {
  if (code === 401) return 'unauthorized'
  if (code === 403) return 'forbidden'
  return typeof code === 'number' && code < 400 ? 'success' : 'failure'
}

function microsOf(value: unknown): number | null {
  const [, day, time, fraction = ''] =
    /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d+))?Z?$/.exec(String(value)) ?? []
  if (day === undefined) return null
  return Date.parse(`${day}T${time}Z`) * 1000 + Number(fraction.slice(0, 6).padEnd(6, '0'))
}

/** A record with the keys of all its objects in alphabetical order. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}
