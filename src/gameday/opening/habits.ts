import { formatTime, type Micros } from '../../model/time.ts'
import type { Random } from '../random.ts'
import type { Call } from '../records/call.ts'
import type { Callers } from './callers.ts'
import type { Cast, Node } from './cast.ts'

/** Something that happens again and again, about every so many seconds. */
export interface Habit {
  readonly every: number
  readonly calls: (at: Micros, random: Random) => readonly Call[]
}

type One = Omit<Call, 'at'>

function habit(every: number, ...ones: readonly One[]): Habit {
  return { every, calls: (at) => ones.map((one) => ({ at, ...one })) }
}

/** What machines do all day: control plane, nodes and workloads. */
export function habitsOf(cast: Cast, callers: Callers): readonly Habit[] {
  return [
    ...controlPlane(cast, callers),
    ...cast.nodes.flatMap((node, nr) => nodeHabits(cast, callers, node, nr)),
    ...addOns(callers),
    ...workloads(cast, callers),
  ]
}

function lease(who: One['caller'], name: string, code = 200): One {
  const target = { resource: 'leases', namespace: 'kube-system', name }
  return {
    caller: who,
    verb: 'update',
    target,
    code,
    body: { metadata: { name }, spec: { leaseDurationSeconds: 15 } },
  }
}

function controlPlane({ service }: Cast, callers: Callers): readonly Habit[] {
  const slice = `${service}-x7k2p`
  const quota = callers.controller('resourcequota-controller')
  const slices = callers.controller('endpointslice-controller')
  const accounts = callers.controller('service-account-controller')
  const eks = callers.eks('addon-manager')
  return [
    habit(300, lease(callers.component('kube-scheduler'), 'kube-scheduler')),
    habit(300, lease(callers.component('kube-controller-manager'), 'kube-controller-manager')),
    habit(14_000, lease(callers.component('kube-controller-manager'), 'kube-controller-manager', 409)),
    habit(600, { caller: quota, verb: 'get', target: { path: '/apis' }, code: 200 }),
    habit(1_500, {
      caller: slices,
      verb: 'update',
      target: { resource: 'endpointslices', namespace: 'payments', name: slice },
      code: 200,
      body: { metadata: { name: slice }, ports: [{ port: 8080 }] },
    }),
    habit(7_200, {
      caller: accounts,
      verb: 'get',
      target: { resource: 'serviceaccounts', namespace: 'web', name: 'default' },
      code: 404,
    }),
    habit(3_600, {
      caller: eks,
      verb: 'get',
      target: { resource: 'deployments', namespace: 'kube-system', name: 'coredns' },
      code: 200,
    }),
  ]
}

function nodeHabits(cast: Cast, callers: Callers, node: Node, nr: number): readonly Habit[] {
  const caller = callers.kubelet(node)
  const secret = cast.secrets[nr * 2] ?? cast.deployerSecret
  return [
    {
      every: 360,
      calls: (at) => [
        {
          at,
          caller,
          verb: 'patch',
          target: { resource: 'nodes', name: node.name, subresource: 'status' },
          code: 200,
          body: {
            status: { conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: formatTime(at) }] },
          },
        },
      ],
    },
    habit(1_000, {
      caller,
      verb: 'create',
      target: {
        resource: 'serviceaccounts',
        namespace: 'payments',
        name: cast.service,
        subresource: 'token',
      },
      code: 201,
    }),
    habit(4_800, {
      caller,
      verb: 'watch',
      target: {
        resource: 'secrets',
        namespace: 'payments',
        name: secret,
        query: `allowWatchBookmarks=true&fieldSelector=metadata.name%3D${secret}&timeoutSeconds=480&watch=true`,
      },
      code: 200,
      stages: 'stream',
    }),
  ]
}

function addOns(callers: Callers): readonly Habit[] {
  const metrics = callers.workload('kube-system', 'metrics-server', 'metrics-server/v0.7.2')
  const dns = callers.workload('kube-system', 'coredns', 'coredns/1.11.4')
  const scaler = callers.workload('kube-system', 'cluster-autoscaler', 'cluster-autoscaler/v1.32.0')
  const certs = callers.workload('cert-manager', 'cert-manager', 'cert-manager-controller/v1.16.1')
  const autoscaler = callers.controller('horizontal-pod-autoscaler')
  const hpa = {
    resource: 'horizontalpodautoscalers',
    namespace: 'web',
    name: 'storefront',
    subresource: 'status',
  }
  const scaling = { resource: 'configmaps', namespace: 'kube-system', name: 'cluster-autoscaler-status' }
  return [
    habit(800, { caller: metrics, verb: 'list', target: { resource: 'nodes' }, code: 200 }),
    habit(1_800, {
      caller: dns,
      verb: 'watch',
      target: { resource: 'endpointslices', query: 'allowWatchBookmarks=true&timeoutSeconds=540&watch=true' },
      code: 200,
      stages: 'stream',
    }),
    habit(450, { caller: scaler, verb: 'update', target: scaling, code: 200 }),
    habit(9_000, { caller: scaler, verb: 'update', target: scaling, code: 409 }),
    habit(400, {
      caller: autoscaler,
      verb: 'update',
      target: hpa,
      code: 200,
      body: { status: { currentReplicas: 3 } },
    }),
    habit(3_600, {
      caller: certs,
      verb: 'update',
      target: { resource: 'certificates', namespace: 'web', name: 'storefront', subresource: 'status' },
      code: 200,
      body: { status: { conditions: [{ type: 'Ready', status: 'True' }] } },
    }),
    habit(40_000, {
      caller: callers.controller('replicaset-controller'),
      verb: 'create',
      target: { resource: 'pods', namespace: 'web' },
      code: 500,
      body: { metadata: { generateName: 'storefront-' } },
    }),
  ]
}

function workloads(cast: Cast, callers: Callers): readonly Habit[] {
  const prometheus = callers.workload('monitoring', 'prometheus', 'Prometheus/3.1.0')
  const sync = callers.workload('external-secrets', 'external-secrets', 'external-secrets/v0.12.1')
  const secret = (namespace: string, name: string) => ({ resource: 'secrets', namespace, name })
  const reads = (name: string, pod: number): One => ({
    caller: callers.workload('payments', name, 'Go-http-client/2.0', pod),
    verb: 'get',
    target: secret('payments', `${name}-db`),
    code: 200,
  })
  return [
    habit(300, { caller: prometheus, verb: 'list', target: { resource: 'pods' }, code: 200, stages: 'both' }),
    habit(600, { caller: prometheus, verb: 'list', target: { resource: 'endpoints' }, code: 200 }),
    habit(600, { caller: prometheus, verb: 'list', target: { resource: 'services' }, code: 200 }),
    habit(600, reads(cast.service, 0)),
    habit(600, reads(cast.service, 1)),
    habit(1_200, reads(cast.sibling, 0)),
    habit(4_000, {
      caller: callers.workload('payments', cast.service),
      verb: 'get',
      target: { resource: 'configmaps', namespace: 'payments', name: 'feature-flags' },
      code: 404,
    }),
    habit(2_400, {
      caller: callers.workload('orders', 'orders'),
      verb: 'get',
      target: secret('orders', 'orders-db'),
      code: 200,
    }),
    // Compares every secret of payments with its original in the cloud.
    habit(
      7_200,
      ...cast.secrets
        .filter((name) => name !== cast.deployerSecret)
        .map((name): One => ({ caller: sync, verb: 'get', target: secret('payments', name), code: 200 })),
    ),
  ]
}
