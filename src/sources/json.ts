import type { Rejected, RejectedClass } from '../model/observation.ts'
import { type Micros, parseTime } from '../model/time.ts'
import { distinctName, storable } from './names.ts'

/** A JSON object as it came; nothing is known about its fields until somebody looks. */
export type JsonObject = { readonly [key: string]: unknown }

/** The longest free text of one field that is kept, in code points. */
export const FIELD_LENGTH = 1024

/** The longest list that is read from one record; what follows is left out. */
export const LIST_LENGTH = 100

/** True for `{…}`; arrays and null are none. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An own field; never something inherited, whatever the record calls its keys. */
export function get(object: JsonObject | null, key: string): unknown {
  return object !== null && Object.hasOwn(object, key) ? object[key] : undefined
}

/** The value when it is an object, else null. */
export function obj(value: unknown): JsonObject | null {
  return isObject(value) ? value : null
}

/** The value when it is an array, at most LIST_LENGTH long, else an empty one. */
export function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) return []
  return value.length > LIST_LENGTH ? value.slice(0, LIST_LENGTH) : (value as readonly unknown[])
}

/** A finite number, also when it is written as a string; else null. */
export function num(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'string' || !/^-?\d{1,15}(\.\d{1,15})?$/.test(value.trim())) return null
  return Number(value)
}

/** True for `true` and `"true"`: some exports write booleans as text. */
export function flag(value: unknown): boolean {
  return value === true || (typeof value === 'string' && value.trim().toLowerCase() === 'true')
}

/**
 * Free text that is safe to store: well-formed, without NUL, at most FIELD_LENGTH code points. Null when empty or no
 * text. For whatever tells one thing from another there is `name`.
 */
export function text(value: unknown): string | null {
  const written = said(value)
  if (written === null) return null
  const clean = storable(written)
  return clean.length <= FIELD_LENGTH ? clean : cut(clean)
}

/** A name or an id, safe to store and to index; two that differ stay different, however long they are. */
export function name(value: unknown): string | null {
  const written = said(value)
  return written === null ? null : distinctName(written)
}

/** The text itself, whole and as it came; null when empty or no text. */
export function said(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

function cut(long: string): string {
  let end = 0
  for (let points = 0; points < FIELD_LENGTH && end < long.length; points++) {
    end += (long.codePointAt(end) ?? 0) > 0xffff ? 2 : 1
  }
  return long.slice(0, end)
}

/** A point in time; null when absent, unreadable, or too far off to be counted exactly. */
export function time(value: unknown): Micros | null {
  if (typeof value !== 'string') return null
  const at = parseTime(value)
  return at !== null && Number.isSafeInteger(at) ? at : null
}

/** A record that cannot be used; `pointer` names the field, `reason` says in one sentence what is expected. */
export function reject(kind: RejectedClass, pointer: string, reason: string): Rejected {
  return { kind: 'rejected', class: kind, pointer, reason }
}

/** One more step of a JSON pointer. */
export function step(pointer: string, key: string | number): string {
  return `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** `a text`, `a list`, …: how a reason names what stood in the wrong place. */
export function typeName(value: unknown): string {
  if (value === undefined) return 'missing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'string') return 'a text'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
