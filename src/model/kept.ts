import type { RequestObservation } from './observation.ts'

/** What a request to a cluster's API is kept for: the same for every request of an edge. */
export interface KeptFor {
  readonly verb: string
  readonly resource: string
  /** The key of the caller; null when nobody was authenticated. */
  readonly subject: string | null
}

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
export function isKept({ verb, resource, subject }: KeptFor): boolean {
  if (subject === null || subject === 'system:anonymous') return true
  if (resource === 'secrets' || resource.startsWith('secrets/') || ALWAYS.has(resource)) return true
  return RBAC.test(resource) && isWrite(verb)
}

/** Services of AWS whose changes give and take rights, machines and secrets. */
const CHANGES_KEPT: ReadonlySet<string> = new Set(
  ['eks', 'eks-auth', 'iam', 'sts', 'ec2', 'secretsmanager', 'kms'].map(
    (service) => `${service}.amazonaws.com`,
  ),
)

/**
 * True for a call to AWS that is kept as a row of its own whoever made it: what changes something in those services, every
 * secret read, every new session, and every call that was refused.
 */
export function isCallKept({
  source,
  verb,
  resource,
  isReadOnly,
  outcome,
}: Pick<RequestObservation, 'source' | 'verb' | 'resource' | 'isReadOnly' | 'outcome'>): boolean {
  if (source !== 'cloudtrail') return false
  if (outcome === 'forbidden' || outcome === 'unauthorized') return true
  // CloudTrail calls AssumeRole read-only.
  if (verb === 'GetSecretValue' || verb === 'BatchGetSecretValue' || verb.startsWith('AssumeRole'))
    return true
  return CHANGES_KEPT.has(resource) && !isReadOnly
}

/** True for a kept request whose URI says more than its edge: what was run in a pod, and any path that is no resource. */
export function isUriKept({ resource }: Pick<RequestObservation, 'resource'>): boolean {
  return resource.startsWith('pods/') || resource.startsWith('/')
}
