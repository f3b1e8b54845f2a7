import type { Scope } from '../model/scope.ts'
import { formatTime, type Micros, SECOND } from '../model/time.ts'

/** Where the bundled records belong; audit events do not say it themselves. */
export const FIRST_SCOPE: Scope = { account: '111122223333', region: 'eu-west-1', cluster: 'prod-payments' }

const ANONYMOUS = 'system:anonymous'
const INTRUDER = '203.0.113.9'
const CHECKOUT = 'system:serviceaccount:payments:checkout'

/**
 * A small set of raw records of our own, for a first start without --replay: a cluster that answers anybody, and
 * somebody who uses it, amid ordinary traffic. Times end shortly before `now`. Raw means raw: findings as EventBridge
 * delivers them and audit events as an API server writes them, taken in like any other record.
 */
export function firstRecords(now: Micros): readonly object[] {
  // Whole seconds, so that the same start always gives the same texts.
  const start = Math.floor(now / SECOND) * SECOND - 25 * 60 * SECOND
  const at = (seconds: number): string => formatTime(start + seconds * SECOND)
  const events = [...ordinaryEvents(), ...intruderEvents()].map((event, serial) =>
    auditEvent(event, serial, at),
  )
  return [...events, ...findings(at)]
}

interface Event {
  readonly seconds: number
  readonly who: string | null
  readonly ip: string
  readonly verb: string
  readonly code: number
  readonly path: string
  readonly object: {
    readonly resource: string
    readonly namespace?: string
    readonly name?: string
    readonly apiGroup?: string
  }
}

function secretEvent(
  seconds: number,
  who: string | null,
  ip: string,
  name: string | null,
  code: number,
): Event {
  const path = `/api/v1/namespaces/payments/secrets${name === null ? '' : `/${name}`}`
  const object = { resource: 'secrets', namespace: 'payments', ...(name !== null && { name }) }
  return { seconds, who, ip, verb: name === null ? 'list' : 'get', code, path, object }
}

function ordinaryEvents(): readonly Event[] {
  return Array.from({ length: 40 }, (_, n) => secretEvent(n * 30 - 600, CHECKOUT, '10.0.3.17', 'db', 200))
}

function intruderEvents(): readonly Event[] {
  const scan = Array.from(
    { length: 12 },
    (_, n): Event => ({
      seconds: 120 + n * 4,
      who: ANONYMOUS,
      ip: INTRUDER,
      verb: 'list',
      code: n % 4 === 0 ? 403 : 200,
      path: `/api/v1/namespaces/team-${n}/pods`,
      object: { resource: 'pods', namespace: `team-${n}` },
    }),
  )
  return [
    {
      seconds: 0,
      who: 'build-admin',
      ip: '10.0.9.4',
      verb: 'create',
      code: 201,
      path: '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
      object: {
        resource: 'clusterrolebindings',
        name: 'kube-proxy-ext',
        apiGroup: 'rbac.authorization.k8s.io',
      },
    },
    ...scan,
    secretEvent(300, ANONYMOUS, INTRUDER, null, 200),
    ...['db', 'stripe-key', 'tls'].map((name, n) => secretEvent(310 + n * 5, ANONYMOUS, INTRUDER, name, 200)),
    secretEvent(345, null, '198.51.100.23', null, 401),
    {
      seconds: 480,
      who: CHECKOUT,
      ip: '10.0.3.17',
      verb: 'create',
      code: 201,
      path: '/api/v1/namespaces/payments/pods',
      object: { resource: 'pods', namespace: 'payments', name: 'node-agent-x' },
    },
  ]
}

function auditEvent(event: Event, serial: number, at: (seconds: number) => string): object {
  const { who, verb, code, path, object } = event
  const groups = who === ANONYMOUS ? ['system:unauthenticated'] : ['system:authenticated']
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: `0b5e${String(serial).padStart(4, '0')}-0000-4000-8000-0000000f1eb0`,
    stage: 'ResponseComplete',
    requestURI: path,
    verb,
    user: who === null ? {} : { username: who, groups },
    sourceIPs: [event.ip],
    userAgent: event.ip === INTRUDER ? 'curl/8.5.0' : 'kubectl/v1.32.1 (linux/amd64) kubernetes/9edcffc',
    objectRef: { apiVersion: 'v1', ...object },
    responseStatus: { metadata: {}, code },
    requestReceivedTimestamp: at(event.seconds),
    stageTimestamp: at(event.seconds),
  }
}

function findings(at: (seconds: number) => string): readonly object[] {
  const anonymous = { username: ANONYMOUS, uid: '', groups: ['system:unauthenticated'] }
  const checkout = { username: CHECKOUT, uid: '5f0c', groups: ['system:serviceaccounts'] }
  return [
    finding(at, {
      id: 'f1eb00000000000000000000000000a1',
      type: 'Discovery:Kubernetes/SuccessfulAnonymousAccess',
      title: 'Kubernetes API commonly used in Discovery tactics was invoked by the anonymous user.',
      severity: 5,
      span: [120, 164],
      count: 12,
      user: anonymous,
      call: { verb: 'list', requestUri: '/api/v1/namespaces/team-1/pods', statusCode: 200 },
      ip: INTRUDER,
    }),
    finding(at, {
      id: 'f1eb00000000000000000000000000a2',
      type: 'CredentialAccess:Kubernetes/SuccessfulAnonymousAccess',
      title: 'Kubernetes API commonly used in Credential Access tactics was invoked by the anonymous user.',
      severity: 8,
      span: [300, 320],
      count: 4,
      user: anonymous,
      call: { verb: 'list', requestUri: '/api/v1/namespaces/payments/secrets', statusCode: 200 },
      ip: INTRUDER,
    }),
    finding(at, {
      id: 'f1eb00000000000000000000000000a3',
      type: 'PrivilegeEscalation:Kubernetes/PrivilegedContainer',
      title: 'Privileged container with root level access launched on the EKS cluster.',
      severity: 5,
      span: [480, 480],
      count: 1,
      user: checkout,
      call: { verb: 'create', requestUri: '/api/v1/namespaces/payments/pods', statusCode: 201 },
      ip: '10.0.3.17',
      workload: {
        name: 'node-agent-x',
        type: 'pods',
        uid: '9d3b7c1e-6f0a-4a55-9f1f-2f6c2a0e8a11',
        namespace: 'payments',
        containers: [
          { name: 'agent', image: 'docker.io/library/alpine:3', securityContext: { privileged: true } },
        ],
      },
    }),
  ]
}

interface FindingSeed {
  readonly id: string
  readonly type: string
  readonly title: string
  readonly severity: number
  /** First and last event, in seconds after the start. */
  readonly span: readonly [number, number]
  readonly count: number
  readonly user: object
  readonly call: object
  readonly ip: string
  readonly workload?: object
}

function finding(at: (seconds: number) => string, seed: FindingSeed): object {
  const { account, region, cluster } = FIRST_SCOPE
  const [first, last] = seed.span
  return {
    version: '0',
    id: `0b5ef1eb-0000-4000-8000-${seed.id.slice(-12)}`,
    'detail-type': 'GuardDuty Finding',
    source: 'aws.guardduty',
    account,
    region,
    time: at(last + 60),
    resources: [],
    detail: {
      schemaVersion: '2.0',
      accountId: account,
      region,
      partition: 'aws',
      id: seed.id,
      arn: `arn:aws:guardduty:${region}:${account}:detector/0b5e0b5e0b5e0b5e0b5e0b5e0b5e0b5e/finding/${seed.id}`,
      type: seed.type,
      resource: {
        resourceType: 'EKSCluster',
        eksClusterDetails: {
          name: cluster,
          arn: `arn:aws:eks:${region}:${account}:cluster/${cluster}`,
          status: 'ACTIVE',
        },
        kubernetesDetails: {
          kubernetesUserDetails: seed.user,
          kubernetesWorkloadDetails: seed.workload ?? null,
        },
      },
      service: {
        serviceName: 'guardduty',
        detectorId: '0b5e0b5e0b5e0b5e0b5e0b5e0b5e0b5e',
        action: {
          actionType: 'KUBERNETES_API_CALL',
          kubernetesApiCallAction: {
            ...seed.call,
            sourceIPs: [seed.ip],
            userAgent: 'curl/8.5.0',
            remoteIpDetails: { ipAddressV4: seed.ip },
          },
        },
        eventFirstSeen: at(first),
        eventLastSeen: at(last),
        archived: false,
        count: seed.count,
      },
      severity: seed.severity,
      createdAt: at(last + 60),
      updatedAt: at(last + 60),
      title: seed.title,
      description: seed.title,
    },
  }
}
