import type { EntityRef } from '../model/entity.ts'
import type { Rejected } from '../model/observation.ts'
import { entityRef, Facts } from './facts.ts'
import type { Fields } from './inventory-state.ts'
import type { Thing } from './inventory-thing.ts'
import { flag, get, type JsonObject, list, name, obj, reject, said } from './json.ts'
import type { WrittenObject } from './object.ts'
import { accountFacts, accountRef } from './object-account.ts'
import { nodeFacts } from './object-node.ts'
import { podFacts } from './object-pod.ts'
import { bindingFacts, bindingRef, roleFacts, roleRef } from './object-rbac.ts'
import { containersOf, hostPathsOf, podSecrets, templateOf } from './object-spec.ts'
import { workloadFacts } from './object-workload.ts'
import { WORKLOAD_RESOURCES } from './workload-kinds.ts'

/** A kind of object that is read as it stands. */
interface Kind {
  readonly groups: readonly string[]
  /** A field that every object of it has: what lacks it only looks like one. */
  readonly has: string
  readonly isNamespaced: boolean
  readonly ref: (namespace: string | null, called: string) => EntityRef | null
  readonly facts: (facts: Facts, written: WrittenObject) => void
  readonly fields: (object: JsonObject) => Fields
}

const RBAC = 'rbac.authorization.k8s.io'

const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  [
    'Node',
    {
      groups: [''],
      has: 'spec',
      isNamespaced: false,
      ref: (_, called) => entityRef('node', called),
      facts: nodeFacts,
      fields: nodeFields,
    },
  ],
  [
    'Pod',
    {
      groups: [''],
      has: 'spec',
      isNamespaced: true,
      ref: (namespace, called) => entityRef('pod', namespace, called),
      facts: podFacts,
      fields: podFields,
    },
  ],
  [
    'ServiceAccount',
    {
      groups: [''],
      has: 'metadata',
      isNamespaced: true,
      ref: accountRef,
      facts: accountFacts,
      fields: accountFields,
    },
  ],
  ...['Role', 'ClusterRole'].map((kind): [string, Kind] => [
    kind,
    {
      groups: [RBAC],
      has: 'rules',
      isNamespaced: kind === 'Role',
      ref: roleRef,
      facts: roleFacts,
      fields: (object) => ({ rules: get(object, 'rules'), aggregates: get(object, 'aggregationRule') }),
    },
  ]),
  ...['RoleBinding', 'ClusterRoleBinding'].map((kind): [string, Kind] => [
    kind,
    {
      groups: [RBAC],
      has: 'roleRef',
      isNamespaced: kind === 'RoleBinding',
      ref: bindingRef,
      facts: bindingFacts,
      fields: (object) => ({ role: get(object, 'roleRef'), subjects: get(object, 'subjects') }),
    },
  ]),
  [
    'NetworkPolicy',
    {
      groups: ['networking.k8s.io', 'extensions'],
      has: 'spec',
      isNamespaced: true,
      ref: (namespace, called) => entityRef('policy', namespace, called),
      facts: () => undefined,
      fields: policyFields,
    },
  ],
  [
    'PodDisruptionBudget',
    {
      groups: ['policy'],
      has: 'spec',
      isNamespaced: true,
      ref: (namespace, called) => entityRef('budget', namespace, called),
      facts: () => undefined,
      fields: budgetFields,
    },
  ],
  ...[...new Set(WORKLOAD_RESOURCES.map(({ kind }) => kind))].map((kind): [string, Kind] => {
    const own = WORKLOAD_RESOURCES.filter((one) => one.kind === kind)
    const called = own[0]?.called ?? ''
    return [
      kind,
      {
        groups: own.map(({ resource }) => resource.slice(called.length + 1)),
        has: 'spec',
        isNamespaced: true,
        ref: (namespace, named) => entityRef('workload', namespace, called, named),
        facts: (facts, written) => workloadFacts(facts, called, written),
        fields: workloadFields,
      },
    ]
  }),
])

/** True for an object of a kind that is read, in its API group; of a list the kind and version are the list's. */
export function isStandingObject(value: JsonObject | null, kind: unknown, version: unknown): boolean {
  const known = knownKind(kind, version)
  return (
    known !== null &&
    value !== null &&
    Object.hasOwn(value, known.has) &&
    obj(get(value, 'metadata')) !== null
  )
}

/** True where lists of that kind are read. */
export function isStandingKind(kind: unknown, version: unknown): kind is string {
  return knownKind(kind, version) !== null
}

/** The object of a kind that is read, or why it cannot be used. */
export function kubernetesThing(kind: string, object: JsonObject): Thing | Rejected {
  const known = KINDS.get(kind)
  if (known === undefined) return reject('malformed', '/kind', `Objects of the kind ${kind} are not read.`)
  const metadata = obj(get(object, 'metadata'))
  const called = name(get(metadata, 'name'))
  const namespace = known.isNamespaced ? name(get(metadata, 'namespace')) : null
  if (called === null) return missing(kind, 'name')
  if (known.isNamespaced && namespace === null) return missing(kind, 'namespace')
  const entity = known.ref(namespace, called)
  if (entity === null) {
    const reason = `No ${kind} of Kubernetes has such a name; give the object as kubectl get -o json prints it.`
    return reject('malformed', '/metadata/name', reason)
  }
  const facts = new Facts()
  facts.name(entity)
  known.facts(facts, { object, namespace, called })
  const about = { uid: get(metadata, 'uid'), created: get(metadata, 'creationTimestamp') }
  const labels = { labels: get(metadata, 'labels') }
  return {
    source: 'kubernetes',
    of: kind,
    scope: {},
    entity,
    facts,
    fields: { ...about, ...labels, ...known.fields(object), owners: ownersOf(metadata) },
  }
}

function knownKind(kind: unknown, version: unknown): Kind | null {
  if (typeof kind !== 'string' || typeof version !== 'string') return null
  const known = KINDS.get(kind)
  const group = version.includes('/') ? version.slice(0, version.indexOf('/')) : ''
  return known?.groups.includes(group) === true ? known : null
}

function missing(kind: string, field: string): Rejected {
  const reason = `The ${kind} says no ${field}; give the object as kubectl get -o json prints it.`
  return reject('malformed', `/metadata/${field}`, reason)
}

function ownersOf(metadata: JsonObject | null): unknown {
  const owners = list(get(metadata, 'ownerReferences')).map(obj)
  return owners.length === 0
    ? undefined
    : owners.map((owner) => ({ kind: get(owner, 'kind'), name: get(owner, 'name') }))
}

function nodeFields(node: JsonObject): Fields {
  const spec = obj(get(node, 'spec'))
  const status = obj(get(node, 'status'))
  const info = obj(get(status, 'nodeInfo'))
  return {
    provider: get(spec, 'providerID'),
    unschedulable: get(spec, 'unschedulable'),
    taints: get(spec, 'taints'),
    addresses: get(status, 'addresses'),
    kubelet: get(info, 'kubeletVersion'),
    os: get(info, 'osImage'),
    kernel: get(info, 'kernelVersion'),
    runtime: get(info, 'containerRuntimeVersion'),
  }
}

function podFields(pod: JsonObject): Fields {
  const spec = obj(get(pod, 'spec'))
  const status = obj(get(pod, 'status'))
  return {
    phase: get(status, 'phase'),
    node: get(spec, 'nodeName'),
    ips: list(get(status, 'podIPs')).map((one) => get(obj(one), 'ip')),
    ...runFields(spec, status),
  }
}

function workloadFields(workload: JsonObject): Fields {
  const spec = obj(get(workload, 'spec'))
  return {
    replicas: get(spec, 'replicas'),
    selector: get(spec, 'selector'),
    ...runFields(templateOf(workload), null),
  }
}

/** What the spec of a pod, or of the pods of a workload, lets its containers do. */
function runFields(spec: JsonObject | null, status: JsonObject | null): Fields {
  const containers = containersOf(spec)
  const isPrivileged = containers.some((one) => flag(get(obj(get(one, 'securityContext')), 'privileged')))
  return {
    privileged: only(isPrivileged),
    account: get(spec, 'serviceAccountName') ?? get(spec, 'serviceAccount'),
    mountsToken: get(spec, 'automountServiceAccountToken'),
    hostNetwork: only(flag(get(spec, 'hostNetwork'))),
    hostPid: only(flag(get(spec, 'hostPID'))),
    hostIpc: only(flag(get(spec, 'hostIPC'))),
    security: get(spec, 'securityContext'),
    hostPaths: hostPathsOf(spec),
    containers: containers.map((container) => ({
      name: get(container, 'name'),
      image: get(container, 'image'),
      imageId: imageIdOf(status, get(container, 'name')),
      security: get(container, 'securityContext'),
      mounts: list(get(container, 'volumeMounts')).map((one) => get(obj(one), 'mountPath')),
    })),
    secrets: podSecrets(spec),
  }
}

/** The digest that a container runs, as its node says. */
function imageIdOf(status: JsonObject | null, called: unknown): unknown {
  const statuses = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'].flatMap(
    (key) => list(get(status, key)).map(obj),
  )
  return get(statuses.find((one) => get(one, 'name') === called) ?? null, 'imageID')
}

/** What is false goes without saying. */
function only(is: boolean): true | undefined {
  return is ? true : undefined
}

function accountFields(account: JsonObject): Fields {
  const annotations = obj(get(obj(get(account, 'metadata')), 'annotations'))
  return {
    role: get(annotations, 'eks.amazonaws.com/role-arn'),
    mountsToken: get(account, 'automountServiceAccountToken'),
    secrets: [...list(get(account, 'secrets')), ...list(get(account, 'imagePullSecrets'))]
      .map((one) => said(get(obj(one), 'name')))
      .filter((one) => one !== null),
  }
}

function policyFields(policy: JsonObject): Fields {
  const spec = obj(get(policy, 'spec'))
  return {
    pods: get(spec, 'podSelector'),
    types: get(spec, 'policyTypes'),
    ingress: get(spec, 'ingress'),
    egress: get(spec, 'egress'),
  }
}

function budgetFields(budget: JsonObject): Fields {
  const spec = obj(get(budget, 'spec'))
  return {
    pods: get(spec, 'selector'),
    minAvailable: get(spec, 'minAvailable'),
    maxUnavailable: get(spec, 'maxUnavailable'),
    mayDisrupt: get(obj(get(budget, 'status')), 'disruptionsAllowed'),
  }
}
