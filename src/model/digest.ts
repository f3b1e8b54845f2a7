import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { Canonical } from './plan.ts'

/** Domain of a plan's hash, so that nothing else that is hashed can pass for a plan. */
const DOMAIN = 'firebreak-plan-v1\0'

/**
 * The canonical form of a value (RFC 8785): the very bytes that are hashed and kept. Throws on what it cannot hold without loss: numbers that
 * are no safe integers, lone surrogates, NUL, and anything that is not plain data.
 */
export function canonicalText(value: Canonical): string {
  assertCanonical(value, '')
  const text = canonicalize(value)
  if (text === undefined) throw new Error('nothing to write in canonical form')
  return text
}

/** SHA-256 of a plan's canonical text, hex. */
export function digestOf(text: string): string {
  return createHash('sha256').update(DOMAIN).update(text).digest('hex')
}

function assertCanonical(value: unknown, path: string): void {
  const refuse = (what: string): never => {
    throw new Error(`${path === '' ? 'the value' : path} ${what}, which no canonical form holds`)
  }
  if (value === null || typeof value === 'boolean') return
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) refuse('is no safe integer')
    return
  }
  if (typeof value === 'string') {
    if (!value.isWellFormed() || value.includes('\0')) refuse('holds a lone surrogate or NUL')
    return
  }
  if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) assertCanonical(item, `${path}/${at}`)
    return
  }
  if (typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype)
    refuse('is no plain data')
  for (const [key, item] of Object.entries(value as object)) {
    assertCanonical(key, `${path}/${key}`)
    assertCanonical(item, `${path}/${key}`)
  }
}
