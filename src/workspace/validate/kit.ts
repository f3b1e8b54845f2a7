import { asFields, type Fields, own } from '../json.ts'
import { type Findings, refuse } from './findings.ts'

/** Reads one value at a JSON pointer and notes what Slack would refuse. */
export type Check = (value: unknown, at: string, findings: Findings) => void

/** Reads an object whose fields were checked each for itself: what concerns several of them. */
export type Then = (value: Fields, at: string, findings: Findings) => void

/** A field that may be left out. */
export interface Optional {
  readonly optional: Check
}

/** The fields of an object, each with its check. */
export type Spec = { readonly [name: string]: Check | Optional }

export function optional(check: Check): Optional {
  return { optional: check }
}

/** Characters as Slack counts them: code points. */
export function points(text: string): number {
  return Array.from(text).length
}

function wrongType(findings: Findings, at: string, expected: string): void {
  const article = /^[aio]/.test(expected) ? 'an' : 'a'
  refuse(findings, at, `must be ${article} ${expected}`, { constraint: { type: 'type', expected } })
}

/**
 * The most that there may be. Of two figures Slack has named both: what the lower one takes, both take, and a workspace
 * can be set to the higher one.
 */
export type Most = number | { readonly lower: number; readonly higher: number }

function mostIn(findings: Findings, most: Most): number {
  if (typeof most === 'number') return most
  return findings.higherLimits ? most.higher : most.lower
}

/** A string of `min` to `most` code points. */
export function str(min: number, most: Most): Check {
  return (value, at, findings) => {
    const max = mostIn(findings, most)
    if (typeof value !== 'string') return wrongType(findings, at, 'string')
    const got = points(value)
    if (got < min) {
      const constraint = { type: 'min_length', expected: min, got }
      refuse(findings, at, `must be more than ${min - 1} characters`, { constraint })
    }
    if (got > max) tooLong(findings, at, max, got)
  }
}

/** Notes that there are more code points than `max`. */
export function tooLong(findings: Findings, at: string, max: number, got: number): void {
  const constraint = { type: 'max_length', expected: max, got }
  refuse(findings, at, `must be less than ${max + 1} characters`, { constraint })
}

/** A string that people read: it counts towards the message's budget. */
export function shown(min: number, max: number): Check {
  const check = str(min, max)
  return (value, at, findings) => {
    if (typeof value === 'string') findings.textLength += points(value)
    check(value, at, findings)
  }
}

/** A string of a pattern, named in Slack's answer by `words`. */
export function pattern(shape: RegExp, words: string): Check {
  return (value, at, findings) => {
    if (typeof value !== 'string' || !shape.test(value)) refuse(findings, at, words)
  }
}

/** One of the listed values. */
export function oneOf(...values: readonly (string | number)[]): Check {
  return (value, at, findings) => {
    if ((values as readonly unknown[]).includes(value)) return
    const constraint = { type: 'enum', expected: values, got: brief(value) }
    refuse(findings, at, 'must be a valid enum value', { constraint })
  }
}

export const bool: Check = (value, at, findings) => {
  if (typeof value !== 'boolean') wrongType(findings, at, 'boolean')
}

/** A whole number between both ends. */
export function int(min: number, max: number): Check {
  return (value, at, findings) => {
    if (!Number.isSafeInteger(value)) return wrongType(findings, at, 'integer')
    if (Number(value) < min) {
      const constraint = { type: 'minimum', expected: min, got: value }
      refuse(findings, at, `must be greater than or equal to ${min}`, { constraint })
    }
    if (Number(value) > max) {
      const constraint = { type: 'maximum', expected: max, got: value }
      refuse(findings, at, `must be less than or equal to ${max}`, { constraint })
    }
  }
}

export const num: Check = (value, at, findings) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) wrongType(findings, at, 'number')
}

/** A web address. */
export const url: Check = (value, at, findings) => {
  str(1, 3_000)(value, at, findings)
  if (typeof value === 'string' && value !== '' && !/^(https?|mailto|slack):/i.test(value))
    refuse(findings, at, 'must be a valid URL')
}

/** A list of `min` to `most` items, each read by `item`. */
export function list(min: number, most: Most, item: Check): Check {
  return (value, at, findings) => {
    const max = mostIn(findings, most)
    if (!Array.isArray(value)) return wrongType(findings, at, 'array')
    const got = value.length
    if (got < min) {
      const constraint = { type: 'min_items', expected: min, got }
      refuse(findings, at, `no fewer than ${min} items allowed`, { constraint })
    }
    if (got > max) {
      const constraint = { type: 'max_items', expected: max, got }
      refuse(findings, at, `no more than ${max} items allowed`, { constraint })
    }
    value.forEach((entry: unknown, index) => item(entry, `${at}/${index}`, findings))
  }
}

/** An object with exactly these fields; `then` adds what concerns several of them. */
export function object(fields: Spec, then?: Then): Check {
  return (value, at, findings) => {
    const given = asFields(value)
    if (given === null) return wrongType(findings, at, 'object')
    for (const [name, check] of Object.entries(fields)) {
      const there = given[name] !== undefined && given[name] !== null
      if (there)
        (typeof check === 'function' ? check : check.optional)(given[name], `${at}/${name}`, findings)
      else if (typeof check === 'function') missing(findings, at, name)
    }
    for (const name of Object.keys(given)) {
      if (!Object.hasOwn(fields, name))
        refuse(findings, at, `invalid additional property: ${name}`, { field: name })
    }
    then?.(given, at, findings)
  }
}

/** Notes a field that has to be there. */
export function missing(findings: Findings, at: string, field: string): void {
  refuse(findings, at, `missing required field: ${field}`, { code: 'missing_field', field })
}

/** An object whose `type` chooses the check; any other type is unsupported here. */
export function byType(checks: { readonly [type: string]: Check }): Check {
  return (value, at, findings) => {
    const given = asFields(value)
    if (given === null) return wrongType(findings, at, 'object')
    const { type } = given
    if (typeof type !== 'string') return missing(findings, at, 'type')
    const check = own(checks, type)
    if (check !== undefined) return check(value, at, findings)
    const constraint = { type: 'enum', expected: Object.keys(checks), got: brief(type) }
    refuse(findings, `${at}/type`, `unsupported type: ${brief(type)}`, { constraint })
  }
}

// What was given is repeated in an answer; a long text would drown it.
function brief(value: unknown): string {
  return (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).slice(0, 60)
}

/** Some of the checks of a table, by type. */
export function only<T extends { readonly [type: string]: Check }>(
  checks: T,
  ...types: readonly (keyof T & string)[]
): { readonly [type: string]: Check } {
  return Object.fromEntries(types.map((type) => [type, checks[type] as Check]))
}
