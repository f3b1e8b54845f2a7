import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isWrite } from '../../src/model/kept.ts'
import { READ_BODIES } from '../../src/sources/audit-objects.ts'
import { byParser, byScan } from '../helpers/scanned.ts'
import { accountUser, type EventFields, eventLine, iamUser, reference } from './api-server-event.ts'

/** True when the scan takes the line; then both ways of reading must say the same. */
function isRead(line: Buffer): boolean {
  const found = byScan(line)
  if (found === null) return false
  expect(found, line.toString('latin1')).toEqual(byParser(line))
  return true
}

const hostile = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\0',
    '"',
    '\\',
    'ü',
    '\ud800',
    'a…sha256:0123456789abcdef',
    'x'.repeat(340),
    'a/b',
    '__proto__',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
)
/** Mostly one of these. */
const mostly = (...usual: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc.oneof(
    { arbitrary: fc.constantFrom(...usual), weight: 150 },
    { arbitrary: hostile, weight: 1 },
    { arbitrary: fc.constantFrom(null, 7, true, [], {}, ['x', 'y'], [7], undefined), weight: 1 },
  )

const body = fc.oneof(
  { arbitrary: fc.constant(undefined), weight: 10 },
  {
    arbitrary: fc.constantFrom({ metadata: { name: 'other' } }, { metadata: { name: 7 } }, null, 'x'),
    weight: 2,
  },
  { arbitrary: fc.jsonValue({ maxDepth: 3 }), weight: 1 },
)

const objectRef = fc
  .record({
    resource: mostly(
      'pods',
      'secrets',
      'nodes',
      'configmaps',
      'leases',
      'roles',
      'serviceaccounts',
      'widgets',
    ),
    namespace: mostly('shop', undefined),
    name: mostly('db', 'aws-auth', undefined, undefined),
    uid: mostly(undefined, 'u'),
    apiGroup: mostly(undefined, 'x.io'),
    apiVersion: mostly('v1'),
    resourceVersion: mostly(undefined, '1'),
    subresource: mostly(undefined, 'exec', 'status', 'token'),
  })
  .map((fields) => reference(fields as Parameters<typeof reference>[0]))

const hostileEvent: fc.Arbitrary<EventFields> = fc.record({
  auditID: mostly('6e615d97'),
  stage: mostly('ResponseComplete', 'ResponseStarted', 'RequestReceived', 'Panic'),
  requestURI: mostly('/api/v1/pods?a=1&b=2', '/healthz', '/x/y?<', '/a<b'),
  verb: mostly('get', 'list', 'create', 'update', 'delete'),
  user: fc.oneof(
    { arbitrary: fc.constantFrom(accountUser, iamUser, {}), weight: 6 },
    {
      arbitrary: fc.record({
        username: mostly('bob', 'system:serviceaccount:shop:builder'),
        extra: fc.dictionary(
          fc.oneof(
            fc.constantFrom('arn', 'canonicalArn', 'accessKeyId'),
            fc
              .constantFrom('pod-name', 'pod-uid', 'node-name')
              .map((key) => `authentication.kubernetes.io/${key}`),
            hostile,
          ),
          mostly(['arn:aws:sts::1:assumed-role/a/b'], ['x']),
          { maxKeys: 4 },
        ),
      }),
      weight: 2,
    },
  ),
  impersonatedUser: mostly(undefined, undefined, { username: 'alice' }),
  sourceIPs: mostly(['10.0.0.1'], ['::1', '2001:DB8::1'], ['no address'], undefined),
  userAgent: mostly('kubectl/v1.32', undefined),
  objectRef: fc.oneof({ arbitrary: objectRef, weight: 9 }, { arbitrary: fc.constant(undefined), weight: 1 }),
  responseStatus: mostly(
    { metadata: {}, code: 200 },
    { metadata: {}, code: 401 },
    { metadata: {}, reason: '"', code: 403 },
    undefined,
  ),
  requestObject: body,
  responseObject: body,
  requestReceivedTimestamp: fc.oneof(
    { arbitrary: mostly('2026-11-22T04:21:18.641799Z', '2028-02-29T23:59:59Z'), weight: 9 },
    { arbitrary: fc.constantFrom('2026-02-30T04:21:18Z', '2026-02-28T24:00:00Z'), weight: 1 },
  ),
  annotations: mostly({ a: 'b' }, undefined),
})

/** Texts that a mistake of the scan could hide behind. */
const PIECES = [
  ',',
  ':',
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  '\\u0061',
  '\\x',
  '\u0001',
  'ü',
  '\xff',
  ' ',
  '\t',
  '0',
  '-',
  '1e400',
  '.',
  '9',
  'null',
  '""',
  '"verb":"x",',
  '"code":7,',
  '"arn":["z"],',
  '"name":"z",',
  '"username":"z",',
  ',"x":1',
  '],"y":[',
] as const
type Change = (line: Buffer) => Buffer
const within = (line: Buffer, share: number): number => Math.floor(share * line.length)
const share = fc.noBias(fc.nat(999_999)).map((n) => n / 1_000_000)
const piece = fc.constantFrom(...PIECES).map((text) => Buffer.from(text, text === '\xff' ? 'latin1' : 'utf8'))
const splice = (line: Buffer, at: number, to: number, inner: Buffer = Buffer.alloc(0)): Buffer =>
  Buffer.concat([line.subarray(0, at), inner, line.subarray(to)])

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(share, fc.nat(12)).map(
    ([at, length]): Change =>
      (line) =>
        splice(line, within(line, at), within(line, at) + length),
  ),
  fc.tuple(share, piece).map(
    ([at, text]): Change =>
      (line) =>
        splice(line, within(line, at), within(line, at), text),
  ),
  fc.tuple(share, piece).map(
    ([at, text]): Change =>
      (line) =>
        splice(line, within(line, at), within(line, at) + text.length, text),
  ),
  fc.tuple(share, fc.nat(255)).map(
    ([at, byte]): Change =>
      (line) =>
        splice(line, within(line, at), within(line, at) + 1, Buffer.from([byte])),
  ),
  share.map(
    (at): Change =>
      (line) =>
        line.subarray(0, within(line, at)),
  ),
  fc.tuple(fc.nat(60), fc.nat(60)).map(
    ([a, b]): Change =>
      (line) =>
        withTwoExchanged(line, a, b),
  ),
  fc.tuple(fc.nat(60), fc.nat(60)).map(
    ([a, b]): Change =>
      (line) =>
        withOneRepeated(line, a, b),
  ),
)

/** Each `"key":` of the line, as positions. */
function keys(line: Buffer): (readonly [from: number, to: number])[] {
  return [...line.toString('latin1').matchAll(/"[\w./-]+":/g)].map(({ index, 0: key }) => [
    index,
    index + key.length,
  ])
}

function withTwoExchanged(line: Buffer, a: number, b: number): Buffer {
  const all = keys(line)
  const [one, two] = [all[a % all.length], all[b % all.length]].toSorted(
    (x, y) => (x?.[0] ?? 0) - (y?.[0] ?? 0),
  )
  if (one === undefined || two === undefined || one === two) return line
  const swapped = splice(line, two[0], two[1], line.subarray(...one))
  return splice(swapped, one[0], one[1], line.subarray(...two))
}

/** One key stands also where another stood. */
function withOneRepeated(line: Buffer, a: number, b: number): Buffer {
  const all = keys(line)
  const [one, two] = [all[a % all.length], all[b % all.length]]
  return one === undefined || two === undefined ? line : splice(line, two[0], two[1], line.subarray(...one))
}

test('what the scan takes of 40,000 hostile and broken events, the parser understands in the same way', () => {
  let read = 0
  let readBroken = 0
  fc.assert(
    fc.property(hostileEvent, fc.array(change, { minLength: 1, maxLength: 2 }), (fields, changes) => {
      const line = Buffer.from(eventLine(fields))
      if (isRead(line)) read++
      if (isRead(changes.reduce<Buffer>((broken, one) => one(broken), line))) readBroken++
    }),
    { numRuns: 20_000 },
  )
  // A scan that takes nothing would be right as well.
  expect(read).toBeGreaterThan(5_000)
  expect(readBroken).toBeGreaterThan(400)
})

test('every single byte of an event, taken out or replaced', () => {
  const line = Buffer.from(
    eventLine({
      user: iamUser,
      impersonatedUser: { username: 'alice' },
      requestURI: '/api?a=1&b',
      verb: 'update',
      objectRef: reference({ resource: 'leases', name: 'x', apiGroup: 'x.io', apiVersion: 'v1' }),
      requestObject: { a: [1, -2.5, true, null, 'ü"\\'], b: {} },
    }),
  )
  expect(isRead(line)).toBe(true)
  for (let at = 0; at < line.length; at++) {
    isRead(splice(line, at, at + 1))
    for (const text of ['"', '\\', ',', '}', ']', '0', 'x', ' ', '\u0001', '\xff']) {
      isRead(splice(line, at, at + 1, Buffer.from(text, 'latin1')))
      isRead(splice(line, at, at, Buffer.from(text, 'latin1')))
    }
  }
})

const data = new URL('../../../shared/data/k8s-audit/', import.meta.url).pathname

describe.skipIf(!existsSync(data))('events of real API servers', () => {
  function lines(file: string): readonly string[] {
    const bytes = readFileSync(join(data, file))
    return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').split('\n')
  }

  test.each(existsSync(data) ? readdirSync(data).filter((file) => file.includes('.ndjson')) : [])(
    '%s',
    (file) => {
      for (const line of lines(file)) isRead(Buffer.from(line))
    },
  )

  test('99 of 100 are scanned, apart from writes whose body is read', () => {
    let all = 0
    let read = 0
    for (const line of lines('apiserver-1.32-incident.ndjson.gz')) {
      if (line === '' || isReadBody(line)) continue
      all++
      if (isRead(Buffer.from(line))) read++
    }
    expect(all).toBeGreaterThan(2_000)
    expect(read / all).toBeGreaterThan(0.99)
  })
})

function isReadBody(line: string): boolean {
  const event = JSON.parse(line) as {
    verb: string
    objectRef?: { resource: string; subresource?: string }
    requestObject?: unknown
    responseObject?: unknown
  }
  const { resource = '', subresource } = event.objectRef ?? {}
  const call = subresource === undefined ? resource : `${resource}/${subresource}`
  const hasBody = event.requestObject !== undefined || event.responseObject !== undefined
  return hasBody && isWrite(event.verb) && READ_BODIES.has(call)
}
