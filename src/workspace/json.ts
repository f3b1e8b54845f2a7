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

/** The value as a string; `otherwise` when it is none. */
export function asText(value: unknown, otherwise = ''): string {
  return typeof value === 'string' ? value : otherwise
}

/** The parsed text; undefined when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** JSON that PostgreSQL can keep: without NUL, which it refuses, and with lone halves of a character replaced. */
export function toStored(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'string' ? part.replaceAll('\0', '').toWellFormed() : part,
  )
}
