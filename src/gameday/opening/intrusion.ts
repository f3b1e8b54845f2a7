import { Random } from '../random.ts'
import { type Call, type Caller, inTurn, type Step } from '../records/call.ts'
import type { Callers } from './callers.ts'
import { type Cast, NAMESPACES } from './cast.ts'
import { footholdCalls } from './foothold.ts'
import { uidOf } from './ids.ts'
import { takeoverCalls } from './takeover.ts'
import type { Timeline } from './timeline.ts'

/** The incident in its acts, each in order of time. */
export interface Intrusion {
  /** The operator lets everybody in, and checks that it works. */
  readonly mistake: readonly Call[]
  /** Strangers look around. */
  readonly discovery: readonly Call[]
  /** They read the secrets of payments and try elsewhere. */
  readonly theft: readonly Call[]
  /** With a stolen token they make an account of their own. */
  readonly foothold: readonly Call[]
  /** With that account they start a pod that owns its node, and enter it. */
  readonly takeover: readonly Call[]
}

/** What the operator, and then the intruder, asks of the API server; counts and pauses follow from the seed alone. */
export function intrusionOf(cast: Cast, callers: Callers, timeline: Timeline, key: string): Intrusion {
  const pace = new Random(`${cast.seed}/pace`)
  const ids = new Random(`${key}/intrusion`)
  return {
    mistake: mistakeCalls(cast, callers, timeline, ids),
    discovery: discoveryCalls(cast, callers, timeline, pace),
    theft: theftCalls(cast, callers, timeline, pace),
    foothold: footholdCalls(cast, callers, timeline),
    takeover: takeoverCalls(cast, callers, timeline),
  }
}

/** Everybody: the user whom nobody knows, and the group that this user is in. */
const EVERYBODY = [
  { kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'system:anonymous' },
  { kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'system:unauthenticated' },
]

function mistakeCalls(cast: Cast, callers: Callers, timeline: Timeline, ids: Random): readonly Call[] {
  const operator = callers.operator()
  const wide = { resource: 'clusterrolebindings', name: cast.grant }
  const narrow = { resource: 'rolebindings', namespace: 'payments', name: cast.grant }
  const binding = (target: typeof wide & { namespace?: string }, name: string): Step => ({
    verb: 'create',
    target,
    code: 201,
    body: {
      metadata: { name: target.name, ...(target.namespace !== undefined && { namespace: target.namespace }) },
      subjects: EVERYBODY,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    },
    stored: {
      metadata: { uid: uidOf(cast, target), resourceVersion: String(ids.whole(8_000_000, 9_000_000)) },
    },
  })
  const everybody = { username: 'system:anonymous', groups: ['system:unauthenticated'] }
  const check: Step = {
    verb: 'create',
    target: { resource: 'selfsubjectaccessreviews' },
    code: 201,
    as: everybody,
    body: { spec: { resourceAttributes: { namespace: 'payments', verb: 'list', resource: 'deployments' } } },
  }
  const office = callers.anonymous(cast.operator.ip, 'curl/8.7.1')
  return [
    ...inTurn(operator, timeline.at(0), 1, [
      { verb: 'get', target: wide, code: 404 },
      { ...binding(wide, 'view'), stages: 'both' },
      { verb: 'get', target: narrow, code: 404 },
      binding(narrow, 'edit'),
      check,
    ]),
    { at: timeline.at(0.5), caller: office, verb: 'list', target: { resource: 'namespaces' }, code: 200 },
  ]
}

function discoveryCalls(cast: Cast, callers: Callers, timeline: Timeline, pace: Random): readonly Call[] {
  const [first, second] = cast.outsiders
  const look = (caller: Caller, from: number, pause: number, steps: readonly Step[]): readonly Call[] =>
    inTurn(caller, timeline.at(from), pause * (0.8 + 0.4 * pace.next()), steps)
  const walk = (resource: string): readonly Step[] =>
    NAMESPACES.map((namespace) => ({ verb: 'list', target: { resource, namespace }, code: 200 }))
  const wide = (resource: string, code: number): Step => ({ verb: 'list', target: { resource }, code })
  const path = (name: string): Step => ({ verb: 'get', target: { path: name }, code: 403 })
  return [
    ...look(callers.nobody(first), 2.6, 3, [path('/api'), path('/api')]).map((call) => ({
      ...call,
      code: 401,
    })),
    ...look(callers.anonymous(first), 3, 4, [
      path('/api'),
      path('/apis'),
      wide('namespaces', 200),
      ...walk('pods'),
      ...walk('services'),
      wide('nodes', 403),
      { verb: 'create', target: { resource: 'selfsubjectrulesreviews' }, code: 403 },
      wide('clusterroles', 403),
      ...walk('deployments'),
      wide('ingresses', 200),
    ]),
    ...look(callers.anonymous(second, 'python-requests/2.32.3'), 9, 4, [
      ...walk('configmaps'),
      {
        verb: 'get',
        target: { resource: 'configmaps', namespace: 'default', name: 'kubeconfig' },
        code: 404,
      },
      ...walk('serviceaccounts'),
      ...Array.from({ length: pace.whole(14, 26) }, (): Step => wide('pods', 200)),
      {
        verb: 'get',
        target: { resource: 'deployments', namespace: 'payments', name: cast.service },
        code: 200,
      },
    ]),
  ]
}

function theftCalls(cast: Cast, callers: Callers, timeline: Timeline, pace: Random): readonly Call[] {
  const [first, second] = cast.outsiders
  const secrets = (namespace: string, name?: string): Step['target'] => ({
    resource: 'secrets',
    namespace,
    ...(name !== undefined && { name }),
  })
  const read = (name: string, code = 200): Step => ({ verb: 'get', target: secrets('payments', name), code })
  const elsewhere = NAMESPACES.filter((namespace) => namespace !== 'payments')
  const shut: readonly Step[] = [
    { verb: 'list', target: { resource: 'secrets' }, code: 403 },
    ...elsewhere.map((namespace): Step => ({ verb: 'list', target: secrets(namespace), code: 403 })),
    { verb: 'get', target: secrets('orders', 'orders-db'), code: 403 },
  ]
  const inside = callers.anonymousInPayments(first)
  return [
    ...inTurn(inside, timeline.at(12), 5, [
      { verb: 'list', target: secrets('payments'), code: 200 },
      ...cast.taken.map((name) => read(name)),
      read('aws-credentials', 404),
      read('root', 404),
    ]),
    ...inTurn(callers.anonymous(first), timeline.at(16.5), 4, shut),
    // Again later, from the neighbour too: whoever was slow to shut the door loses new values.
    ...inTurn(
      callers.anonymousInPayments(second, 'python-requests/2.32.3'),
      timeline.at(30),
      30 * (0.8 + 0.4 * pace.next()),
      [
        { verb: 'list', target: secrets('payments'), code: 200 },
        ...cast.taken.slice(0, 3).map((name) => read(name)),
      ],
    ),
    ...inTurn(
      inside,
      timeline.at(88),
      40,
      cast.taken.slice(0, 2).map((name) => read(name)),
    ),
  ].toSorted((a, b) => a.at - b.at)
}
