import { expect, test } from 'vitest'
import { firstReply } from '../../blocks/first-reply.ts'
import type { FirstReplyView } from '../../src/model/views.ts'
import { brokenRules } from './slack-limits.ts'
import { NOW, reply } from './views.ts'

const long = 'a-name-that-is-very-long '.repeat(400)
const wide = '\u{1F4A5}'.repeat(2_000)

const many = <T>(make: (nr: number) => T): readonly T[] => Array.from({ length: 100 }, (_, nr) => make(nr))

function full(value: string, signals: boolean): FirstReplyView {
  return {
    ...reply,
    meaning: null,
    type: value,
    firstAnswer: many(() => ({ code: value })),
    also: many(() => ({ title: null, type: value, severity: 'Critical' as const, firstSeen: NOW })),
    signals: signals
      ? many(() => ({ firstSeen: NOW, tactic: value, title: null, name: value, count: 9_999 }))
      : [],
    evidence: many(() => ({ label: 'Started by', said: [{ code: value }, ' ← ', { code: value }] })),
    questions: many(() => ({
      lookup: 'seen' as const,
      label: value,
      entity: { kind: 'pod' as const, key: 'shop/web' },
      scope: null,
      window: null,
    })),
  }
}

test.each([
  ['long values, and an attack sequence', long, true],
  ['long values', long, false],
  ['wide values, and an attack sequence', wide, true],
  ['wide values', wide, false],
])('every list at its fullest fits into one message, and each keeps a part: %s', (_, value, signals) => {
  const message = firstReply(full(value, signals), { now: NOW })
  expect(brokenRules(message)).toEqual([])
  const drawn = message.blocks.map((block) => JSON.stringify(block))
  expect(drawn.some((block) => block.includes('Also in this incident'))).toBe(true)
  expect(drawn.some((block) => block.includes('Started by'))).toBe(true)
  expect(drawn.some((block) => block.includes('"Signals  "'))).toBe(signals)
})

test('the card of an attack sequence shows no other findings, so its reply lists all of them', () => {
  const also = ['One', 'Two', 'Three', 'Four'].map((title) => ({
    title: `${title} more`,
    type: 'x',
    severity: 'Low' as const,
    firstSeen: NOW,
  }))
  const [signal] = full('x', true).signals
  if (signal === undefined) throw new Error('no signal')
  const drawn = (signals: FirstReplyView['signals']) =>
    JSON.stringify(firstReply({ ...reply, also, signals }, { now: NOW }))
  expect(drawn([])).not.toContain('One more')
  for (const { title } of also) expect(drawn([signal])).toContain(title)
})

test('each value of an evidence line stands by itself, whatever words it holds', () => {
  const said = [{ code: 'sh, pid 1 ← init' }, ' (', { code: '/bin/sh' }, '), pid 41']
  const { blocks } = firstReply({ ...reply, evidence: [{ label: 'Process', said }] }, { now: NOW })
  const drawn = JSON.stringify(blocks)
  expect(drawn).toContain('{"type":"text","text":"sh, pid 1 ← init","style":{"code":true}}')
  expect(drawn).toContain('{"type":"text","text":"), pid 41"}')
})
