import type { Draw } from './draw.ts'
import { ACCOUNT, REGION, rotating, type User } from './users.ts'

/** A machine of the cluster, whose kubelet calls. */
export interface ClusterNode {
  readonly name: string
  readonly ip: string
  readonly uid: string
  readonly user: User
}

/** What runs under one service account: a deployment, or one pod on every node. */
export interface Workload {
  readonly namespace: string
  readonly name: string
  readonly accountUid: string
  readonly uid: string
  readonly hash: string
  readonly setUid: string
  readonly image: string
  readonly digest: string
  readonly isDaemon: boolean
  readonly replicas: number
  readonly agent: string
  readonly calls: readonly Habit[]
}

/** A call that somebody makes again and again. */
export interface Habit {
  readonly verb: string
  readonly resource: Resource
  /** Null: over the whole cluster. */
  readonly namespace: string | null
  readonly name: string | null
}

/** A resource of the API; `group` '' is the core group. */
export interface Resource {
  readonly group: string
  readonly version: string
  readonly name: string
}

export function resource(path: string): Resource {
  const [name = '', group = '', version = 'v1'] = path.split('/')
  return { name, group, version }
}

const PLACES = (
  'kube-system monitoring argocd ops ci payments checkout catalog search orders shipping billing identity ' +
  'notifications recommendations inventory pricing media reports analytics ingest-nginx cert-manager karpenter ' +
  'external-dns logging tracing staging web mobile-api partners fraud ledger support crm data-lake features'
).split(' ')
const DAEMONS = 'aws-node kube-proxy ebs-csi-node node-exporter fluent-bit node-local-dns'.split(' ')
const PARTS = 'api worker web sync cache gateway scheduler consumer operator exporter'.split(' ')

const READS = [
  'configmaps',
  'pods',
  'services',
  'endpoints',
  'nodes',
  'namespaces',
  'deployments/apps',
  'replicasets/apps',
  'endpointslices/discovery.k8s.io',
  'ingresses/networking.k8s.io',
  'horizontalpodautoscalers/autoscaling/v2',
  'jobs/batch',
  'customresourcedefinitions/apiextensions.k8s.io',
].map(resource)

/** The nodes of a cluster, each with the instance role's session of its own. */
export function castNodes(draw: Draw, count: number): readonly ClusterNode[] {
  const roleId = `AROA${draw.capitals(10)}EXAMPLE`
  return Array.from({ length: count }, (_, at) => {
    const ip = `10.0.${(at % 3) * 16 + 1}.${20 + at}`
    const name = `ip-${ip.replaceAll('.', '-')}.${REGION}.compute.internal`
    const instance = `i-0${draw.hex(16)}`
    return {
      name,
      ip,
      uid: draw.uuid(),
      user: rotating(draw, 6 * 3600, {
        username: `system:node:${name}`,
        groups: ['system:bootstrappers', 'system:nodes', 'system:authenticated'],
        role: 'eks-prod-node',
        roleId,
        session: instance,
      }),
    }
  })
}

/** Workloads with a service account each; the first ones run on every node. */
export function castWorkloads(draw: Draw, count: number, pods: number, nodes: number): readonly Workload[] {
  const deployments = count - DAEMONS.length
  const left = pods - DAEMONS.length * nodes
  const share = (at: number): number => 1 / (at + 6)
  const sum = Array.from({ length: deployments }, (_, at) => share(at)).reduce((n, one) => n + one, 0)
  return Array.from({ length: count }, (_, at) => {
    const daemon = DAEMONS[at]
    const nr = at - DAEMONS.length
    const namespace = daemon === undefined ? (PLACES[1 + (nr % (PLACES.length - 1))] ?? 'web') : 'kube-system'
    const part = PARTS[Math.floor(nr / (PLACES.length - 1)) % PARTS.length] ?? 'api'
    const name = daemon ?? `${namespace}-${part}`
    return {
      namespace,
      name,
      accountUid: draw.uuid(),
      uid: draw.uuid(),
      hash: draw.suffix(10),
      setUid: draw.uuid(),
      image: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/${namespace}/${name}:1.${draw.whole(2, 40)}.${draw.whole(0, 9)}`,
      digest: draw.hex(64),
      isDaemon: daemon !== undefined,
      replicas: daemon === undefined ? Math.max(1, Math.round((left * share(nr)) / sum)) : nodes,
      agent: `${name}/v1.${draw.whole(2, 40)}.0 (linux/amd64) kubernetes/${draw.hex(7)}`,
      calls: habitsOf(draw, namespace, name),
    }
  })
}

function habitsOf(draw: Draw, namespace: string, name: string): readonly Habit[] {
  const habits: Habit[] = [
    { verb: 'get', resource: resource('configmaps'), namespace, name: `${name}-config` },
    { verb: 'list', resource: draw.often(READS), namespace, name: null },
    { verb: 'watch', resource: draw.often(READS), namespace, name: null },
  ]
  const more = draw.whole(2, 7)
  for (let at = 0; at < more; at++) {
    const isWide = draw.once(3)
    const isNamed = !isWide && draw.once(2)
    habits.push({
      verb: isNamed ? 'get' : draw.of(['list', 'list', 'watch']),
      resource: draw.any(READS),
      namespace: isWide ? null : namespace,
      name: isNamed ? `${name}-${draw.of(['main', 'leader', 'state'])}` : null,
    })
  }
  return habits
}
