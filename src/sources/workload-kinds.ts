/** The kinds that make pods, by resource: kind, and the API groups that have or had it (`''` is the core group). */
const WORKLOADS = {
  deployments: ['Deployment', 'apps', 'extensions'],
  replicasets: ['ReplicaSet', 'apps', 'extensions'],
  daemonsets: ['DaemonSet', 'apps', 'extensions'],
  statefulsets: ['StatefulSet', 'apps'],
  jobs: ['Job', 'batch'],
  cronjobs: ['CronJob', 'batch'],
  replicationcontrollers: ['ReplicationController', ''],
} as const satisfies { readonly [resource: string]: readonly [kind: string, ...groups: string[]] }

/** One of them in one group: `deployments` are called `deployments.apps` where the graph names requests. */
export interface WorkloadResource {
  readonly resource: string
  readonly kind: string
  readonly called: string
}

/** Every kind of workload in every group. */
export const WORKLOAD_RESOURCES: readonly WorkloadResource[] = Object.entries(WORKLOADS).flatMap(
  ([called, [kind, ...groups]]) =>
    groups.map((group) => ({ resource: group === '' ? called : `${called}.${group}`, kind, called })),
)

/** The middle part of a workload's key for an object of that resource; null when it makes no pods. */
export function workloadOfResource(resource: string, group: string): string | null {
  return Object.entries(WORKLOADS).some(
    ([known, [, ...groups]]) => known === resource && groups.some((one) => one === group),
  )
    ? resource
    : null
}

/** The same for a kind in an owner reference; kinds of other APIs keep their group: `rollout.argoproj.io`. */
export function workloadOfKind(kind: string, group: string): string {
  const known = Object.entries(WORKLOADS).find(
    ([, [name, ...groups]]) => name === kind && groups.some((one) => one === group),
  )
  if (known !== undefined) return known[0]
  return group === '' ? kind.toLowerCase() : `${kind.toLowerCase()}.${group}`
}

/** The same for a word in a finding, `deployments` or `Deployment`; a word that is none of them in lower case. */
export function workloadOfWord(word: string): string {
  const lower = word.toLowerCase()
  const known = Object.entries(WORKLOADS).find(([, [kind]]) => kind.toLowerCase() === lower)
  return known?.[0] ?? lower
}
