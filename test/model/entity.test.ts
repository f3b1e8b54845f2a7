import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ENTITY_KINDS, formatEntity, isEntityKind, parseEntity } from '../../src/model/entity.ts'

test('kind and key are read back, whatever stands in the key', () => {
  fc.assert(
    fc.property(fc.constantFrom(...ENTITY_KINDS), fc.string({ minLength: 1 }), (kind, key) => {
      expect(parseEntity(formatEntity({ kind, key }))).toEqual({ kind, key })
    }),
  )
})

test.each([
  'system:anonymous',
  'alice',
  '',
  ':x',
  'ip:',
  'IP:1.2.3.4',
  'toString:x',
  '2001:db8::7',
  'ip :1.2.3.4',
])('%j names no kind', (text) => {
  expect(parseEntity(text)).toBeNull()
})

test('inherited names are no kinds', () => {
  expect(['constructor', '__proto__', 'length'].map(isEntityKind)).toEqual([false, false, false])
})
