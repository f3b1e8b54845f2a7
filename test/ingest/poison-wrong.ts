import type { JsonObject } from '../../src/sources/json.ts'
import { type Draft, draft, type Fields, refused, spoiled } from './poison-records.ts'

/** A value in the wrong place, by what it is called; `nothing` takes the field out. */
const WRONG = {
  nothing: undefined,
  null: null,
  true: true,
  number: 7,
  text: 'text',
  'empty text': '',
  list: [],
  object: {},
} as const

/** The wrong values with which a record lands all the same, and what it then says. */
export type Landing = { readonly [W in keyof typeof WRONG]?: Fields }

/** Each wrong value lands, with the same fields. */
export function whatever(fields: Fields = {}): Landing {
  return Object.fromEntries(Object.keys(WRONG).map((what) => [what, fields]))
}

/**
 * For records of one kind: makes a field hold each wrong value in turn. Those named in `landing` land, the others are
 * refused, for that field where nothing else is said.
 */
export function wrongIn(
  kind: string,
  recordOf: (n: number) => JsonObject,
  lands: (fields: Fields) => Draft['expect'],
): (field: string, landing: Landing, refusal?: Draft['expect']) => readonly Draft[] {
  return (field, landing, refusal = refused('malformed', `/${field.replaceAll('.', '/')}`)) =>
    Object.entries(WRONG).map(([what, value]) => {
      const fields = landing[what as keyof Landing]
      return draft(
        `${field} of ${kind} is ${what}`,
        (n) => spoiled(recordOf(n), field, value),
        fields === undefined ? refusal : lands(fields),
      )
    })
}
