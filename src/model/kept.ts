import type { RequestObservation } from './observation.ts'

const READS: ReadonlySet<string> = new Set(['get', 'list', 'watch'])

/** Whatever is done with these: what runs in a pod, and who can act as whom. */
const ALWAYS: ReadonlySet<string> = new Set([
  'pods/exec',
  'pods/attach',
  'pods/portforward',
  'serviceaccounts/token',
])

/** True for every verb that is not known to change nothing. */
export function isWrite(verb: string): boolean {
  return !READS.has(verb)
}

const RBAC = /\.rbac\.authorization\.k8s\.io(\/|$)/

/**
 * True for a request that is kept as a row of its own and not only counted: changes of RBAC, everything on secrets,
 * exec, attach, port-forward and tokens, and whatever was asked without a name.
 */
export function isKept({
  verb,
  resource,
  subject,
}: Pick<RequestObservation, 'verb' | 'resource' | 'subject'>): boolean {
  if (subject === null || subject === 'system:anonymous') return true
  if (resource === 'secrets' || resource.startsWith('secrets/') || ALWAYS.has(resource)) return true
  return RBAC.test(resource) && isWrite(verb)
}

/** True for a kept request whose URI says more than its edge: what was run in a pod, and any path that is no resource. */
export function isUriKept({ resource }: Pick<RequestObservation, 'resource'>): boolean {
  return resource.startsWith('pods/') || resource.startsWith('/')
}
