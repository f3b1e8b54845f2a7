/** Of what the history of one cluster is made, under ids that are fixed in every one. */
export const SUBJECTS = 240
/** Who called without a name. */
export const ANONYMOUS = 1
/** Who calls in the very last hour and never before: without somebody new, questions about what is new find nothing. */
export const INTRUDER = SUBJECTS
/** Addresses of the cluster and its people come after the subjects, and those of strangers after them. */
export const ADDRESSES = 9_000
export const STRANGERS = 40_000
export const NAMESPACES = 36
/** Secrets of each namespace. */
export const SECRETS = 20
/** Programs that call; the subjects share them. */
export const AGENTS = 60
export const IMAGES = 300

/** What is called, most often first: calls are numbered through all of these, one verb after the other. */
export const VERBS = ['get', 'list', 'watch', 'update', 'patch'] as const
export const RESOURCES = [
  'configmaps',
  'pods',
  'leases.coordination.k8s.io',
  'services',
  'nodes',
  'secrets',
  'namespaces',
  'endpoints',
  'deployments.apps',
  'replicasets.apps',
  'endpointslices.discovery.k8s.io',
  'jobs.batch',
  'cronjobs.batch',
  'statefulsets.apps',
  'daemonsets.apps',
  'serviceaccounts',
  'events',
  'persistentvolumeclaims',
  'persistentvolumes',
  'ingresses.networking.k8s.io',
  'networkpolicies.networking.k8s.io',
  'horizontalpodautoscalers.autoscaling',
  'poddisruptionbudgets.policy',
  'customresourcedefinitions.apiextensions.k8s.io',
] as const
export const CALLS = VERBS.length * RESOURCES.length

const SECRET = RESOURCES.indexOf('secrets')

/** True for calls that reach secrets. */
export function reachesSecrets(call: number): boolean {
  return (call - 1) % RESOURCES.length === SECRET
}

/** True for those of them that name one. */
export function namesSecret(call: number): boolean {
  const verb = VERBS[Math.floor((call - 1) / RESOURCES.length)]
  return reachesSecrets(call) && verb !== 'list' && verb !== 'watch'
}
