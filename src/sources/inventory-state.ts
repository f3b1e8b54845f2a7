import { isObject, LIST_LENGTH, name, text } from './json.ts'

/** The most bytes of JSON that the state of one thing takes. */
export const LARGEST_STATE = 8 * 1024
/** No field takes more of it than this, so that a long one leaves room for the others. */
const LARGEST_FIELD = LARGEST_STATE / 2
const DEEPEST = 8

type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json }

/** Fields of a thing as its record has them, the most telling first. */
export interface Fields {
  readonly [field: string]: unknown
}

/**
 * The fields as JSON, safe to store: well-formed texts of bounded length, nothing too deep. Of a field that is too long its
 * beginning stays, and `cut` names it; what is absent is left out.
 */
export function stateText(fields: Fields): string {
  const state: { [field: string]: Json } = {}
  const cut: string[] = []
  let room = LARGEST_STATE - Buffer.byteLength(JSON.stringify({ cut: Object.keys(fields) }))
  for (const [field, value] of Object.entries(fields)) {
    const whole = kept(value, 0)
    if (whole === undefined) continue
    const around = Buffer.byteLength(JSON.stringify(field)) + 2
    const own = beginning(whole, Math.min(room - around, LARGEST_FIELD))
    if (own !== whole) cut.push(field)
    if (own === undefined) continue
    state[field] = own
    room -= around + sizeOf(own)
  }
  return JSON.stringify(cut.length === 0 ? state : { ...state, cut })
}

/** Undefined for what is no JSON, or goes too deep. An empty object says something: a selector that is one selects everything. */
function kept(value: unknown, depth: number): Json | undefined {
  // An empty text stays one: the value of a label may be.
  if (typeof value === 'string') return text(value) ?? ''
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (depth >= DEEPEST) return undefined
  if (Array.isArray(value))
    return value
      .slice(0, LIST_LENGTH)
      .map((one) => kept(one, depth + 1))
      .filter((one) => one !== undefined)
  if (!isObject(value)) return undefined
  const entries: [string, Json][] = []
  for (const [key, inner] of Object.entries(value).slice(0, LIST_LENGTH)) {
    const own = kept(inner, depth + 1)
    if (own !== undefined) entries.push([name(key) ?? '', own])
  }
  return Object.fromEntries(entries)
}

/** As much of a value as fits into so many bytes: the first of its elements or keys; undefined where none does. */
function beginning(value: Json, room: number): Json | undefined {
  if (sizeOf(value) <= room) return value
  if (typeof value !== 'object') return undefined
  const isList = Array.isArray(value)
  const parts = Object.entries(value)
  let left = room - 2
  const fitting = parts.slice(
    0,
    parts.findIndex(([key, one]) => {
      left -= sizeOf(one) + 1 + (isList ? 0 : sizeOf(key) + 1)
      return left < 0
    }),
  )
  if (fitting.length === 0) return undefined
  return isList ? fitting.map(([, one]) => one) : Object.fromEntries(fitting)
}

function sizeOf(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value))
}
