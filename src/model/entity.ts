/** The kinds of entity in the graph, in the order in which surfaces list them. */
export const ENTITY_KINDS = [
  'cluster',
  'subject',
  'ip',
  'pod',
  'image',
  'workload',
  'node',
  'instance',
  'secret',
  'binding',
  'role',
  'session',
  'user',
  'service',
  'namespace',
  'account',
  'agent',
  'domain',
  'file',
  'bucket',
  'database',
  'function',
  'policy',
  'budget',
  'interface',
] as const
export type EntityKind = (typeof ENTITY_KINDS)[number]

/**
 * One entity by its natural key: subject `system:anonymous`, a group that rights are granted to `group:system:masters`;
 * namespace and node by name; ip in canonical text; pod and secret `namespace/name`; workload
 * `namespace/deployments/name`; secret of Secrets Manager by ARN; image as records write it; instance by its EC2 id; binding `namespace/name`, of the
 * whole cluster `-/name`; role by ARN or id, one of the cluster `namespace/Role/name` or `-/ClusterRole/name`;
 * session by ARN or id; user (of IAM, of an identity provider, or an account's root) by ARN or id; service of AWS by its domain
 * (`eks.amazonaws.com`); account by number; agent is a user agent as the caller wrote it; domain in lower case; file by its SHA-256 or
 * another hash, else by its path; bucket, database and function by name; policy (of a network) and budget (of
 * disruptions) `namespace/name`; interface by its EC2 id. In a search, `key` may hold `*` and `?`, or be a CIDR.
 */
export interface EntityRef {
  readonly kind: EntityKind
  readonly key: string
}

export function isEntityKind(text: string): text is EntityKind {
  return (ENTITY_KINDS as readonly string[]).includes(text)
}

/** `kind:key`, the form used on command lines, in JSON and in button values. */
export function formatEntity(entity: EntityRef): string {
  return `${entity.kind}:${entity.key}`
}

/** Splits `kind:key`; null when the part before the first colon is no kind (`system:anonymous`). */
export function parseEntity(text: string): EntityRef | null {
  const colon = text.indexOf(':')
  if (colon < 1) return null
  const kind = text.slice(0, colon)
  const key = text.slice(colon + 1)
  return isEntityKind(kind) && key !== '' ? { kind, key } : null
}

/**
 * A key as a record has it, written so that a search finds it alone: `*`, `?` and a backslash before one of them are
 * escaped with a backslash. Without that a subject named `*` would ask about everybody.
 */
export function exactKey(key: string): string {
  return key.replaceAll(/[*?]|\\(?=[*?\\])/g, (special) => `\\${special}`)
}

/** The key that an escaped one stands for. */
export function unescapeKey(key: string): string {
  return key.replaceAll(/\\([*?\\])/g, '$1')
}
