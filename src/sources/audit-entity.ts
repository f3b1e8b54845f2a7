import type { EntityRef } from '../model/entity.ts'
import { entityRef } from './facts.ts'
import { get, type JsonObject, name, said } from './json.ts'
import { bindingRef, roleRef } from './object-rbac.ts'
import { workloadOfResource } from './workload-kinds.ts'

/** The entity that a request is about; `object` is its object's name, wherever the event says it. */
export function objectEntity(objectRef: JsonObject | null, object: string | null): EntityRef | null {
  const namespace = name(get(objectRef, 'namespace'))
  const resource = said(get(objectRef, 'resource')) ?? ''
  const group = said(get(objectRef, 'apiGroup')) ?? ''
  const workload = workloadOfResource(resource, group)
  if (workload !== null) return entityRef('workload', namespace, workload, object)
  // `secrets` of some other API are no secrets of the cluster.
  if (group === '') return coreEntity(resource, namespace, object)
  if (group !== 'rbac.authorization.k8s.io') return null
  if (resource === 'roles' && namespace !== null) return roleRef(namespace, object)
  if (resource === 'clusterroles') return roleRef(null, object)
  if (resource === 'rolebindings' && namespace !== null) return bindingRef(namespace, object)
  return resource === 'clusterrolebindings' ? bindingRef(null, object) : null
}

function coreEntity(resource: string, namespace: string | null, object: string | null): EntityRef | null {
  if (resource === 'secrets') return entityRef('secret', namespace, object)
  if (resource === 'pods') return entityRef('pod', namespace, object)
  if (resource === 'nodes') return entityRef('node', object)
  return resource === 'namespaces' ? entityRef('namespace', object) : null
}
