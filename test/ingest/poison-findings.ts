import type { JsonObject } from '../../src/sources/json.ts'
import { type Draft, draft, findingLands, findingOf, refused, spoiled, withRaw } from './poison-records.ts'
import { whatever, wrongIn } from './poison-wrong.ts'

const wrong = wrongIn('a finding', findingOf, findingLands)

const wrongTypes: readonly Draft[] = [
  ...wrong('id', { text: { id: 'text' } }),
  ...wrong('type', { text: { type: 'text' } }),
  ...wrong('severity', { number: { severity: 7 } }),
  ...wrong('resource', { null: {}, object: {}, nothing: {} }),
  ...wrong('service.count', { ...whatever(), number: { count: 7 } }),
  ...wrong('service', { null: {}, object: {}, nothing: {} }),
  ...[
    'updatedAt',
    'createdAt',
    'title',
    'description',
    'accountId',
    'region',
    'partition',
    'arn',
    'schemaVersion',
    'service.action',
    'service.archived',
    'service.eventFirstSeen',
    'service.eventLastSeen',
    'service.additionalInfo',
    'service.detectorId',
    'service.serviceName',
    'resource.eksClusterDetails',
    'resource.kubernetesDetails',
    'resource.instanceDetails',
    'resource.kubernetesDetails.kubernetesUserDetails',
    'resource.containerDetails',
    'service.action.kubernetesApiCallAction',
  ].flatMap((field) => wrong(field, whatever())),
]

const SEVERITIES = [
  '-1',
  '-0.5',
  '10.1',
  '11',
  '1e308',
  '-1e308',
  '1e400',
  '"high"',
  '"1e1"',
  '"-1"',
  '"٨"',
  '[5]',
]
const COUNTS = ['-1', '0', '-0', '1.5', '1e308', '-1e308', '9007199254740993', '"many"', '[2]', 'true']

const numbers: readonly Draft[] = [
  ...SEVERITIES.map((severity) =>
    draft(
      `a severity of ${severity}`,
      (n) => withRaw(findingOf(n), `"severity":${severity}`),
      refused('malformed', '/severity'),
    ),
  ),
  ...(
    [
      ['0', '0'],
      ['10', '10'],
      ['"8.0"', '8'],
      ['1e-7', /^(1e-7|0\.0000001)$/],
    ] as const
  ).map(([severity, kept]) =>
    draft(
      `a severity of ${severity}`,
      (n) => withRaw(findingOf(n), `"severity":${severity}`),
      findingLands({ severity: kept }),
    ),
  ),
  ...COUNTS.map((count) =>
    draft(
      `a count of ${count}`,
      (n) => withRaw(findingOf(n), `"service":{"count":${count}}`),
      findingLands({ count: 1 }),
    ),
  ),
  draft(
    'a count of 2^53 - 1',
    (n) => withRaw(findingOf(n), '"service":{"count":9007199254740991}'),
    findingLands({ count: '9007199254740991' }),
  ),
  draft('a number that is none', (n) => withRaw(findingOf(n), '"x":1e400'), refused('malformed', '/x')),
]

/** Without a usable time anywhere. */
function timeless(finding: JsonObject, time: unknown): object {
  return {
    ...finding,
    updatedAt: time,
    createdAt: time,
    service: { serviceName: 'guardduty', eventFirstSeen: time, eventLastSeen: time },
  }
}

const times: readonly Draft[] = [
  undefined,
  null,
  '',
  'yesterday',
  1_763_785_278,
  '0001-01-01T00:00:00Z',
  [],
  {},
].map((time) =>
  draft(
    `every time of a finding is ${JSON.stringify(time)}`,
    (n) => JSON.stringify(timeless(findingOf(n), time)),
    refused('no-time', '/updatedAt'),
  ),
)

/** As GetFindings spells it, and in EventBridge's envelope: the pointer follows. */
const shapes: readonly Draft[] = ['id', 'type', 'severity', 'resource', 'service'].flatMap((field) => {
  const capital = field.charAt(0).toUpperCase() + field.slice(1)
  const detail = (n: number): object => ({ ...findingOf(n), [field]: 7 })
  const bad = field === 'severity' ? 70 : 7
  return [
    draft(
      `${capital} of a finding of GetFindings is ${bad}`,
      (n) => JSON.stringify(capitals({ ...detail(n), [field]: bad })),
      refused('malformed', `/${capital}`),
    ),
    draft(
      `${field} of a finding of EventBridge is ${bad}`,
      (n) => JSON.stringify(envelope({ ...detail(n), [field]: bad })),
      refused('malformed', `/detail/${field}`),
    ),
  ]
})

function capitals(finding: object): object {
  return Object.fromEntries(
    Object.entries(finding).map(([key, value]) => [
      key.charAt(0).toUpperCase() + key.slice(1),
      value as unknown,
    ]),
  )
}

function envelope(detail: unknown): object {
  return { source: 'aws.guardduty', 'detail-type': 'GuardDuty Finding', detail }
}

const empty: readonly Draft[] = [undefined, null, 7, 'text', [], {}].map((detail) =>
  draft(
    `an event of EventBridge whose detail is ${JSON.stringify(detail)}`,
    (n) => JSON.stringify({ ...envelope(detail), id: `envelope-${n}` }),
    refused('malformed', '/detail'),
  ),
)

const NAMES = [
  'a\u0000b',
  '\uD800',
  '\u202E\u200B',
  'x'.repeat(100_000),
  '__proto__',
  '<!channel>',
  "'; --",
  '😀',
] as const
const PLACES = [
  'title',
  'description',
  'accountId',
  'region',
  'partition',
  'service.detectorId',
  'resource.eksClusterDetails.name',
  'resource.kubernetesDetails.kubernetesUserDetails.username',
] as const

const names: readonly Draft[] = PLACES.flatMap((field) =>
  NAMES.map((name) =>
    draft(
      `${field} of a finding is ${JSON.stringify(name).slice(0, 20)}`,
      (n) => spoiled(findingOf(n), field, name),
      findingLands(),
    ),
  ),
)

const large: readonly Draft[] = [
  draft(
    'more addresses than are read',
    (n) =>
      spoiled(
        findingOf(n),
        'service.action.kubernetesApiCallAction.sourceIPs',
        Array.from({ length: 5_000 }, (_, i) => `10.0.${i >> 8}.${i & 255}`),
      ),
    findingLands(),
  ),
  draft(
    'an additionalInfo that says inside itself that it is JSON',
    (n) => spoiled(findingOf(n), 'service.additionalInfo', { value: `{"value":"{\\"value\\":\\"{}\\"}"` }),
    findingLands(),
  ),
  ...[63, 64, 10_000].map((depth) =>
    draft(
      `a finding with ${depth} lists in each other`,
      (n) => withRaw(findingOf(n), `"x":${'['.repeat(depth)}${']'.repeat(depth)}`),
      depth < 64 ? findingLands() : refused('malformed', '/x/0/0/0/0/0/0/0'),
    ),
  ),
]

/** GuardDuty findings that are wrong in one way each. */
export const findingPoison: readonly Draft[] = [
  wrongTypes,
  numbers,
  times,
  shapes,
  empty,
  names,
  large,
].flat()
