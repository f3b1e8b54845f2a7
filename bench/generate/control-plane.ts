import { leaseBody, workloadBody } from './bodies.ts'
import { resource } from './cast.ts'
import type { Call } from './event.ts'
import { churn, managerAccount } from './nodes.ts'
import { component } from './users.ts'
import { type Caller, isSecret, request, type Traffic, type World, watch } from './world.ts'

const LEASES = resource('leases/coordination.k8s.io')
const REVIEWS = resource('subjectaccessreviews/authorization.k8s.io')
const TOKENS = resource('tokenreviews/authentication.k8s.io')
const READ = [
  'namespaces',
  'serviceaccounts',
  'configmaps',
  'pods',
  'nodes',
  'services',
  'endpointslices/discovery.k8s.io',
  'limitranges',
  'resourcequotas',
  'persistentvolumeclaims',
  'priorityclasses/scheduling.k8s.io',
  'poddisruptionbudgets/policy',
].map(resource)

const USERS = [
  ['system:apiserver', 'kube-apiserver/v1.32.9 (linux/amd64) kubernetes/1c6d1a0', 'system:masters'],
  ['system:kube-controller-manager', 'kube-controller-manager/v1.32.9 (linux/amd64) kubernetes/1c6d1a0', ''],
  ['system:kube-scheduler', 'kube-scheduler/v1.32.9 (linux/amd64) kubernetes/1c6d1a0/scheduler', ''],
  [
    'eks:cloud-controller-manager',
    'aws-cloud-controller-manager/v1.32.5 (linux/amd64) kubernetes/a9f3c1e',
    '',
  ],
  ['eks:certificate-controller', 'eks-certificates-controller/v0.0.0 (linux/amd64) kubernetes/$Format', ''],
  ['eks:k8s-metrics', 'eks-k8s-metrics/v0.0.0 (linux/amd64) kubernetes/$Format', ''],
  ['eks:node-manager', 'eks-node-manager/v0.0.0 (linux/amd64) kubernetes/$Format', ''],
  ['eks:addon-manager', 'eks-addon-manager/v0.0.0 (linux/amd64) kubernetes/$Format', ''],
  ['eks:authenticator', 'aws-iam-authenticator/v0.6.29 (linux/amd64) kubernetes/$Format', ''],
  ['eks:vpc-resource-controller', 'vpc-resource-controller/v1.6.3 (linux/amd64) kubernetes/$Format', ''],
  ['eks:network-policy-controller', 'controller/v0.0.0 (linux/amd64) kubernetes/$Format', ''],
] as const

const CONTROLLERS = (
  'replicaset-controller deployment-controller endpointslice-controller generic-garbage-collector ' +
  'resourcequota-controller namespace-controller job-controller cronjob-controller daemon-set-controller ' +
  'horizontal-pod-autoscaler'
).split(' ')

/** What the control plane does: leases, reviews, statuses of workloads, watches and look-ups, and the churn of pods. */
export function controlPlaneTraffic(world: World): readonly Traffic[] {
  const users = USERS.map(
    ([name, agent, group], at): Caller => ({
      user: component(name, group === '' ? ['system:authenticated'] : ['system:authenticated', group]),
      ip: at === 0 ? '::1' : `10.0.0.${5 + (at % 3)}`,
      agent,
      allowed:
        at === 0
          ? ''
          : `RBAC: allowed by ClusterRoleBinding "${name}" of ClusterRole "${name}" to User "${name}"`,
    }),
  )
  const controllers = CONTROLLERS.map((name) => managerAccount(world, name))
  const someone = (): Caller => world.draw.often(users)
  const controller = (nr: number): Caller => controllers[nr] ?? someone()
  const leases = users.map(({ agent }, at) => ({
    namespace: 'kube-system',
    name: agent.split('/')[0] ?? `component-${at}`,
    uid: world.draw.uuid(),
    holder: `ip-10-0-0-${5 + (at % 3)}_${world.draw.uuid()}`,
  }))

  function renew(): Call {
    const at = world.draw.whole(0, users.length - 1)
    const who = users[at] ?? someone()
    const lease = leases[at] ?? { namespace: 'kube-system', name: 'x', uid: '', holder: '' }
    const version = world.version++
    const on = { resource: LEASES, namespace: 'kube-system', name: lease.name, uid: lease.uid }
    return request(world, who, 'update', on, {
      level: 'RequestResponse',
      requestJson: leaseBody(lease, world.micros, version - 90),
      responseJson: leaseBody(lease, world.micros, version),
    })
  }

  function look(): Call {
    const read = world.draw.any(READ)
    const who = world.draw.once(2) ? someone() : world.draw.any(controllers)
    const { namespace, name } = world.draw.any(world.workloads)
    const isNamed = world.draw.once(2)
    const on = { resource: read, namespace: isNamed ? namespace : null, name: isNamed ? name : null }
    return request(world, who, isNamed ? 'get' : 'list', on, {
      ...(isSecret(read) && { level: 'Metadata' }),
    })
  }

  function review(): Call {
    const isToken = world.draw.once(2)
    const { namespace, name } = world.draw.any(world.workloads)
    const user = `system:serviceaccount:${namespace}:${name}`
    const who = isToken ? (users[8] ?? someone()) : (users[5] ?? someone())
    const resourceOf = isToken ? TOKENS : REVIEWS
    const ask = `{"kind":"SubjectAccessReview","apiVersion":"authorization.k8s.io/v1","metadata":{"creationTimestamp":null},"spec":{"resourceAttributes":{"namespace":"${namespace}","verb":"get","version":"v1","resource":"pods"},"user":"${user}","groups":["system:serviceaccounts","system:authenticated"]},"status":{"allowed":`
    return request(
      world,
      who,
      'create',
      { resource: resourceOf, namespace: null, name: null },
      {
        code: 201,
        level: isToken ? 'Metadata' : 'RequestResponse',
        ...(!isToken && { requestJson: `${ask}false}}`, responseJson: `${ask}true}}` }),
      },
    )
  }

  function writeStatus(kind: 'Deployment' | 'ReplicaSet'): Call {
    const workload = world.draw.often(world.workloads)
    const isSet = kind === 'ReplicaSet'
    const name = isSet ? `${workload.name}-${workload.hash}` : workload.name
    const version = world.version++
    const on = {
      resource: resource(isSet ? 'replicasets/apps' : 'deployments/apps'),
      namespace: workload.namespace,
      name,
      uid: isSet ? workload.setUid : workload.uid,
      resourceVersion: String(version - 1),
      subresource: 'status',
    }
    return request(world, controller(isSet ? 0 : 1), 'update', on, {
      level: 'RequestResponse',
      requestJson: workloadBody(kind, workload, version - 1),
      responseJson: workloadBody(kind, workload, version),
    })
  }

  return [
    { rate: users.length / 2, requests: () => [renew()] },
    { rate: 7, requests: () => [look()] },
    { rate: 2.5, requests: () => [review()] },
    { rate: 2, requests: () => [watch(world, world.draw.any(controllers), world.draw.any(READ), null)] },
    { rate: 0.3, requests: () => [writeStatus('Deployment')] },
    { rate: 0.3, requests: () => [writeStatus('ReplicaSet')] },
    churn(controller(0), users[2] ?? someone()),
  ]
}
