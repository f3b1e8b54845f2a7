import { type Draft, draft, readLands, readOf, refused, spoiled, withRaw } from './poison-records.ts'

const NO_TIME = refused('no-time', '/requestReceivedTimestamp')

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
    NO_TIME,
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
  draft('a kind, then another', (n) => withRaw(readOf(n), '"kind":"Pod"'), refused('unrecognised')),
  draft('a user, then nobody', (n) => withRaw(readOf(n), '"user":null'), readLands({ subject: null })),
  draft('a time, then none', (n) => withRaw(readOf(n), '"requestReceivedTimestamp":""'), NO_TIME),
]

/** Audit events of which one value is a bad time, no address, no number, too deep, or stands under a key of ill fame. */
export const requestPoison: readonly Draft[] = [
  times,
  addresses,
  numbers,
  infinite,
  nesting,
  inherited,
  repeated,
].flat()
