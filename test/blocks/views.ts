import { type Micros, parseTime } from '../../src/model/time.ts'
import type {
  FirstReplyView,
  IncidentView,
  JoinedView,
  NoticeView,
  OpsView,
  ThreadLineView,
} from '../../src/model/views.ts'

/** The time that every golden is drawn at. */
export const NOW = at('2026-11-22T02:21:00Z')

export const POD = 'payments/<!channel>'
export const SUBJECT = '<!channel>'
export const BIDI = 'kube-\u202Eproxy\u2066-ext\u200b'
export const EMPHASIS = '*bold* _it_ ~no~ `tick` :rotating_light: @here <@U0HACKER|ciso> &lt;!here&gt;'
export const LINK = 'https://evil.example/login'
export const AGENT = `curl/8 \u202E<https://evil.example|console.aws.amazon.com>\nApproved by @ciso ${'A'.repeat(9_929)}`

export function at(text: string): Micros {
  const time = parseTime(text)
  if (time === null) throw new Error(`no time: ${text}`)
  return time
}

const asked = { scope: '123456789012/eu-west-1/prod-payments', window: null }

export const incident: IncidentView = {
  number: 41,
  revision: 3,
  state: 'open',
  severity: 'High',
  sample: false,
  title: 'Anonymous access granted',
  type: 'Policy:Kubernetes/AnonymousAccessGranted',
  cluster: 'prod-payments',
  account: '123456789012',
  region: 'eu-west-1',
  subject: SUBJECT,
  ip: '203.0.113.9',
  instance: null,
  principal: null,
  did: { call: `create clusterrolebindings/${BIDI}`, outcome: 'allowed' },
  pod: POD,
  firstSeen: at('2026-11-22T02:14:03.000001Z'),
  lastSeen: at('2026-11-22T02:19:44Z'),
  times: 3,
  findings: 1,
  sequence: null,
  also: [],
  was: null,
  logs: { audit: true, cloudtrail: true, flow: false },
  isContainable: true,
  questions: [
    { ...asked, lookup: 'subject', label: 'Subject', entity: { kind: 'subject', key: SUBJECT } },
    { ...asked, lookup: 'ip', label: 'IP', entity: { kind: 'ip', key: '203.0.113.9' } },
    { ...asked, lookup: 'secrets', label: 'Secrets accessed', entity: { kind: 'subject', key: SUBJECT } },
    { ...asked, lookup: 'seen', label: 'First and last seen', entity: { kind: 'subject', key: SUBJECT } },
  ],
  next: [
    'find out what ',
    { code: EMPHASIS },
    ' could read with ',
    { code: AGENT },
    '. Press Secrets accessed.',
  ],
  detectiveUrl:
    'https://eu-west-1.console.aws.amazon.com/detective/home?region=eu-west-1#findings/GuardDuty/1ab2',
}

const joined = {
  findings: 8,
  also: [
    { title: 'Privileged container', type: 'x', severity: 'High', firstSeen: at('2026-11-22T02:31:00Z') },
    {
      title: null,
      type: `New:Kubernetes/${EMPHASIS}`,
      severity: 'Medium',
      firstSeen: at('2026-11-21T23:26:00Z'),
    },
    { title: 'Secrets accessed', type: 'x', severity: 'Medium', firstSeen: at('2025-11-22T02:26:00Z') },
    { title: 'Kubeconfig read', type: 'x', severity: 'Low', firstSeen: at('2026-11-22T02:26:00Z') },
  ],
} as const

const step = (time: string, tactic: string | null, title: string | null, name: string, count = 1) => ({
  firstSeen: at(`2026-11-22T${time}:00Z`),
  tactic,
  title,
  name,
  count,
})
const signals = [
  step('02:14', 'Persistence', 'Anonymous access granted', 'Policy:Kubernetes/AnonymousAccessGranted'),
  step('02:15', 'Discovery', null, `list ${POD}`, 41),
  step('02:16', 'Credential access', null, AGENT, 14),
  step('02:17', null, null, `${EMPHASIS} ${BIDI}`),
  step('02:18', 'Impact', 'Cryptocurrency miner run', 'Impact:Runtime/CryptoMinerExecuted'),
  step('02:19', 'Command and control', null, `${LINK} ${EMPHASIS} ${BIDI} ${AGENT}`, 3),
]
const attack = {
  severity: 'Critical',
  title: 'Attack sequence',
  type: 'AttackSequence:EKS/CompromisedCluster',
  findings: 7,
  sequence: {
    signals,
    firstSeen: at('2026-11-22T02:14:00Z'),
    lastSeen: at('2026-11-22T02:20:00Z'),
    subjects: 2,
    addresses: 1,
    nodes: 1,
  },
} as const

const without = { subject: null, ip: null, cluster: null, did: null }

/** Every situation of the incident card, by the name of its golden. */
export const incidents: Readonly<Record<string, IncidentView>> = {
  'incident-new': incident,
  'incident-recurs': { ...incident, revision: 9, lastSeen: at('2026-11-22T02:20:59Z'), times: 1_204 },
  'incident-joined': { ...incident, ...joined },
  'incident-risen': {
    ...incident,
    was: { severity: 'Medium', until: at('2026-11-22T02:17:00Z') },
    severity: 'Critical',
  },
  'incident-sequence': { ...incident, ...attack },
  'incident-no-audit-logs': { ...incident, logs: { audit: false, cloudtrail: false, flow: false } },
  'incident-sample': { ...incident, sample: true, severity: 'Medium' },
  'incident-unrecognised': {
    ...incident,
    title: null,
    type: `Attack:Kubernetes/${BIDI}.${LINK}`,
    severity: 'Low',
  },
  'incident-cluster-odd': { ...incident, cluster: `<!here> ${LINK}`, account: EMPHASIS, region: AGENT },
  'incident-runtime': { ...incident, ...without, pod: POD, cluster: 'prod-payments' },
  'incident-iam': { ...incident, ...without, pod: null, principal: `AROA:${SUBJECT}`, detectiveUrl: null },
  'incident-instance': {
    ...incident,
    ...without,
    pod: POD,
    instance: 'i-0abc',
    logs: { audit: false, cloudtrail: false, flow: false },
    questions: [],
  },
  'incident-nobody': {
    ...incident,
    ...without,
    pod: POD,
    region: '-',
    account: '-',
    detectiveUrl: 'javascript:alert(1)',
  },
}

export const reply: FirstReplyView = {
  number: 41,
  firstAnswer: [
    { code: '<!channel>' },
    ': 44 calls from 1 address, 02:00–03:00 UTC: 41 success, 3 forbidden.',
  ],
  meaning: 'Anyone on the internet may now call this cluster without logging in.',
  type: 'Policy:Kubernetes/AnonymousAccessGranted',
  also: incident.also,
  signals: [],
  evidence: [
    { label: 'Type', said: [{ code: 'Policy:Kubernetes/AnonymousAccessGranted' }] },
    { label: 'Pod', said: [{ code: POD }] },
    { label: 'User agent', said: [{ code: AGENT }] },
    { label: 'Link', said: [{ code: LINK }] },
    { label: 'Label', said: [{ code: EMPHASIS }] },
    { label: 'Binding', said: [{ code: BIDI }] },
    { label: 'Session', said: [{ code: '' }] },
  ],
  questions: incident.questions.slice(1, 3),
}

export const replies: Readonly<Record<string, FirstReplyView>> = {
  'first-reply': reply,
  'first-reply-many': {
    ...reply,
    also: Array.from({ length: 20 }, (_, nr) => ({
      title: nr % 2 === 0 ? `Other finding ${nr}` : null,
      type: `New:Kubernetes/${EMPHASIS}`,
      severity: 'Medium' as const,
      firstSeen: at('2026-11-22T02:26:00Z'),
    })),
  },
  'first-reply-sequence': { ...reply, type: attack.type, signals },
  'first-reply-unrecognised': { ...reply, firstAnswer: null, meaning: null, type: EMPHASIS, questions: [] },
}

export const opsMessages: Readonly<Record<string, OpsView>> = {
  'ops-troubles': {
    troubles: [
      {
        feed: `queue ${POD}`,
        code: 'access-denied',
        since: NOW - 3_600_000_000,
        words: `${EMPHASIS} ${AGENT}`,
        cure: 'Allow sqs:ReceiveMessage in the policy of the role that this feed works as.',
      },
      {
        feed: EMPHASIS,
        code: 'throttled',
        since: NOW,
        words: 'GuardDuty asked Firebreak to slow down.',
        cure: 'Nothing to do at first: Firebreak waits longer each time.',
      },
    ],
    well: [`logs ${POD}`],
  },
  'ops-well': { troubles: [], well: [`logs ${POD}`, EMPHASIS, AGENT] },
}

export const threadLines: Readonly<Record<string, ThreadLineView>> = {
  'thread-line': {
    number: 41,
    line: [
      'Joined: pod ',
      { code: POD },
      ', label ',
      { code: EMPHASIS },
      ', user agent ',
      { code: AGENT },
      '.',
    ],
    signals: [],
    push: 'High: Privileged container joined INC-41 · prod-payments',
  },
  'thread-line-sequence': {
    number: 41,
    line: ['Joined by Critical · Attack sequence.'],
    signals,
    push: 'Joined by Critical: Attack sequence · INC-41',
  },
}

export const joinedCards: Readonly<Record<string, JoinedView>> = {
  'incident-joined-to': {
    number: 42,
    revision: 4,
    into: 41,
    url: 'https://example.slack.com/archives/C1/p17',
  },
  'incident-joined-to-unposted': { number: 42, revision: 4, into: 41, url: `javascript:${LINK}` },
}

export const notices: Readonly<Record<string, NoticeView>> = {
  'notice-usage': {
    sentences: [
      ['"', { code: EMPHASIS }, '" is not an IP address. For a pod type ', { code: `/pod ${POD}` }, '.'],
      ['Of ', { code: AGENT }, ' 500 characters are read.'],
    ],
    context: null,
    buttons: [],
  },
  'notice-nearest': {
    sentences: [
      ['There is no question "', { code: AGENT }, '". Nearest: secrets.'],
      ['Or ', { code: EMPHASIS }, ', or ', { code: POD }, '.'],
    ],
    context: { code: `fault ${BIDI}` },
    buttons: [
      {
        scope: null,
        window: null,
        lookup: 'secrets',
        label: 'Ask secrets',
        entity: { kind: 'subject', key: SUBJECT },
      },
    ],
  },
}
