import type { Rejected } from '../model/observation.ts'
import { get, isObject, type JsonObject, reject, step, typeName } from './json.ts'

/** A field by its camelCase name, as EventBridge writes it, or with a capital first letter, as GetFindings does. */
export function field(object: JsonObject | null, ...names: readonly string[]): unknown {
  const key = object === null ? null : keyOf(object, ...names)
  return key === null ? undefined : get(object, key)
}

/** The key under which the field really stands; null when it stands under none of the names. */
export function keyOf(object: JsonObject, ...names: readonly string[]): string | null {
  for (const name of names) {
    if (Object.hasOwn(object, name)) return name
    const capital = capitalised(name)
    if (Object.hasOwn(object, capital)) return capital
  }
  return null
}

/** Pointer to a field of the finding, in the record's own spelling also when the field is missing. */
export function pointerTo(finding: JsonObject, base: string, name: string): string {
  const isCapital = ['Id', 'Type', 'AccountId', 'Severity', 'Service'].some((key) =>
    Object.hasOwn(finding, key),
  )
  return step(base, keyOf(finding, name) ?? (isCapital ? capitalised(name) : name))
}

/** An object that may be absent or null; anything else in its place is refused. */
export function optionalObject(
  finding: JsonObject,
  base: string,
  name: string,
): { readonly object: JsonObject | null } | Rejected {
  const value = field(finding, name)
  if (value === undefined || value === null) return { object: null }
  if (isObject(value)) return { object: value }
  const reason = `The field ${name} is ${typeName(value)}; it must be an object.`
  return reject('malformed', pointerTo(finding, base, name), reason)
}

/** At most `most` fields of an object, by name: the order in which a record writes them means nothing. */
export function fieldsOf(object: JsonObject | null, most: number): readonly (readonly [string, unknown])[] {
  return Object.entries(object ?? {})
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, most)
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
