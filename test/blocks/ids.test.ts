import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  actionPattern,
  askAction,
  blockId,
  decodeQuestion,
  encodeQuestion,
  parseAskAction,
  parseBlockId,
  type QuestionValue,
} from '../../blocks/ids.ts'
import { LOOKUP_NAMES } from '../../src/model/answer.ts'
import { ENTITY_KINDS } from '../../src/model/entity.ts'

const whole = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const question: fc.Arbitrary<QuestionValue> = fc.record({
  lookup: fc.constantFrom(...LOOKUP_NAMES),
  entity: fc.record({
    kind: fc.constantFrom(...ENTITY_KINDS),
    key: fc.string({ unit: 'binary', minLength: 1, maxLength: 250 }),
  }),
  incident: fc.option(fc.integer({ min: 1 })),
  scope: fc.option(fc.constantFrom('123456789012/eu-west-1/prod-payments', '-/-/-')),
  window: fc.option(fc.tuple(whole, whole).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }))),
})

const good = {
  lookup: 'secrets',
  entity: { kind: 'subject', key: '<!channel>' },
  incident: 41,
  scope: '-/-/-',
  window: { from: 1, to: 2 },
} as const

test('a question comes back from its button as it went in', () => {
  fc.assert(
    fc.property(question, (asked) => {
      const value = encodeQuestion(asked)
      if (value === null) return
      expect(value.length).toBeLessThanOrEqual(2_000)
      expect(value).not.toMatch(/[<>&\p{Cc}\p{Cf}]/u)
      expect(decodeQuestion(value)).toEqual(asked)
    }),
  )
})

test('names of 600 characters fit, and what does not fit gives no button', () => {
  const key = (length: number): string | null =>
    encodeQuestion({ ...good, entity: { kind: 'role', key: 'a'.repeat(length) } })
  expect(key(600)).not.toBeNull()
  expect(key(2_000)).toBeNull()
})

test('the decoder refuses whatever is odd', () => {
  const fields = JSON.parse(encodeQuestion(good) ?? '{}') as Record<string, unknown>
  expect(decodeQuestion(JSON.stringify(fields))).toEqual(good)
  const odd = [
    { v: 2 },
    { l: 'sekrets' },
    { l: 'toString' },
    { k: 'person' },
    { e: '' },
    { e: 7 },
    { i: 0 },
    { i: '41' },
    { i: 1.5 },
    { f: 3 },
    { f: null },
    { t: null },
    { t: '2' },
    { s: 'a/b' },
    { s: '<!here>/b/c' },
    { s: 1 },
    { extra: true },
  ]
  for (const change of odd)
    expect(decodeQuestion(JSON.stringify({ ...fields, ...change })), JSON.stringify(change)).toBeNull()
  for (const text of ['', 'null', '[]', '7', '{', '"x"', '{"v":1}', ' '.repeat(3_000)])
    expect(decodeQuestion(text)).toBeNull()
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => decodeQuestion(text) === null))
})

test('two buttons for one lookup in a row have ids of their own, read back alike', () => {
  expect([askAction('subject'), askAction('subject', 2)]).toEqual(['ask:subject', 'ask:subject:2'])
  expect(parseAskAction('ask:subject:2')).toEqual({ lookup: 'subject', nth: 2 })
  expect(parseAskAction('ask:subject')).toEqual({ lookup: 'subject', nth: 1 })
  for (const id of [
    'ask:',
    'ask:sekrets',
    'ask:subject:1',
    'ask:subject:x',
    'deny:subject',
    'ask:subject:2:3',
  ]) {
    expect(parseAskAction(id)).toBeNull()
  }
  expect(actionPattern.ask.test('ask:anything at all')).toBe(true)
})

test('block ids name card, part and revision', () => {
  expect(blockId('incident-41', 'questions', 3)).toBe('incident-41.questions.3')
  expect(parseBlockId('incident-41.questions.3')).toEqual({
    card: 'incident-41',
    part: 'questions',
    revision: 3,
  })
  for (const id of ['', 'a.b', 'a.b.c', 'a.b.01', 'a.b.1.2', 'A.b.1']) expect(parseBlockId(id)).toBeNull()
  expect(() => blockId('<!channel>', 'x', 1)).toThrow('not a block id')
})
