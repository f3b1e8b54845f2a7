import { hash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { Rejected } from '../model/observation.ts'
import { type JsonObject, reject, step } from './json.ts'

/** How deep a record may nest; the record itself is the first level. */
export const DEEPEST = 64

/**
 * SHA-256 (hex) of the record's canonical JSON (RFC 8785), or the reason why it has none: too deep, or a number
 * that JSON cannot say (`1e400`).
 */
export function digest(record: object): string | Rejected {
  const found = inspected(record)
  if (found.problem !== null) return found.problem
  const canonical = canonicalize(found.illFormed ? wellFormed(record) : record)
  return hash('sha256', canonical ?? '', 'hex')
}

/** Why the record has no digest; null when it has one. */
export function undigestible(record: JsonObject): Rejected | null {
  return inspected(record).problem
}

interface Findings {
  problem: Rejected | null
  illFormed: boolean
}

function inspected(record: object): Findings {
  const found: Findings = { problem: null, illFormed: false }
  inspect(record, 1, [], found)
  return found
}

function inspect(value: unknown, depth: number, path: (string | number)[], found: Findings): void {
  if (found.problem !== null) return
  if (typeof value === 'string') {
    if (!value.isWellFormed()) found.illFormed = true
  } else if (typeof value === 'number') {
    if (!Number.isFinite(value)) {
      found.problem = reject(
        'malformed',
        pointerTo(path),
        'A number is too large for JSON; write a finite one.',
      )
    }
  } else if (typeof value === 'object' && value !== null) {
    if (depth > DEEPEST) {
      const reason = `The record nests deeper than ${DEEPEST} levels; flatten it.`
      found.problem = reject('malformed', pointerTo(path), reason)
    } else if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) descend(value[i], i, depth, path, found)
    } else {
      for (const key in value) {
        if (!key.isWellFormed()) found.illFormed = true
        descend((value as JsonObject)[key], key, depth, path, found)
      }
    }
  }
}

function descend(
  value: unknown,
  key: string | number,
  depth: number,
  path: (string | number)[],
  found: Findings,
): void {
  path.push(key)
  inspect(value, depth + 1, path, found)
  path.pop()
}

/** Eight steps are enough to find the place, and keep an attacker's key names out of a long pointer. */
function pointerTo(path: readonly (string | number)[]): string {
  return path.slice(0, 8).reduce<string>((pointer, key) => step(pointer, String(key).slice(0, 64)), '')
}

/** A copy in which lone surrogates are U+FFFD: canonical JSON has no way to write them. */
function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed()
  if (Array.isArray(value)) return value.map(wellFormed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key.toWellFormed(), wellFormed(inner)]),
  )
}
