/** What a request is about: an object or a list of the API, or a path that is none. */
export type Target = ObjectTarget | { readonly path: string }

export interface ObjectTarget {
  readonly resource: string
  readonly namespace?: string
  readonly name?: string
  readonly subresource?: string
  /** Without its question mark. */
  readonly query?: string
}

/** Group, version and kind of the resources that the story touches; the core group is ''. */
const APIS: { readonly [resource: string]: readonly [group: string, version: string, kind: string] } = {
  configmaps: ['', 'v1', 'ConfigMap'],
  endpoints: ['', 'v1', 'Endpoints'],
  events: ['', 'v1', 'Event'],
  namespaces: ['', 'v1', 'Namespace'],
  nodes: ['', 'v1', 'Node'],
  pods: ['', 'v1', 'Pod'],
  secrets: ['', 'v1', 'Secret'],
  serviceaccounts: ['', 'v1', 'ServiceAccount'],
  services: ['', 'v1', 'Service'],
  certificates: ['cert-manager.io', 'v1', 'Certificate'],
  clusterrolebindings: ['rbac.authorization.k8s.io', 'v1', 'ClusterRoleBinding'],
  clusterroles: ['rbac.authorization.k8s.io', 'v1', 'ClusterRole'],
  deployments: ['apps', 'v1', 'Deployment'],
  endpointslices: ['discovery.k8s.io', 'v1', 'EndpointSlice'],
  horizontalpodautoscalers: ['autoscaling', 'v2', 'HorizontalPodAutoscaler'],
  ingresses: ['networking.k8s.io', 'v1', 'Ingress'],
  leases: ['coordination.k8s.io', 'v1', 'Lease'],
  replicasets: ['apps', 'v1', 'ReplicaSet'],
  rolebindings: ['rbac.authorization.k8s.io', 'v1', 'RoleBinding'],
  selfsubjectaccessreviews: ['authorization.k8s.io', 'v1', 'SelfSubjectAccessReview'],
  selfsubjectrulesreviews: ['authorization.k8s.io', 'v1', 'SelfSubjectRulesReview'],
}

function apiOf(resource: string): {
  readonly group: string
  readonly version: string
  readonly kind: string
} {
  const [group, version, kind] = APIS[resource] ?? []
  if (group === undefined || version === undefined || kind === undefined)
    throw new Error(`the story knows no resource ${resource}`)
  return { group, version, kind }
}

/** The API group of a resource, '' for the core. */
export function groupOf(resource: string): string {
  return apiOf(resource).group
}

/** `apiVersion` and `kind` as a manifest writes them. */
export function kindOf({ resource }: Pick<ObjectTarget, 'resource'>): {
  readonly kind: string
  readonly apiVersion: string
} {
  const { group, version, kind } = apiOf(resource)
  return { kind, apiVersion: group === '' ? version : `${group}/${version}` }
}

/** The path of a request. A creation has no name in it, except below an object that exists. */
export function uriOf(target: Target, verb: string): string {
  if ('path' in target) return target.path
  const { resource, namespace, name, subresource, query } = target
  const { group, version } = apiOf(resource)
  const named = verb === 'create' && subresource === undefined ? undefined : name
  const parts = [
    ...(group === '' ? ['api', version] : ['apis', group, version]),
    ...(namespace === undefined || resource === 'namespaces' ? [] : ['namespaces', namespace]),
    resource,
    ...(named === undefined ? [] : [named]),
    ...(subresource === undefined ? [] : [subresource]),
  ]
  return `/${parts.join('/')}${query === undefined ? '' : `?${query}`}`
}

/** `objectRef` of an audit event. */
export function refOf({ resource, namespace, name, subresource }: ObjectTarget): object {
  const { group, version } = apiOf(resource)
  return {
    resource,
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
    ...(group !== '' && { apiGroup: group }),
    apiVersion: version,
    ...(subresource !== undefined && { subresource }),
  }
}
