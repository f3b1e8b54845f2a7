import { asFields, type Fields } from '../json.ts'

/**
 * What was found while reading the blocks of one message. Written by imitation of Slack and without our builder's own
 * numbers, so that the two can disagree.
 */
export interface Findings {
  /** In Slack's words, each with its pointer: `must be less than 151 characters [json-pointer:/blocks/0/text/text]`. */
  readonly problems: string[]
  /** Code points of text in all blocks that share the message's budget. */
  textLength: number
  /** The same for markdown blocks, which have a budget of their own. */
  markdownLength: number
  readonly blockIds: Set<string>
  tables: number
}

/** Reads one value at a JSON pointer and notes what Slack would refuse. */
export type Check = (value: unknown, at: string, findings: Findings) => void

/** A field that may be left out. */
export interface Optional {
  readonly optional: Check
}

export function optional(check: Check): Optional {
  return { optional: check }
}

/** Notes a problem at a pointer. */
export function refuse(findings: Findings, at: string, words: string): void {
  findings.problems.push(`${words} [json-pointer:${at}]`)
}

/** Characters as Slack counts them: code points. */
export function points(text: string): number {
  return Array.from(text).length
}

/** A string of `min` to `max` code points. */
export function str(min: number, max: number): Check {
  return (value, at, findings) => {
    if (typeof value !== 'string') return refuse(findings, at, 'must be a string')
    const length = points(value)
    if (length < min) refuse(findings, at, `must be more than ${min - 1} characters`)
    if (length > max) refuse(findings, at, `must be less than ${max + 1} characters`)
  }
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
    if (!(values as readonly unknown[]).includes(value)) refuse(findings, at, 'must be a valid enum value')
  }
}

export const bool: Check = (value, at, findings) => {
  if (typeof value !== 'boolean') refuse(findings, at, 'must be a boolean')
}

/** A whole number between both ends. */
export function int(min: number, max: number): Check {
  return (value, at, findings) => {
    if (!Number.isSafeInteger(value)) return refuse(findings, at, 'must be an integer')
    if (Number(value) < min) refuse(findings, at, `must be greater than or equal to ${min}`)
    if (Number(value) > max) refuse(findings, at, `must be less than or equal to ${max}`)
  }
}

export const num: Check = (value, at, findings) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) refuse(findings, at, 'must be a number')
}

/** A web address. */
export const url: Check = (value, at, findings) => {
  str(1, 3_000)(value, at, findings)
  if (typeof value === 'string' && value !== '' && !/^(https?|mailto|slack):/i.test(value))
    refuse(findings, at, 'must be a valid URL')
}

/** A list of `min` to `max` items, each read by `item`. */
export function list(min: number, max: number, item: Check): Check {
  return (value, at, findings) => {
    if (!Array.isArray(value)) return refuse(findings, at, 'must be an array')
    if (value.length < min) refuse(findings, at, `no fewer than ${min} items allowed`)
    if (value.length > max) refuse(findings, at, `no more than ${max} items allowed`)
    value.forEach((entry: unknown, index) => item(entry, `${at}/${index}`, findings))
  }
}

/** An object with exactly these fields; `then` adds what concerns several of them. */
export function object(
  fields: { readonly [name: string]: Check | Optional },
  then?: (value: Fields, at: string, findings: Findings) => void,
): Check {
  return (value, at, findings) => {
    const given = asFields(value)
    if (given === null) return refuse(findings, at, 'must be an object')
    for (const [name, check] of Object.entries(fields)) {
      const there = given[name] !== undefined && given[name] !== null
      if (there)
        (typeof check === 'function' ? check : check.optional)(given[name], `${at}/${name}`, findings)
      else if (typeof check === 'function') refuse(findings, at, `missing required field: ${name}`)
    }
    for (const name of Object.keys(given)) {
      if (!(name in fields)) refuse(findings, at, `invalid additional property: ${name}`)
    }
    then?.(given, at, findings)
  }
}

/** An object whose `type` chooses the check; any other type is unsupported here. */
export function byType(checks: { readonly [type: string]: Check }): Check {
  return (value, at, findings) => {
    const given = asFields(value)
    if (given === null) return refuse(findings, at, 'must be an object')
    const { type } = given
    if (typeof type !== 'string') return refuse(findings, at, 'missing required field: type')
    const check = Object.hasOwn(checks, type) ? checks[type] : undefined
    if (check === undefined) return refuse(findings, `${at}/type`, `unsupported type: ${type.slice(0, 60)}`)
    check(value, at, findings)
  }
}

/** Some of the checks of a table, by type. */
export function only<T extends { readonly [type: string]: Check }>(
  checks: T,
  ...types: readonly (keyof T & string)[]
): { readonly [type: string]: Check } {
  return Object.fromEntries(types.map((type) => [type, checks[type] as Check]))
}
