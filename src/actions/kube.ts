import type { KubeObject } from '../model/action.ts'
import type { Canonical } from '../model/plan.ts'

/** What stands at a place of an object; undefined where nothing does. */
export function at(
  object: Canonical | undefined,
  ...path: readonly (string | number)[]
): Canonical | undefined {
  let here: Canonical | undefined = object
  for (const key of path) {
    if (typeof here !== 'object' || here === null) return undefined
    here = (here as { readonly [key: string | number]: Canonical | undefined })[key]
  }
  return here
}

export function textAt(object: Canonical | undefined, ...path: readonly (string | number)[]): string | null {
  const found = at(object, ...path)
  return typeof found === 'string' ? found : null
}

export function numberAt(
  object: Canonical | undefined,
  ...path: readonly (string | number)[]
): number | null {
  const found = at(object, ...path)
  return typeof found === 'number' ? found : null
}

export function itemsAt(
  object: Canonical | undefined,
  ...path: readonly (string | number)[]
): readonly Canonical[] {
  const found = at(object, ...path)
  return Array.isArray(found) ? (found as readonly Canonical[]) : []
}

export function nameOf(object: KubeObject): string {
  return textAt(object, 'metadata', 'name') ?? ''
}

export function uidOf(object: KubeObject): string {
  return textAt(object, 'metadata', 'uid') ?? ''
}

/** The labels, or whatever map of texts stands there. */
export function textsAt(
  object: Canonical | undefined,
  ...path: readonly string[]
): ReadonlyMap<string, string> {
  const found = at(object, ...path)
  if (typeof found !== 'object' || found === null || Array.isArray(found)) return new Map()
  return new Map(
    Object.entries(found).flatMap(([key, value]) =>
      typeof value === 'string' ? [[key, value] as const] : [],
    ),
  )
}

export function labelsOf(object: KubeObject): ReadonlyMap<string, string> {
  return textsAt(object, 'metadata', 'labels')
}

/** The path of a namespaced object of the core group, or of a group with its version: `apps/v1`. */
export function pathOf(group: string, namespace: string, resource: string, name = ''): string {
  const root = group === '' ? '/api/v1' : `/apis/${group}`
  const tail = name === '' ? '' : `/${encodeURIComponent(name)}`
  return `${root}/namespaces/${encodeURIComponent(namespace)}/${resource}${tail}`
}

/** A key as one part of a JSON pointer. */
export function pointer(...parts: readonly string[]): string {
  return parts.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/**
 * True when a label selector (`matchLabels`, `matchExpressions`) selects the labels. An empty one selects everything; none at all selects
 * nothing, and one with an operator that Kubernetes does not have selects nothing either.
 */
export function selects(selector: Canonical | undefined, labels: ReadonlyMap<string, string>): boolean {
  if (typeof selector !== 'object' || selector === null) return false
  const wanted = [...textsAt(selector, 'matchLabels')]
  return (
    wanted.every(([key, value]) => labels.get(key) === value) &&
    itemsAt(selector, 'matchExpressions').every((expression) => holds(expression, labels))
  )
}

function holds(expression: Canonical, labels: ReadonlyMap<string, string>): boolean {
  const value = labels.get(textAt(expression, 'key') ?? '')
  const values = itemsAt(expression, 'values')
  switch (textAt(expression, 'operator') ?? '') {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    default:
      return false
  }
}
