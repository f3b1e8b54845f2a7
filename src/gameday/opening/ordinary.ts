import { HOUR, type Micros, SECOND } from '../../model/time.ts'
import { Random } from '../random.ts'
import { type Call, type Caller, inTurn, type Step } from '../records/call.ts'
import type { Callers } from './callers.ts'
import type { Cast } from './cast.ts'
import { habitsOf } from './habits.ts'
import type { Timeline } from './timeline.ts'

/** Everything that would have happened anyway, the day before and during the incident. */
export function ordinaryCalls(
  cast: Cast,
  callers: Callers,
  timeline: Timeline,
  seed: number,
): readonly Call[] {
  const machines = habitsOf(cast, callers).flatMap((habit, nr) => {
    const random = new Random(`${seed}/habit/${nr}`)
    return moments(timeline, habit.every, random).flatMap((at) => habit.calls(at, random))
  })
  const random = new Random(`${seed}/people`)
  const before = (hours: number): Micros => timeline.begin - Math.floor((hours + random.next() / 3) * HOUR)
  return [
    ...machines,
    ...[22, 19, 5, 2].flatMap((hours) => release(cast, callers.deployer(), before(hours))),
    ...[21, 17, 4].flatMap((hours) => afternoon(cast, callers.developer(), before(hours))),
    ...[18, 3].flatMap((hours) => round(callers.operator(), before(hours))),
    ...knocks(cast, callers, before),
  ]
}

/** Moments of a habit from dawn to the end, each somewhat early or late. */
function moments({ dawn, end }: Timeline, every: number, random: Random): readonly Micros[] {
  const found: Micros[] = []
  // The last two seconds stay quiet, so that no answer lies behind the end.
  for (let at = dawn + random.next() * every * SECOND; at < end - 2 * SECOND; ) {
    found.push(Math.floor(at))
    at += every * (0.6 + 0.8 * random.next()) * SECOND
  }
  return found
}

function release({ service }: Cast, caller: Caller, at: Micros): readonly Call[] {
  const namespace = 'payments'
  const target = { resource: 'deployments', namespace, name: service }
  const get: Step = { verb: 'get', target, code: 200 }
  return inTurn(caller, at, 4, [
    { verb: 'get', target: { path: '/version' }, code: 200 },
    {
      verb: 'list',
      target: { resource: 'secrets', namespace, query: 'labelSelector=owner%3Dhelm' },
      code: 200,
    },
    get,
    {
      verb: 'patch',
      target,
      code: 200,
      body: {
        metadata: { name: service },
        spec: { template: { metadata: { annotations: { release: String(at) } } } },
      },
    },
    { verb: 'list', target: { resource: 'replicasets', namespace }, code: 200 },
    { verb: 'list', target: { resource: 'pods', namespace }, code: 200 },
    get,
    get,
  ])
}

function afternoon({ service }: Cast, caller: Caller, at: Micros): readonly Call[] {
  const namespace = 'payments'
  const deployment = { resource: 'deployments', namespace, name: service }
  return inTurn(caller, at, 21, [
    { verb: 'list', target: { resource: 'pods', namespace, query: 'limit=500' }, code: 200 },
    { verb: 'get', target: deployment, code: 200 },
    { verb: 'get', target: { resource: 'configmaps', namespace, name: 'feature-flag' }, code: 404 },
    { verb: 'get', target: { resource: 'secrets', namespace, name: `${service}-db` }, code: 403 },
    { verb: 'patch', target: deployment, code: 403 },
    { verb: 'list', target: { resource: 'events', namespace, query: 'limit=500' }, code: 200 },
  ])
}

/** The operator's daily round. */
function round(caller: Caller, at: Micros): readonly Call[] {
  return inTurn(caller, at, 17, [
    { verb: 'list', target: { resource: 'nodes', query: 'limit=500' }, code: 200 },
    { verb: 'list', target: { resource: 'pods', query: 'limit=500' }, code: 200 },
    { verb: 'list', target: { resource: 'clusterrolebindings', query: 'limit=500' }, code: 200 },
    { verb: 'list', target: { resource: 'events', namespace: 'kube-system', query: 'limit=500' }, code: 200 },
  ])
}

/**
 * While the incident runs, the developer asks what they may do: what GuardDuty takes for unusual, and what has nothing
 * to do with it.
 */
export function checksOf(callers: Callers, timeline: Timeline): readonly Call[] {
  const check = (resource: string, verb: string): Step => ({
    verb: 'create',
    target: { resource: 'selfsubjectaccessreviews' },
    code: 201,
    body: { spec: { resourceAttributes: { namespace: 'payments', resource, verb } } },
  })
  return inTurn(callers.developer(), timeline.at(CHECKS), 6, [
    check('pods', 'delete'),
    check('deployments', 'patch'),
    check('secrets', 'get'),
    check('pods/exec', 'create'),
  ])
}

/** Second of play at which the developer begins to ask. */
const CHECKS = 30

/**
 * Strangers try the door, as happens at every public endpoint; it is shut. Among them are the ones who will find it open:
 * whoever tries every few hours is there within a minute of a mistake.
 */
function knocks(cast: Cast, callers: Callers, before: (hours: number) => Micros): readonly Call[] {
  const [six, four] = cast.scanners
  const [first, second] = cast.outsiders
  const scan = 'Mozilla/5.0 (compatible; scan/1.2)'
  const python = 'python-requests/2.32.3'
  const get = (at: Micros, caller: Caller, path: string, code: number): Call => ({
    at,
    caller,
    verb: 'get',
    target: { path },
    code,
  })
  return [
    get(before(20), callers.anonymous(six, scan), '/api', 403),
    get(before(11), callers.anonymous(four, scan), '/', 403),
    get(before(9), callers.anonymous(second, python), '/api', 403),
    get(before(6), callers.anonymous(six, scan), '/api', 403),
    get(before(5), callers.anonymous(first), '/api', 403),
    get(before(4), callers.nobody(four, scan), '/', 401),
    get(before(2), callers.anonymous(first), '/api', 403),
  ]
}
