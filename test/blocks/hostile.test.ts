import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answerCard } from '../../blocks/answer-card.ts'
import { degraded } from '../../blocks/degrade.ts'
import { firstReply } from '../../blocks/first-reply.ts'
import { incidentCard } from '../../blocks/incident-card.ts'
import type { Message } from '../../blocks/message.ts'
import { notice } from '../../blocks/notice.ts'
import { threadLine } from '../../blocks/thread-line.ts'
import { LOOKUP_NAMES, type Words } from '../../src/model/answer.ts'
import type { Severity } from '../../src/model/views.ts'
import { answers } from './answer-views.ts'
import { markup } from './markup.ts'
import { brokenRules } from './slack-limits.ts'
import { AGENT, BIDI, EMPHASIS, incident, LINK, NOW, notices, POD, reply, threadLines } from './views.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(
    POD,
    BIDI,
    EMPHASIS,
    LINK,
    AGENT,
    '',
    '<!everyone>',
    '\u202e'.repeat(500),
    '💥'.repeat(500),
  ),
  fc
    .array(fc.constantFrom('<!here>', '<@U1>', '`', '\n', '&', ':x:', '\u2066', '\ud800', 'a.b'), {
      maxLength: 60,
    })
    .map((parts) => parts.join('')),
)
const maybe = fc.option(text)
const whole = fc.nat({ max: 5_000 })
const time = fc.integer({ min: 0, max: 4_000_000_000_000_000 })
const severity = fc.constantFrom<Severity>('Critical', 'High', 'Medium', 'Low')
// Our own words are tried with hostile text too: a careless lookup must not be a hole.
const sentence = fc.array(
  fc.oneof<fc.Arbitrary<Words>[]>(
    text,
    text.map((value) => ({ code: value })),
  ),
  { maxLength: 40 },
)
const sentences = fc.array(sentence, { maxLength: 8 })
const next = fc.record({
  lookup: fc.constantFrom(...LOOKUP_NAMES),
  entity: fc.record({ kind: fc.constant('pod' as const), key: text }),
})
const questions = fc.array(
  next.chain((question) => text.map((label) => ({ ...question, label, scope: null, window: null }))),
  { maxLength: 9 },
)

const finding = fc.record({ title: maybe, type: text, severity, firstSeen: time })

const signalList = fc.array(
  fc.record({ firstSeen: time, tactic: maybe, title: maybe, name: text, count: whole }),
  { maxLength: 60 },
)

const incidentView = fc.record({
  sequence: fc.option(
    fc.record({
      signals: signalList,
      firstSeen: time,
      lastSeen: time,
      subjects: whole,
      addresses: whole,
      nodes: whole,
    }),
  ),
  title: maybe,
  type: text,
  cluster: maybe,
  account: text,
  region: text,
  subject: maybe,
  ip: maybe,
  instance: maybe,
  principal: maybe,
  pod: maybe,
  detectiveUrl: maybe,
  severity,
  questions,
  next: sentence,
  firstSeen: time,
  lastSeen: time,
  number: fc.integer({ min: 1 }),
  revision: whole,
  times: whole,
  findings: whole,
  sample: fc.boolean(),
  isContainable: fc.boolean(),
  logs: fc.record({ audit: fc.boolean(), cloudtrail: fc.boolean(), flow: fc.boolean() }),
  did: fc.option(fc.record({ call: text, outcome: fc.constantFrom('allowed' as const, null) })),
  also: fc.array(finding, { maxLength: 9 }),
  was: fc.option(fc.record({ severity, until: time })),
})
const answer = fc.record({
  entity: fc.record({
    kind: fc.constant('subject' as const),
    key: text,
    scopes: fc.array(text, { maxLength: 3 }),
    matched: whole,
  }),
  scopeTime: fc.option(fc.record({ from: time, to: time })),
  baseline: fc.option(fc.record({ from: time, to: time })),
  total: whole,
  sentence,
  warnings: sentences,
  notes: sentences,
  next: fc.array(next, { maxLength: 9 }),
  alarming: fc.boolean(),
  table: fc.option(
    fc.record({
      head: fc.array(text, { maxLength: 7 }),
      rows: fc.array(fc.array(text, { maxLength: 7 }), { maxLength: 30 }),
    }),
  ),
})
const answerView = fc.record({
  label: text,
  nextLabels: fc.array(text, { maxLength: 9 }),
  cluster: maybe,
  asking: fc.constant({ scope: null, window: null }),
  askedBy: text,
  askedAt: time,
})

function expectHarmless(message: Message, blocks: number, push = 150): void {
  for (const shown of degraded(message)) {
    expect(brokenRules(shown)).toEqual([])
    expect(markup(shown)).toEqual([])
  }
  expect(message.blocks.length).toBeLessThanOrEqual(blocks)
  expect(Array.from(message.text).length).toBeLessThanOrEqual(push)
}

describe('whatever attackers write, the card is valid and says it as data', () => {
  const now = NOW
  const runs = { numRuns: 150 }

  test('incident card', () => {
    const property = fc.property(incidentView, (hostile) =>
      expectHarmless(incidentCard({ ...incident, ...hostile }, { now }), 12),
    )
    fc.assert(property, runs)
  })

  test('first reply', () => {
    const also = fc.array(finding, { maxLength: 60 })
    const evidence = fc.array(fc.record({ label: text, said: sentence }), { maxLength: 60 })
    const property = fc.property(
      maybe,
      text,
      also,
      evidence,
      questions,
      signalList,
      (meaning, type, others, lines, asked, signals) =>
        expectHarmless(
          firstReply(
            { ...reply, meaning, type, also: others, evidence: lines, questions: asked, signals },
            { now },
          ),
          20,
        ),
    )
    fc.assert(property, runs)
  })

  test('thread line', () => {
    const line = threadLines['thread-line'] ?? { number: 1 }
    fc.assert(
      fc.property(sentence, text, signalList, (words, push, signals) =>
        expectHarmless(threadLine({ ...line, line: words, push, signals }, { now }), 20),
      ),
      runs,
    )
  })

  test('answer card', () => {
    const view = answers['answer']
    if (view === undefined) throw new Error('no answer to vary')
    const property = fc.property(answerView, answer, (hostile, said) =>
      expectHarmless(answerCard({ ...view, ...hostile, answer: { ...view.answer, ...said } }, { now }), 20),
    )
    fc.assert(property, runs)
  })

  test('notice', () => {
    const context = fc.option(
      fc.oneof<fc.Arbitrary<Words>[]>(
        text,
        text.map((value) => ({ code: value })),
      ),
    )
    const property = fc.property(sentences, context, questions, (said, small, buttons) =>
      expectHarmless(
        notice({ ...notices['notice-usage'], sentences: said, context: small, buttons }),
        20,
        600,
      ),
    )
    fc.assert(property, runs)
  })
})
