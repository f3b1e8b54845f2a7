import type { Answer } from '../../src/model/answer.ts'
import { HOUR, SECOND } from '../../src/model/time.ts'
import type { AnswerView } from '../../src/model/views.ts'
import { AGENT, at, BIDI, EMPHASIS, LINK, NOW, POD, SUBJECT } from './views.ts'

const window = { from: at('2026-11-22T02:00:00Z'), to: at('2026-11-22T04:00:00Z') }
const scope = '123456789012/eu-west-1/prod-payments'

const answer: Answer = {
  lookup: 'secrets',
  entity: { kind: 'subject', key: SUBJECT, scopes: [scope], matched: 1 },
  scopeTime: window,
  baseline: { from: window.from - 45 * 24 * HOUR, to: window.from },
  coverage: [{ scope, source: 'audit', from: window.from, to: window.to, gaps: [] }],
  firstSeen: window.from + SECOND,
  lastSeen: window.to - SECOND,
  totals: null,
  rows: [],
  total: 14,
  truncated: false,
  next: [
    { lookup: 'subject', entity: { kind: 'subject', key: SUBJECT } },
    { lookup: 'subject', entity: { kind: 'subject', key: BIDI } },
    { lookup: 'seen', entity: { kind: 'secret', key: POD } },
    { lookup: 'ip', entity: { kind: 'ip', key: '203.0.113.9' } },
  ],
  sentence: [
    '14 secrets are exposed: 2 read by name, 12 by listing ',
    { code: EMPHASIS },
    ', 02:00–04:00 UTC.',
  ],
  warnings: [],
  notes: [['A list call shows no names, so all 12 secrets in ', { code: LINK }, ' count as exposed.']],
  alarming: true,
  table: {
    head: ['Secret', 'How', 'Consumers', 'Last seen ▼'],
    rows: [
      [POD, 'read', BIDI, '02:14 UTC'],
      [EMPHASIS, 'listed', '', '02:15 UTC'],
      ['payments/api', 'listed', LINK],
      ['payments/db', AGENT, '–', '02:16 UTC', 'a fifth cell'],
      ...Array.from({ length: 10 }, (_, row) => [`payments/key-${row}`, 'listed', '0', '02:16 UTC']),
    ],
  },
}

const view: AnswerView = {
  answer,
  label: 'Secrets accessed',
  nextLabels: ['Subject', 'Subject behind it', 'First and last seen', 'IP'],
  incident: 41,
  cluster: 'prod-payments',
  asking: { scope: '111122223333/eu-west-1/prod-payments', window: null },
  askedBy: 'U0RESPONDER',
  askedAt: NOW - 60 * SECOND,
  share: null,
}

/** Every situation of the answer card, by the name of its golden. */
export const answers: Readonly<Record<string, AnswerView>> = {
  answer: view,
  'answer-for-one': {
    ...view,
    incident: null,
    share: { offer: { kind: 'subject', key: SUBJECT }, openIncident: 41 },
  },
  'answer-shared': { ...view, incident: null, share: { by: 'U0RESPONDER' } },
  'answer-empty': {
    ...view,
    label: 'Subject',
    answer: {
      ...answer,
      lookup: 'subject',
      total: 0,
      totals: { success: 0, failure: 0, unauthorized: 0, forbidden: 0 },
      sentence: [
        'No calls by ',
        { code: EMPHASIS },
        ' as ',
        { code: AGENT },
        ', 02:00–04:00 UTC. Audit logs cover all of it, so this is a real zero.',
      ],
      notes: [],
      next: [],
      alarming: false,
      table: null,
    },
  },
  'answer-gaps': {
    ...view,
    answer: {
      ...answer,
      coverage: [
        { scope, source: 'audit', ...window, gaps: [{ from: window.from, to: window.from + HOUR }] },
      ],
      warnings: [['Audit logs are missing 02:00–03:00 UTC, so this count is a lower bound.']],
    },
  },
  'answer-never-seen': {
    ...view,
    incident: null,
    cluster: null,
    asking: { scope: null, window: null },
    askedBy: '<!channel>',
    answer: {
      ...answer,
      entity: { kind: 'pod', key: POD, scopes: [], matched: 0 },
      scopeTime: null,
      coverage: [],
      total: 0,
      sentence: [
        'Never seen in the clusters you may ask about: ',
        { code: EMPHASIS },
        ', ',
        { code: AGENT },
        '.',
      ],
      notes: [],
      next: [],
      alarming: false,
      table: null,
    },
  },
  'answer-oversize': {
    ...view,
    cluster: `<!here> ${LINK}`,
    answer: {
      ...answer,
      entity: { kind: 'subject', key: AGENT, scopes: [scope, '-/-/-'], matched: 4_112 },
      total: 1_204,
      warnings: Array.from({ length: 9 }, () => [{ code: AGENT }, ' ', { code: EMPHASIS }]),
      notes: Array.from({ length: 9 }, () => Array.from({ length: 30 }, () => ({ code: AGENT }))),
      sentence: Array.from({ length: 30 }, () => ({ code: AGENT })),
      next: [{ lookup: 'subject', entity: { kind: 'subject', key: AGENT } }],
      table: {
        head: [AGENT, AGENT, AGENT, AGENT, AGENT],
        rows: Array.from({ length: 500 }, () => [POD, AGENT, AGENT, AGENT]),
      },
    },
  },
}
