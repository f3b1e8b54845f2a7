/** The verbs that change something. */
export const WRITE_VERBS: ReadonlySet<string> = new Set([
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
])

/**
 * What a write is made to (`resource` or `resource/subresource`, whatever its API group) when its request or response
 * body is read: pods and what makes them, nodes, and what gives rights.
 */
export const READ_BODIES: ReadonlySet<string> = new Set([
  'pods',
  'pods/status',
  'pods/binding',
  'pods/eviction',
  'nodes',
  'nodes/status',
  'serviceaccounts',
  'deployments',
  'daemonsets',
  'statefulsets',
  'replicasets',
  'replicationcontrollers',
  'jobs',
  'cronjobs',
  'roles',
  'rolebindings',
  'clusterroles',
  'clusterrolebindings',
])
