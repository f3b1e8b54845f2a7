import type { RejectedClass } from '../../src/model/observation.ts'
import type { JsonObject } from '../../src/sources/json.ts'
import { auditEvent, finding } from '../helpers/seed-records.ts'
import { changed } from '../sources/fixture.ts'

/** Fields of an edge or a finding; a pattern stands for a text that was cut or cleaned. */
export type Fields = { readonly [field: string]: string | number | null | RegExp }

/** What must become of a record: rejected with class and pointer, or landed as an edge or a finding with these fields. */
export type Expected =
  | { readonly rejected: RejectedClass; readonly pointer: string }
  | { readonly edge: Fields }
  | { readonly finding: Fields }

/** A record by its number, which tells it apart, and what must become of it: of each record that the line holds. */
export interface Draft {
  readonly name: string
  readonly make: (n: number) => string | Buffer
  readonly expect: (n: number) => Expected | readonly Expected[]
}

export function draft(name: string, make: Draft['make'], expect: Draft['expect']): Draft {
  return { name, make, expect }
}

export function refused(kind: RejectedClass = 'malformed', pointer = ''): Draft['expect'] {
  return () => ({ rejected: kind, pointer })
}

/** A read of the secret shop/db by a subject and from an address that only this record has. */
export function readOf(n: number): JsonObject {
  const spec = { id: `poison-${n}`, user: `poison-${n}`, ip: ipOf(n), agent: `poison/${n}` }
  return auditEvent({ ...spec, verb: 'get', resource: 'secrets', name: 'db' }) as JsonObject
}

/** The edge that it lands as, with what is otherwise. */
export function readLands(fields: Fields = {}): Draft['expect'] {
  return (n) => ({
    edge: {
      subject: `poison-${n}`,
      ip: ipOf(n),
      as: null,
      verb: 'get',
      resource: 'secrets',
      namespace: 'shop',
      object: 'db',
      ...fields,
    },
  })
}

/** A finding whose id, subject and address only this record has. */
export function findingOf(n: number): JsonObject {
  return finding({ id: `poison-${n}`, subject: `poison-${n}`, ip: ipOf(n) }) as JsonObject
}

export function findingLands(fields: Fields = {}): Draft['expect'] {
  return (n) => ({ finding: { id: `poison-${n}`, severity: 5, count: 1, ...fields } })
}

/** The record with one field changed, as text; undefined takes the field out. */
export function spoiled(record: JsonObject, field: string, value: unknown): string {
  return JSON.stringify(changed(record, field, value))
}

/** The record with one more field, written as text so that it may say what JSON.stringify would not. */
export function withRaw(record: JsonObject, field: string): string {
  return `${JSON.stringify(record).slice(0, -1)},${field}}`
}

function ipOf(n: number): string {
  return `10.66.${n >> 8}.${n & 255}`
}
