import { readFileSync } from 'node:fs'
import type { JsonObject } from '../../src/sources/json.ts'

/** A fixture by its path under test/fixtures. */
export function fixture(path: string): JsonObject {
  return JSON.parse(readFileSync(new URL(`../fixtures/${path}`, import.meta.url), 'utf8')) as JsonObject
}

/** A copy with one field set, or taken out when the value is undefined; `path` is dotted. */
export function changed(record: JsonObject, path: string, value: unknown): JsonObject {
  const [key = '', ...rest] = path.split('.')
  const inner = rest.length === 0 ? value : changed((record[key] ?? {}) as JsonObject, rest.join('.'), value)
  const copy: { [key: string]: unknown } = { ...record }
  if (inner === undefined) delete copy[key]
  else copy[key] = inner
  return copy
}
