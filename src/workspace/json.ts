/** An object read from JSON: every field is unknown until a check has spoken. */
export type Fields = { readonly [name: string]: unknown }

/** The value as an object; null when it is none. */
export function asFields(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null
}

/** The value as a list; empty when it is none. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : []
}

/** The objects of a list; empty when it is none. */
export function asFieldsList(value: unknown): readonly Fields[] {
  return asList(value).flatMap((entry): readonly Fields[] => {
    const fields = asFields(entry)
    return fields === null ? [] : [fields]
  })
}

/** A field of the object's own: names come from outside, and one like `constructor` is a name as any other. */
export function own<T>(fields: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined
}

/** The value as a string; `otherwise` when it is none. */
export function asText(value: unknown, otherwise = ''): string {
  return typeof value === 'string' ? value : otherwise
}

/** Deeper than anything that somebody means, and little enough for those who walk a value by recursion. */
const DEEPEST = 200

/** The parsed text; undefined when it is not JSON, or nested more than 200 levels deep. */
export function parseJson(text: string): unknown {
  try {
    const value = JSON.parse(text) as unknown
    return isTooDeep(value) ? undefined : value
  } catch {
    return undefined
  }
}

// Level by level: recursion is what a deep value is sent to break.
function isTooDeep(value: unknown): boolean {
  let level = holders([value])
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth >= DEEPEST) return true
    level = level.flatMap((holder) => holders(Object.values(holder)))
  }
  return false
}

function holders(values: readonly unknown[]): readonly object[] {
  return values.filter((value) => typeof value === 'object' && value !== null)
}

/** JSON that PostgreSQL can keep: without NUL, which it refuses, and with lone halves of a character replaced. */
export function toStored(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'string' ? part.replaceAll('\0', '').toWellFormed() : part,
  )
}
