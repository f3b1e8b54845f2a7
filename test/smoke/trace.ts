import type { Scope } from '../../src/model/scope.ts'
import { auditEvent, finding } from '../helpers/seed-records.ts'

/** Requests by outcome, as answers count them. */
export interface Counts {
  success: number
  failure: number
  unauthorized: number
  forbidden: number
}

/** One request of the made-up trace. `secret` is `namespace/name`, null for a list of pods. */
interface Request {
  readonly id: string
  readonly at: string
  readonly user: string
  readonly ip: string
  readonly secret: string | null
  readonly code: number | null
}

/** Raw records, and what a person with a pencil would count in them. */
export interface Trace {
  readonly records: readonly object[]
  /** How many of them are kept: all but those of the stage RequestReceived. */
  readonly kept: number
  readonly received: number
  readonly subjects: ReadonlyMap<
    string,
    {
      readonly counts: Counts
      readonly ips: readonly string[]
      readonly first: string
      readonly last: string
    }
  >
  readonly ips: ReadonlyMap<string, { readonly counts: Counts; readonly subjects: readonly string[] }>
  /** Requests on each secret, by `subject secret`. */
  readonly secrets: ReadonlyMap<string, Counts>
}

const USERS = ['alice', 'build-bot', 'system:anonymous'] as const
const ADDRESSES = ['198.51.100.7', '198.51.100.8', '203.0.113.9', '203.0.113.10', '2001:db8::9'] as const
const SECRETS = [null, null, 'shop/db', 'shop/api-key', 'pay/card'] as const
const CODES = [200, 200, 201, 401, 403, 403, 404, 500, null] as const
const REQUESTS = 1_200
const MINUTE = 60_000

/**
 * Makes a trace of three days that end an hour before `now` (milliseconds since 1970), in one scope. `run` keeps its ids
 * apart from those of another run.
 */
export function makeTrace(now: number, scope: Scope, run: string): Trace {
  const begin = now - 3 * 24 * 60 * MINUTE
  const requests = Array.from({ length: REQUESTS }, (_, nr): Request => {
    const user = USERS[nr % USERS.length] ?? USERS[0]
    return {
      id: `${run}-${nr}`,
      at: new Date(begin + Math.floor((nr * 71 * 60 * MINUTE) / REQUESTS)).toISOString().replace('Z', '001Z'),
      user,
      ip: ADDRESSES[(nr * 7 + (nr % 11)) % ADDRESSES.length] ?? ADDRESSES[0],
      secret: SECRETS[Math.floor(nr / 3) % SECRETS.length] ?? null,
      code: CODES[Math.floor(nr / 2) % CODES.length] ?? null,
    }
  })
  const records = [
    ...requests.flatMap((request, nr) => stagesOf(nr).map((stage) => recordOf(request, stage))),
    finding({
      id: `finding-${run}`,
      account: scope.account,
      cluster: scope.cluster,
      subject: 'system:serviceaccount:shop:web',
      sample: true,
      first: new Date(begin).toISOString(),
    }),
  ]
  const received = requests.filter((_, nr) => stagesOf(nr).includes('RequestReceived')).length
  return { records, kept: records.length - received, received, ...tally(requests) }
}

/** Some requests are logged once, some before they are answered, some at every stage. */
function stagesOf(nr: number): readonly string[] {
  if (nr % 5 === 0) return ['RequestReceived', 'ResponseComplete']
  return nr % 7 === 0 ? ['RequestReceived', 'ResponseStarted', 'ResponseComplete'] : ['ResponseComplete']
}

function recordOf({ id, at, user, ip, secret, code }: Request, stage: string): object {
  const isAnswered = stage !== 'RequestReceived'
  const [namespace = 'shop', name] = secret?.split('/') ?? []
  return auditEvent({
    id,
    at,
    user,
    ip,
    stage,
    namespace,
    code: isAnswered ? code : null,
    ...(secret === null
      ? { resource: 'pods', verb: 'list' }
      : { resource: 'secrets', verb: 'get', ...(name !== undefined && { name }) }),
  })
}

function tally(requests: readonly Request[]): Pick<Trace, 'subjects' | 'ips' | 'secrets'> {
  const subjects = new Map<string, { counts: Counts; ips: string[]; first: string; last: string }>()
  const ips = new Map<string, { counts: Counts; subjects: string[] }>()
  const secrets = new Map<string, Counts>()
  for (const { user, ip, secret, code, at } of requests) {
    const outcome = outcomeOf(code)
    const subject = subjects.get(user) ?? { counts: nothing(), ips: [], first: at, last: at }
    subject.counts[outcome] += 1
    if (!subject.ips.includes(ip)) subject.ips.push(ip)
    subject.last = at
    subjects.set(user, subject)
    const address = ips.get(ip) ?? { counts: nothing(), subjects: [] }
    address.counts[outcome] += 1
    if (!address.subjects.includes(user)) address.subjects.push(user)
    ips.set(ip, address)
    if (secret === null) continue
    const reached = secrets.get(`${user} ${secret}`) ?? nothing()
    reached[outcome] += 1
    secrets.set(`${user} ${secret}`, reached)
  }
  return { subjects, ips, secrets }
}

function outcomeOf(code: number | null): keyof Counts {
  if (code === 401) return 'unauthorized'
  if (code === 403) return 'forbidden'
  return code !== null && code < 400 ? 'success' : 'failure'
}

function nothing(): Counts {
  return { success: 0, failure: 0, unauthorized: 0, forbidden: 0 }
}
