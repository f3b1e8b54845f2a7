import type { EntityRef } from '../model/entity.ts'
import { entityRef, type Facts } from './facts.ts'
import { get, type JsonObject, list, name, obj, said } from './json.ts'
import type { WrittenObject } from './object.ts'
import { accountRef } from './object-account.ts'

/** A RoleBinding, or with no namespace a ClusterRoleBinding. */
export function bindingRef(namespace: string | null, called: string | null): EntityRef | null {
  return entityRef('binding', namespace ?? '-', called)
}

/** A Role, or with no namespace a ClusterRole. */
export function roleRef(namespace: string | null, called: string | null): EntityRef | null {
  return namespace === null
    ? entityRef('role', '-', 'ClusterRole', called)
    : entityRef('role', namespace, 'Role', called)
}

/** Which role a binding grants, and to whom. */
export function bindingFacts(facts: Facts, { object, namespace, called }: WrittenObject): void {
  const binding = bindingRef(namespace, called)
  facts.trait(binding, 'uid', name(get(obj(get(object, 'metadata')), 'uid')))
  facts.link(binding, 'binds', boundRole(namespace, obj(get(object, 'roleRef'))))
  for (const subject of list(get(object, 'subjects')).map(obj)) {
    facts.link(binding, 'grants-to', granted(subject))
  }
}

/** What a role allows, one trait for each rule. */
export function roleFacts(facts: Facts, { object, namespace, called }: WrittenObject): void {
  const role = roleRef(namespace, called)
  facts.trait(role, 'uid', name(get(obj(get(object, 'metadata')), 'uid')))
  for (const rule of list(get(object, 'rules')).map(obj)) facts.trait(role, 'grants', ruleText(rule))
}

function boundRole(namespace: string | null, ref: JsonObject | null): EntityRef | null {
  const called = name(get(ref, 'name'))
  const kind = get(ref, 'kind')
  if (kind === 'ClusterRole') return roleRef(null, called)
  return kind === 'Role' && namespace !== null ? roleRef(namespace, called) : null
}

/** A group is no user of the same name, so its key says that it is one. */
function granted(subject: JsonObject | null): EntityRef | null {
  const called = said(get(subject, 'name'))
  if (called === null) return null
  const kind = get(subject, 'kind')
  if (kind === 'ServiceAccount') return accountRef(name(get(subject, 'namespace')), name(called))
  if (kind === 'Group') return entityRef('subject', name(`group:${called}`))
  return kind === 'User' ? entityRef('subject', name(called)) : null
}

const LONGEST_TARGET = 600
const LONGEST_VERBS = 200

/** `secrets,deployments.apps get,list`; a name stands behind its resource (`secrets/db`), a path for itself. */
function ruleText(rule: JsonObject | null): string | null {
  const verbs = words(get(rule, 'verbs'))
  // All paths are written `/*`, so that nobody takes them for everything in the core group.
  const paths = words(get(rule, 'nonResourceURLs')).map((path) => (path.startsWith('/') ? path : `/${path}`))
  const targets = [...resources(rule), ...paths]
  if (verbs.length === 0 || targets.length === 0) return null
  return name(`${joined(targets, LONGEST_TARGET)} ${joined(verbs, LONGEST_VERBS)}`)
}

/** Each resource in each group, with each name: no more of them than fill the text. */
function resources(rule: JsonObject | null): readonly string[] {
  const groups = list(get(rule, 'apiGroups')).filter((group) => typeof group === 'string')
  const whole = words(get(rule, 'resources')).flatMap((resource) =>
    groups.map((group) => (group === '' ? resource : `${resource}.${group.slice(0, LONGEST_TARGET)}`)),
  )
  const names = words(get(rule, 'resourceNames'))
  if (names.length === 0) return whole
  const named: string[] = []
  for (const resource of whole) {
    if (named.length > LONGEST_TARGET) break
    named.push(...names.map((called) => `${resource}/${called}`))
  }
  return named
}

/** Cut where a reader sees it, and at a whole word where there is one. */
function joined(parts: readonly string[], longest: number): string {
  const whole = parts.join(',')
  if (whole.length <= longest) return whole
  const end = whole.lastIndexOf(',', longest)
  return `${whole.slice(0, end < 1 ? longest : end)}…`
}

/** The words of a rule are resources, verbs and names; of a longer text the rest would be cut anyway. */
function words(value: unknown): readonly string[] {
  return list(value)
    .map(said)
    .filter((one) => one !== null)
    .map((one) => one.slice(0, LONGEST_TARGET))
}
