import type { EntityRef } from '../model/entity.ts'
import { Entities } from './entities.ts'
import { get, type JsonObject, list, name, obj, said } from './json.ts'

/** What the entities of a request are read from. `object` is its object's name, wherever the event says it. */
export interface AuditSubjects {
  readonly objectRef: JsonObject | null
  readonly object: string | null
  readonly user: JsonObject | null
}

/** The entities that a request names apart from subject and ip: its object, and what lies behind its user. */
export function auditEntities({ objectRef, object, user }: AuditSubjects): readonly EntityRef[] {
  const entities = new Entities()
  const namespace = name(get(objectRef, 'namespace'))
  // Only the core group: `secrets` of some other API are no secrets of the cluster.
  const resource = said(get(objectRef, 'apiGroup')) === null ? said(get(objectRef, 'resource')) : null
  if (resource === 'secrets') entities.add('secret', namespace, object)
  if (resource === 'pods') entities.add('pod', namespace, object)
  if (resource === 'nodes') entities.add('node', object)
  const extra = obj(get(user, 'extra'))
  entities.add('role', name(first(extra, 'canonicalArn')))
  entities.add('session', name(sessionArn(first(extra, 'arn'))))
  entities.add('pod', name(accountNamespace(said(get(user, 'username')))), name(boundPod(extra)))
  return entities.all()
}

/** As it came: what it says is looked for before it is cut to a name. */
function first(extra: JsonObject | null, key: string): string | null {
  const value = get(extra, key)
  return said(Array.isArray(value) ? list(value)[0] : value)
}

/** `arn` is a session only for an assumed role; for an IAM user it repeats `canonicalArn`. */
function sessionArn(arn: string | null): string | null {
  return arn !== null && arn.includes(':assumed-role/') ? arn : null
}

/** Some pipelines may not keep `/` and `.` in a key, and spell them out. */
function boundPod(extra: JsonObject | null): string | null {
  return (
    first(extra, 'authentication.kubernetes.io/pod-name') ??
    first(extra, 'authentication_kubernetes_io_slash_pod-name')
  )
}

function accountNamespace(subject: string | null): string | null {
  return /^system:serviceaccounts?:([^:]+):/.exec(subject ?? '')?.[1] ?? null
}
