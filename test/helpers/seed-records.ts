/** What a test wants an audit event to say; everything else is an ordinary, successful read of a pod list. */
export interface AuditSpec {
  /** Null: an event without auditID. By default each event is a request of its own. */
  readonly id?: string | null
  /** Null: an event without stage. */
  readonly stage?: string | null
  readonly at?: string
  /** False: an event that does not say when its request was received, only when this stage was reached. */
  readonly isDated?: boolean
  readonly user?: string | null
  /** What the authenticator says of the user. */
  readonly extra?: { readonly [key: string]: readonly string[] }
  readonly as?: string
  readonly ip?: string | null
  readonly verb?: string
  readonly resource?: string
  readonly namespace?: string | null
  readonly name?: string
  /** Null: no status at all. */
  readonly code?: number | null
  readonly agent?: string | null
}

/** What a test wants a GuardDuty finding to say. Null leaves a field out. */
export interface FindingSpec {
  readonly id?: string
  readonly account?: string
  readonly cluster?: string | null
  readonly type?: string
  readonly severity?: number
  readonly first?: string
  readonly last?: string
  readonly updated?: string
  readonly count?: number
  readonly subject?: string | null
  readonly ip?: string | null
  readonly podUid?: string | null
  readonly instance?: string | null
  readonly principal?: string | null
  readonly sample?: boolean
}

let made = 0

/** A time on the day that the tests play on: `clock('04:21:18.641799')`. */
export function clock(time: string, day = '2026-11-22'): string {
  return `${day}T${time.length === 5 ? `${time}:00` : time}Z`
}

/** An audit event as an API server writes it, in the order in which it does: the fast reader takes it. */
export function auditEvent(spec: AuditSpec = {}): object {
  const { id = `audit-${++made}`, stage = 'ResponseComplete', at = clock('04:21:18.641799') } = spec
  const { user = 'alice', ip = '198.51.100.7', verb = 'list', resource = 'pods' } = spec
  const { namespace = 'shop', name, code = 200, agent = 'kubectl/v1.32', isDated = true } = spec
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    ...(id !== null && { auditID: id }),
    ...(stage !== null && { stage }),
    requestURI: `/api/v1/namespaces/${namespace ?? ''}/${resource}`,
    verb,
    ...(user !== null && {
      user: { username: user, ...(spec.extra !== undefined && { extra: spec.extra }) },
    }),
    ...(spec.as !== undefined && { impersonatedUser: { username: spec.as } }),
    ...(ip !== null && { sourceIPs: ['192.0.2.200', ip] }),
    ...(agent !== null && { userAgent: agent }),
    objectRef: { resource, ...(namespace !== null && { namespace }), ...(name !== undefined && { name }) },
    ...(code !== null && { responseStatus: { code } }),
    [isDated ? 'requestReceivedTimestamp' : 'stageTimestamp']: at,
  }
}

/** A finding of the cluster `payments`, about system:anonymous from 203.0.113.9, unless the spec says otherwise. */
export function finding(spec: FindingSpec = {}): object {
  const { id = `finding-${++made}`, account = '111122223333', cluster = 'payments', severity = 5 } = spec
  const { type = 'Discovery:Kubernetes/SuccessfulAnonymousAccess', count = 1, sample = false } = spec
  const {
    subject = 'system:anonymous',
    ip = '203.0.113.9',
    podUid = null,
    instance = null,
    principal = null,
  } = spec
  const { first = clock('04:10'), last = first, updated = last } = spec
  const workload =
    podUid === null ? undefined : { type: 'pods', name: 'api-7f', namespace: 'shop', uid: podUid }
  return {
    schemaVersion: '2.0',
    accountId: account,
    region: 'eu-west-1',
    partition: 'aws',
    id,
    arn: `arn:aws:guardduty:eu-west-1:${account}:detector/d1/finding/${id}`,
    type,
    title: sample ? '[SAMPLE] A sample' : 'A title of GuardDuty',
    description: 'What GuardDuty says.',
    severity,
    createdAt: first,
    updatedAt: updated,
    resource: {
      ...(cluster !== null && { eksClusterDetails: { name: cluster } }),
      kubernetesDetails: {
        ...(subject !== null && { kubernetesUserDetails: { username: subject } }),
        ...(workload !== undefined && { kubernetesWorkloadDetails: workload }),
      },
      ...(instance !== null && { instanceDetails: { instanceId: instance } }),
      ...(principal !== null && {
        accessKeyDetails: {
          accessKeyId: 'ASIAEXAMPLE',
          principalId: principal,
          userName: 'ops',
          userType: 'Role',
        },
      }),
    },
    service: {
      serviceName: 'guardduty',
      detectorId: 'd1',
      action: {
        actionType: 'KUBERNETES_API_CALL',
        kubernetesApiCallAction: {
          verb: 'get',
          requestUri: '/api/v1/pods',
          statusCode: 200,
          ...(ip !== null && { remoteIpDetails: { ipAddressV4: ip } }),
        },
      },
      eventFirstSeen: first,
      eventLastSeen: last,
      archived: false,
      count,
    },
  }
}
