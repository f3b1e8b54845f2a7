import type { KubeObject } from '../../model/action.ts'
import type { Cast } from './cast.ts'
import { podOf, uidOf } from './ids.ts'
import { clusterLists } from './inventory.ts'
import { roguePod } from './takeover.ts'

/** The objects of the opening's cluster as they stand once the intruder's pod runs: what a planner reads there. */
export function openingObjects(cast: Cast): readonly KubeObject[] {
  const listed = clusterLists(cast, roguePod(cast), true) as readonly {
    readonly items: readonly KubeObject[]
  }[]
  return [...listed.flatMap(({ items }) => items.map((item) => owned(cast, item))), ...around(cast)]
}

/** Pods of workloads, as their ReplicaSet made them. */
function owned(cast: Cast, object: KubeObject): KubeObject {
  const { kind, metadata } = object as { readonly kind: string; readonly metadata: { readonly name: string } }
  const workload = [cast.service, cast.sibling].find((name) => metadata.name.startsWith(`${name}-`))
  if (kind !== 'Pod' || workload === undefined) return object
  const set = metadata.name.slice(0, metadata.name.lastIndexOf('-'))
  return {
    ...object,
    metadata: {
      ...metadata,
      labels: { app: workload },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: set,
          uid: uidOf(cast, { resource: 'replicasets', namespace: 'payments', name: set }),
          controller: true,
        },
      ],
    },
  }
}

/** What stands around the pods: who sends them traffic, how many may be missing, and what enforces policies. */
function around(cast: Cast): readonly KubeObject[] {
  const named = (resource: string, namespace: string, name: string): KubeObject => ({
    name,
    namespace,
    uid: uidOf(cast, { resource, namespace, name }),
  })
  const set = podOf(cast, 'payments', cast.service).name
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: named('services', 'payments', cast.service),
      spec: { selector: { app: cast.service } },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: named('replicasets', 'payments', set.slice(0, set.lastIndexOf('-'))),
      spec: { selector: { matchLabels: { app: cast.service } } },
    },
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: named('poddisruptionbudgets', 'payments', cast.service),
      spec: { minAvailable: 1, selector: { matchLabels: { app: cast.service } } },
      status: { disruptionsAllowed: 1 },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: named('daemonsets', 'kube-system', 'aws-node'),
      spec: {
        template: {
          spec: {
            containers: [
              { name: 'aws-node' },
              { name: 'aws-eks-nodeagent', args: ['--enable-network-policy=true'] },
            ],
          },
        },
      },
    },
  ]
}
