import fc from 'fast-check'
import { expect, test } from 'vitest'
import { incoming } from '../helpers/seed.ts'
import { auditEvent } from '../helpers/seed-records.ts'

function withUser(user: string) {
  const { parsed } = incoming(auditEvent({ user, resource: 'secrets', name: user }))
  if (parsed.kind !== 'request') throw new Error('no request')
  return parsed
}

test('names that an index can hold stay as they are', () => {
  for (const name of ['alice', 'a'.repeat(1_000), '\u00E9'.repeat(500)]) {
    const observation = withUser(name)
    expect(observation.caller?.key).toBe(name)
  }
})

test('longer names are cut to well-formed text, begin alike, and stay apart', () => {
  const long = fc
    .string({ unit: 'binary', minLength: 600, maxLength: 3_000 })
    .filter((name) => !name.includes('\0'))
  fc.assert(
    fc.property(long, (name) => {
      const { caller, object, entities } = withUser(name)
      const other = withUser(`${name.slice(0, -2)}#`)
      for (const key of [caller?.key ?? '', object ?? '', ...entities.map((entity) => entity.key)]) {
        expect(Buffer.byteLength(key)).toBeLessThanOrEqual(1_000)
        expect(key.isWellFormed()).toBe(true)
      }
      expect(name.toWellFormed().startsWith((caller?.key ?? '').split('…')[0] ?? 'x')).toBe(true)
      expect(other.caller?.key).not.toBe(caller?.key)
    }),
  )
})

test('keys made of two long names can be indexed and stay apart', () => {
  const keyOf = (namespace: string, name: string): string => {
    const { parsed } = incoming(auditEvent({ user: 'alice', resource: 'secrets', namespace, name }))
    if (parsed.kind !== 'request') throw new Error('no request')
    return parsed.entities.find((entity) => entity.kind === 'secret')?.key ?? ''
  }
  const long = 'L'.repeat(2_000)
  const keys = [keyOf(`${long}1`, `${long}1`), keyOf(`${long}1`, `${long}2`), keyOf(`${long}2`, `${long}1`)]
  expect(new Set(keys).size).toBe(3)
  for (const key of keys) expect(Buffer.byteLength(key)).toBeLessThanOrEqual(1_000)
})
