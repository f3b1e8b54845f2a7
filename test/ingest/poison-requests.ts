import {
  type Draft,
  draft,
  type Expected,
  type Fields,
  readLands,
  readOf,
  refused,
  spoiled,
  withRaw,
} from './poison-records.ts'

/** A value in the wrong place, by what a reason calls it. */
const WRONG = {
  null: null,
  true: true,
  number: 7,
  text: 'text',
  'empty text': '',
  list: [],
  object: {},
} as const
type Wrong = keyof typeof WRONG
type Landing = { readonly [W in Wrong]?: Fields }

/** A field that holds each wrong value in turn: the ones named land, the others are refused for that field. */
function wrong(field: string, landing: Landing, refusal?: Expected): readonly Draft[] {
  const expected = refusal ?? { rejected: 'malformed', pointer: `/${field.replaceAll('.', '/')}` }
  return Object.entries(WRONG).map(([what, value]) => {
    const fields = landing[what as Wrong]
    return draft(
      `${field} is ${what}`,
      (n) => spoiled(readOf(n), field, value),
      fields === undefined ? () => expected : readLands(fields),
    )
  })
}

function whatever(fields: Fields = {}): Landing {
  return Object.fromEntries(Object.keys(WRONG).map((what) => [what, fields]))
}

const NOBODY = { subject: null }
const BY_PATH = { resource: '/api/v1/namespaces/shop', object: null }
const BY_PATH_ALONE = { ...BY_PATH, namespace: null }
const UNKNOWN: Expected = { rejected: 'unrecognised', pointer: '' }
const NO_TIME: Expected = { rejected: 'no-time', pointer: '/requestReceivedTimestamp' }

const wrongTypes: readonly Draft[] = [
  ...wrong('user', { null: NOBODY, object: NOBODY }),
  ...wrong('user.username', { null: NOBODY, 'empty text': NOBODY, text: { subject: 'text' } }),
  ...wrong('user.extra', whatever()),
  ...wrong('impersonatedUser', { null: {}, object: {} }),
  ...wrong('impersonatedUser.username', { null: {}, 'empty text': {}, text: { as: 'text' } }),
  ...wrong('objectRef', { null: BY_PATH_ALONE, object: BY_PATH_ALONE }),
  ...wrong('objectRef.resource', {
    null: BY_PATH,
    'empty text': BY_PATH,
    text: { resource: 'text', object: null },
  }),
  ...wrong('objectRef.namespace', {
    null: { namespace: null },
    'empty text': { namespace: null },
    text: { namespace: 'text' },
  }),
  ...wrong('objectRef.name', {
    null: { object: null },
    'empty text': { object: null },
    text: { object: 'text' },
  }),
  ...wrong('objectRef.apiGroup', { ...whatever(), text: { resource: 'secrets.text' } }),
  ...wrong('verb', { text: { verb: 'text' } }),
  ...wrong('stage', { null: {}, 'empty text': {} }),
  ...wrong('sourceIPs', whatever({ ip: null })),
  ...['requestURI', 'responseStatus', 'userAgent', 'level', 'apiVersion', 'auditID', 'annotations'].flatMap(
    (field) => wrong(field, whatever()),
  ),
  ...wrong('kind', {}, UNKNOWN),
  ...wrong('requestReceivedTimestamp', {}, NO_TIME),
]

function without(name: string, fields: readonly string[], expect: Draft['expect']): Draft {
  const make = (n: number): string => {
    const kept = Object.entries(readOf(n)).filter(([key]) => !fields.includes(key))
    return JSON.stringify(Object.fromEntries(kept))
  }
  return draft(`no ${name}`, make, expect)
}

const missing: readonly Draft[] = [
  without('verb', ['verb'], refused('malformed', '/verb')),
  without('user', ['user'], readLands(NOBODY)),
  without('address', ['sourceIPs'], readLands({ ip: null })),
  without('objectRef', ['objectRef'], readLands(BY_PATH_ALONE)),
  without('objectRef and no path', ['objectRef', 'requestURI'], refused('malformed', '/requestURI')),
  without('time', ['requestReceivedTimestamp'], () => NO_TIME),
  ...['auditID', 'stage', 'kind', 'apiVersion', 'requestURI', 'userAgent', 'responseStatus'].map((field) =>
    without(field, [field], readLands()),
  ),
  draft(
    'an objectRef without a resource and no path',
    (n) => JSON.stringify({ ...readOf(n), objectRef: {}, requestURI: '' }),
    refused('malformed', '/objectRef/resource'),
  ),
]

const BAD_TIMES = [
  '2026-02-30T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-00-10T00:00:00Z',
  '2026-11-22T25:00:00Z',
  '2026-11-22T04:60:00Z',
  '2026-11-22T04:21:60Z',
  '99999-01-01T00:00:00Z',
  '+002026-11-22T00:00:00Z',
  '-2026-11-22T00:00:00Z',
  '0001-01-01T00:00:00Z',
  '22/11/2026 04:21',
  '1763785278',
  '2026-11-22',
  '2026-11-22T04',
  'T',
  'now',
  '2026-11-22T04:21:18.Z',
  '2026-11-22T04:21:18.1234567890123Z',
  '2026-11-22T04:21:18 CET',
  '２０２６-11-22T04:21:18Z',
  '2026-11-22T04:21:18Z\u0000',
  '2026-11-22T04:21:18Z; drop table edge',
]

const times: readonly Draft[] = BAD_TIMES.flatMap((time) => [
  draft(
    `the only time is ${JSON.stringify(time)}`,
    (n) => spoiled(readOf(n), 'requestReceivedTimestamp', time),
    () => NO_TIME,
  ),
  draft(
    `a time is ${JSON.stringify(time)} and the next one is good`,
    (n) =>
      JSON.stringify({
        ...readOf(n),
        requestReceivedTimestamp: time,
        stageTimestamp: '2026-11-22T04:22:00Z',
      }),
    readLands(),
  ),
])

const ADDRESSES = [
  [],
  [null],
  [[]],
  [{}],
  [7],
  [''],
  ['not-an-ip'],
  ['12.000.22.33'],
  ['999.1.1.1'],
  ['10.0.0.1:443'],
  ['10.0.0.0/8'],
  ['10.0.0.1', 'x'.repeat(100_000)],
  ['\u0000'],
]

const addresses: readonly Draft[] = ADDRESSES.map((sourceIPs) =>
  draft(
    `sourceIPs are ${JSON.stringify(sourceIPs).slice(0, 40)}`,
    (n) => JSON.stringify({ ...readOf(n), sourceIPs }),
    readLands({ ip: null }),
  ),
)

/** Numbers in the places where numbers may stand, and what JSON cannot hold. */
const numbers: readonly Draft[] = [
  '-0',
  '-1',
  '0',
  '1e308',
  '1e-400',
  '9007199254740993',
  '1'.repeat(300),
].flatMap((number) => [
  draft(
    `a status code of ${number.slice(0, 20)}`,
    (n) => withRaw(readOf(n), `"responseStatus":{"code":${number}}`),
    readLands(),
  ),
  draft(`a field of ${number.slice(0, 20)}`, (n) => withRaw(readOf(n), `"x":[${number}]`), readLands()),
])

const infinite: readonly Draft[] = ['1e400', '-1e400', '9'.repeat(400)].flatMap((number) =>
  (
    [
      [`"x":${number}`, '/x'],
      [`"responseStatus":{"code":${number}}`, '/responseStatus/code'],
      [`"annotations":{"a/b":[0,${number}]}`, '/annotations/a~1b/1'],
      [`"sourceIPs":[${number}]`, '/sourceIPs/0'],
    ] as const
  ).map(([field, pointer]) =>
    draft(
      `a number that is none: ${field.slice(0, 40)}`,
      (n) => withRaw(readOf(n), field),
      refused('malformed', pointer),
    ),
  ),
)

/** The record is the first level, so 63 more are allowed. */
const DEEPEST = 63
const NESTS = [
  ['lists in x', '"x":', '[', ']', '/x', '/0', 0],
  ['objects in requestObject', '"requestObject":', '{"a":', '}', '/requestObject', '/a', 0],
  ['lists in an annotation', '"annotations":{"a":', '[', ']', '/annotations/a', '/0', 1],
  ['objects in responseObject', '"responseObject":{"list":', '{"b":', '}', '/responseObject/list', '/b', 1],
] as const

const nesting: readonly Draft[] = NESTS.flatMap(([name, field, open, close, pointer, step, above]) =>
  [DEEPEST - above, DEEPEST - above + 1, DEEPEST + 2, 100, 10_000, 100_000].map((depth) =>
    draft(
      `${depth} ${name}`,
      (n) => withRaw(readOf(n), `${field}${open.repeat(depth)}1${close.repeat(depth)}${'}'.repeat(above)}`),
      depth <= DEEPEST - above
        ? readLands()
        : refused('malformed', `${pointer}${step.repeat(8)}`.split('/').slice(0, 9).join('/')),
    ),
  ),
)

const INHERITED = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__']

const inherited: readonly Draft[] = INHERITED.flatMap((key) =>
  ['{"verb":7,"username":"root","kind":"Pod"}', 'null', '7'].flatMap((value) => [
    draft(`${key} is ${value}`, (n) => withRaw(readOf(n), `"${key}":${value}`), readLands()),
    draft(
      `${key} of the user is ${value}`,
      (n) => withRaw(readOf(n), `"user":{"${key}":${value},"username":"poison-${n}"}`),
      readLands(),
    ),
    draft(
      `${key} of the object is ${value}`,
      (n) =>
        withRaw(
          readOf(n),
          `"objectRef":{"resource":"secrets","namespace":"shop","name":"db","${key}":${value}}`,
        ),
      readLands(),
    ),
  ]),
)

/** Of a key that stands twice, the last one counts, as everywhere in JavaScript. */
const repeated: readonly Draft[] = [
  draft('a verb, then none', (n) => withRaw(readOf(n), '"verb":7'), refused('malformed', '/verb')),
  draft(
    'a verb, then another',
    (n) => withRaw(readOf(n), '"verb":7,"verb":"watch"'),
    readLands({ verb: 'watch' }),
  ),
  draft(
    'a kind, then another',
    (n) => withRaw(readOf(n), '"kind":"Pod"'),
    () => UNKNOWN,
  ),
  draft('a user, then nobody', (n) => withRaw(readOf(n), '"user":null'), readLands(NOBODY)),
  draft(
    'a time, then none',
    (n) => withRaw(readOf(n), '"requestReceivedTimestamp":""'),
    () => NO_TIME,
  ),
]

/** Audit events that are wrong in one way each. */
export const requestPoison: readonly Draft[] = [
  wrongTypes,
  missing,
  times,
  addresses,
  numbers,
  infinite,
  nesting,
  inherited,
  repeated,
].flat()
