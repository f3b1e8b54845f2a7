import { isWrite } from '../model/kept.ts'
import type { Facts } from './facts.ts'
import { get, type JsonObject, obj, said } from './json.ts'
import type { WrittenObject } from './object.ts'
import { accountFacts } from './object-account.ts'
import { nodeFacts } from './object-node.ts'
import { podBindingFacts, podFacts } from './object-pod.ts'
import { bindingFacts, roleFacts } from './object-rbac.ts'
import { workloadFacts } from './object-workload.ts'
import { WORKLOAD_RESOURCES } from './workload-kinds.ts'

interface Family {
  /** What the object itself must say that it is. */
  readonly kind: string
  readonly read: (facts: Facts, written: WrittenObject) => void
}

const RBAC = 'rbac.authorization.k8s.io'

/** By resource, as the graph names requests. */
const FAMILIES: ReadonlyMap<string, Family> = new Map<string, Family>([
  ...['pods', 'pods/status', 'pods/ephemeralcontainers', 'pods/resize'].map((resource): [string, Family] => [
    resource,
    { kind: 'Pod', read: podFacts },
  ]),
  ['pods/binding', { kind: 'Binding', read: podBindingFacts }],
  ['nodes', { kind: 'Node', read: nodeFacts }],
  ['nodes/status', { kind: 'Node', read: nodeFacts }],
  ['serviceaccounts', { kind: 'ServiceAccount', read: accountFacts }],
  [`roles.${RBAC}`, { kind: 'Role', read: roleFacts }],
  [`clusterroles.${RBAC}`, { kind: 'ClusterRole', read: roleFacts }],
  [`rolebindings.${RBAC}`, { kind: 'RoleBinding', read: bindingFacts }],
  [`clusterrolebindings.${RBAC}`, { kind: 'ClusterRoleBinding', read: bindingFacts }],
  // Not their status: it changes all the time and says again what the workload said when it was written.
  ...WORKLOAD_RESOURCES.map(({ resource, kind, called }): [string, Family] => [
    resource,
    { kind, read: (facts, written) => workloadFacts(facts, called, written) },
  ]),
])

/** What a write is made to (`resource` or `resource/subresource`, whatever its API group) when its bodies are read. */
export const READ_BODIES: ReadonlySet<string> = new Set(
  [...FAMILIES.keys()].map((resource) => resource.replace(/^([^./]+)\.[^/]+/, '$1')),
)

/** What the object of a request is read from. */
export interface Written extends Omit<WrittenObject, 'object'> {
  readonly event: JsonObject
  readonly verb: string
  readonly resource: string
  readonly code: number | null
}

/**
 * Adds what the object says that a request wrote. A request that failed, whose end is unknown, or that was a dry run
 * wrote nothing.
 */
export function objectFacts(facts: Facts, { event, verb, resource, code, ...about }: Written): void {
  const family = FAMILIES.get(resource)
  if (family === undefined || !isWrite(verb) || code === null || code >= 400 || isDryRun(event)) return
  const object = storedObject(event, verb, family.kind)
  if (object !== null) family.read(facts, { object, ...about })
}

/** The answer, which is what was stored; else what was sent, of which a patch has only a part and no kind. */
function storedObject(event: JsonObject, verb: string, kind: string): JsonObject | null {
  const answer = obj(get(event, 'responseObject'))
  if (get(answer, 'kind') === kind) return answer
  // What is sent with a delete says how to delete.
  if (verb === 'delete' || verb === 'deletecollection') return null
  const sent = obj(get(event, 'requestObject'))
  const ofSent = get(sent, 'kind')
  return ofSent === undefined || ofSent === kind ? sent : null
}

function isDryRun(event: JsonObject): boolean {
  const uri = said(get(event, 'requestURI')) ?? ''
  const query = uri.indexOf('?')
  return query >= 0 && new URLSearchParams(uri.slice(query + 1)).has('dryRun')
}
