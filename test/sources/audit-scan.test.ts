import { describe, expect, test } from 'vitest'
import { READ_BODIES } from '../../src/sources/audit-objects.ts'
import { AuditScan, scanAudit } from '../../src/sources/audit-scan.ts'
import { byParser, byScan } from '../helpers/scanned.ts'
import { accountUser, type EventFields, eventLine, iamUser, reference } from './api-server-event.ts'

const ref = (resource: string, more: object = {}): object =>
  reference({ resource, namespace: 'shop', name: 'x', apiVersion: 'v1', ...more })

const long = 'n'.repeat(331)
const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as unknown
const extra = (more: object): EventFields => ({
  user: { ...accountUser, extra: { ...accountUser.extra, ...more } },
})
const lease = (body: unknown): EventFields => ({
  verb: 'update',
  objectRef: ref('leases'),
  requestObject: body,
})

describe('ordinary events are read', () => {
  test.each<[string, EventFields]>([
    ['a secret read by a pod', {}],
    ['a list', { verb: 'list', objectRef: { resource: 'secrets', apiVersion: 'v1' } }],
    ['a role of IAM', { user: iamUser }],
    [
      'an IAM user, whose arn is no session',
      { user: { ...iamUser, extra: { arn: ['arn:aws:iam::1:user/bob'] } } },
    ],
    ['somebody unknown', { user: {}, responseStatus: { metadata: {}, code: 401 } }],
    ['no groups and an empty extra', { user: { username: 'bob', extra: {} } }],
    ['an empty list of an extra that is not used', { user: { username: 'bob', extra: { other: [] } } }],
    ['impersonation', { impersonatedUser: { username: 'alice', groups: ['a', 'b'], extra: { arn: ['x'] } } }],
    [
      'a request that begins',
      { stage: 'RequestReceived', responseStatus: undefined, annotations: undefined },
    ],
    ['a watch', { stage: 'ResponseStarted', verb: 'watch' }],
    ['a panic', { stage: 'Panic', responseStatus: { metadata: {}, status: 'Failure', code: 500 } }],
    ['no status', { responseStatus: undefined }],
    ['a status without a code', { responseStatus: { metadata: {} } }],
    [
      'a refusal in words with escapes',
      {
        responseStatus: {
          metadata: {},
          status: 'Failure',
          message: 'User "bob"\tcannot\n<get> \\ ü',
          reason: 'Forbidden',
          details: { name: 'db', kind: 'secrets' },
          code: 403,
        },
      },
    ],
    ['neither addresses nor an agent', { sourceIPs: undefined, userAgent: undefined }],
    ['no address in the list', { sourceIPs: [] }],
    ['an address that is none', { sourceIPs: ['12.000.22.33'] }],
    ['IPv6', { sourceIPs: ['2001:DB8:0:0::1'] }],
    ['a path', { objectRef: undefined, requestURI: '/healthz' }],
    ['a path with escapes in its query', { objectRef: undefined, requestURI: '/openapi/v3?hash=1&x=<2>' }],
    ['a path of a scanner', { objectRef: undefined, requestURI: '/.env' }],
    [
      'every field of a reference',
      {
        objectRef: ref('widgets', {
          uid: 'u',
          apiGroup: 'x.io',
          apiVersion: 'v1',
          resourceVersion: '7',
          subresource: 'scale',
        }),
      },
    ],
    ['exec', { verb: 'create', objectRef: ref('pods', { subresource: 'exec' }) }],
    [
      'a token, whose body is not read',
      {
        verb: 'create',
        objectRef: ref('serviceaccounts', { subresource: 'token' }),
        requestObject: { kind: 'TokenRequest' },
        responseObject: { kind: 'TokenRequest' },
      },
    ],
    [
      'a lease with its bodies',
      {
        verb: 'update',
        objectRef: ref('leases', { apiGroup: 'coordination.k8s.io' }),
        requestObject: {
          metadata: { name: 'y', managedFields: [{ 'f:x': {} }, [], [[]], 1, -0.5, 0, true, false, null] },
        },
        responseObject: { text: '\u0001 "ü😀" \\ / \b\f\n\r\t \ud800', '': '' },
      },
    ],
    ['nesting of 32 levels', lease(nested(32))],
    ['a pod that is deleted without a body', { verb: 'delete', objectRef: ref('pods') }],
    [
      'a pod that is read with its body',
      { objectRef: ref('pods'), responseObject: { metadata: { name: 'x' } } },
    ],
    ['a leap day', { requestReceivedTimestamp: '2028-02-29T23:59:59.999999999Z' }],
    ['a time without a fraction', { requestReceivedTimestamp: '2026-01-01T00:00:00Z' }],
    ['a short fraction', { requestReceivedTimestamp: '2026-12-31T00:00:00.5Z' }],
    ['nothing after the time', { stageTimestamp: undefined, annotations: undefined }],
    ['an agent of 1,024', { userAgent: 'a'.repeat(1024) }],
  ])('%s', (_, changes) => {
    const line = Buffer.from(eventLine(changes))
    const found = byScan(line)
    expect(found).not.toBeNull()
    expect(found).toEqual(byParser(line))
  })
})

describe('left to the parser: what an API server does not write', () => {
  test.each<[string, EventFields]>([
    ['another version', { apiVersion: 'audit.k8s.io/v1beta1' }],
    ['no id', { auditID: undefined }],
    ['an empty id', { auditID: '' }],
    ['an id with an escape', { auditID: 'a<b' }],
    ['no stage', { stage: undefined }],
    ['an unknown stage', { stage: 'ResponseEnded' }],
    ['no verb', { verb: undefined }],
    ['an empty verb', { verb: '' }],
    ['a verb in another alphabet', { verb: 'gét' }],
    ['no URI', { requestURI: undefined, objectRef: undefined }],
    ['an empty URI', { requestURI: '', objectRef: undefined }],
    ['a path with an escape', { requestURI: '/a<b?c', objectRef: undefined }],
    ['no user', { user: undefined }],
    ['a user that is null', { user: null }],
    ['an empty name of a user', { user: { username: '' } }],
    ['a user with an escape in the name', { user: { username: 'a&b' } }],
    ['a user with ü in the name', { user: { username: 'jürgen' } }],
    ['a long user', { user: { username: long } }],
    ['a user that is a number', { user: { username: 7 } }],
    ['fields of a user in another order', { user: { uid: '1', username: 'bob' } }],
    ['an unknown field of a user', { user: { username: 'bob', name: 'x' } }],
    ['an unknown field of an impersonated user', { impersonatedUser: { username: 'bob', name: 'x' } }],
    ['a null for the impersonated user', { impersonatedUser: null }],
    ['two ARNs', extra({ arn: ['a', 'b'] })],
    ['no ARN in the list', extra({ arn: [] })],
    ['an ARN that is no list', extra({ arn: 'a' })],
    ['an ARN that is empty', extra({ arn: [''] })],
    ['a key id that is a number', extra({ accessKeyId: [7] })],
    ['a role with an escape', extra({ canonicalArn: ['a>b'] })],
    ['a key with an escape', extra({ 'a<b': ['x'] })],
    ['the pod in another spelling', extra({ 'authentication_kubernetes_io_slash_pod-name': ['x'] })],
    ['an address that is a number', { sourceIPs: [1] }],
    ['an address with a blank', { sourceIPs: [' 10.0.0.1'] }],
    ['an address with a blank after it', { sourceIPs: ['10.0.0.1 '] }],
    ['addresses that are no list', { sourceIPs: '10.0.0.1' }],
    ['an agent with an escape', { userAgent: 'a <b>' }],
    ['an agent of 1,025', { userAgent: 'a'.repeat(1025) }],
    ['a reference without a resource', { objectRef: { namespace: 'shop' } }],
    ['an empty resource', { objectRef: { resource: '' } }],
    ['a reference that is null', { objectRef: null }],
    ['fields of a reference in another order', { objectRef: { namespace: 'shop', resource: 'pods' } }],
    ['an unknown field of a reference', { objectRef: { resource: 'pods', cluster: 'x' } }],
    ['a namespace with an escape', { objectRef: { resource: 'pods', namespace: 'a"b' } }],
    ['a long object', { objectRef: { resource: 'pods', name: long } }],
    ['a code that is a text', { responseStatus: { metadata: {}, code: '200' } }],
    ['a code below zero', { responseStatus: { metadata: {}, code: -1 } }],
    ['a code with a fraction', { responseStatus: { metadata: {}, code: 200.5 } }],
    ['a large code', { responseStatus: { metadata: {}, code: 1_000_000 } }],
    ['an unknown field of a status', { responseStatus: { metadata: {}, code: 200, more: 1 } }],
    ['a status that is null', { responseStatus: null }],
    ['no time', { requestReceivedTimestamp: undefined }],
    ['a time with an offset', { requestReceivedTimestamp: '2026-11-22T04:21:18+01:00' }],
    ['a time with a blank', { requestReceivedTimestamp: '2026-11-22 04:21:18Z' }],
    ['a time with a point and no fraction', { requestReceivedTimestamp: '2026-11-22T04:21:18.Z' }],
    ['ten digits of a fraction', { requestReceivedTimestamp: '2026-11-22T04:21:18.0123456789Z' }],
    ['a letter in a fraction', { requestReceivedTimestamp: '2026-11-22T04:21:18.0123456xZ' }],
    ['a day that does not exist', { requestReceivedTimestamp: '2026-02-29T04:21:18Z' }],
    ['a month that does not exist', { requestReceivedTimestamp: '2026-13-01T04:21:18Z' }],
    ['day zero', { requestReceivedTimestamp: '2026-01-00T04:21:18Z' }],
    ['hour 24', { requestReceivedTimestamp: '2026-11-22T24:00:00Z' }],
    ['a leap second', { requestReceivedTimestamp: '2026-12-31T23:59:60Z' }],
    ['a year long ago', { requestReceivedTimestamp: '1969-12-31T23:59:59Z' }],
    ['a year far off', { requestReceivedTimestamp: '2255-12-31T23:59:59Z' }],
    ['deep nesting', lease(nested(33))],
    [
      'a secret whose name is only in the answer',
      {
        verb: 'create',
        objectRef: { resource: 'secrets', namespace: 'shop', apiVersion: 'v1' },
        responseObject: { metadata: { name: 'db' } },
      },
    ],
    [
      'a node that is named only in a body',
      {
        objectRef: { resource: 'nodes', apiVersion: 'v1' },
        responseObject: { metadata: { name: 'n' } },
      },
    ],
  ])('%s', (_, changes) => {
    expect(byScan(Buffer.from(eventLine(changes)))).toBeNull()
  })

  test.each([...READ_BODIES])('a write of %s with a body, which is read for itself', (call) => {
    const [resource = '', subresource] = call.split('/')
    const objectRef = ref(resource, subresource === undefined ? {} : { subresource })
    for (const verb of ['create', 'update', 'patch', 'delete', 'deletecollection']) {
      for (const body of ['requestObject', 'responseObject']) {
        const line = Buffer.from(eventLine({ verb, objectRef, [body]: {} }))
        expect(byScan(line)).toEqual(byParser(line))
      }
    }
  })
})

describe('left to the parser: what JSON.stringify does not write', () => {
  const body = eventLine(lease({ k: 'v' }))
  test.each([
    ['a key twice', '"verb":"update",', '"verb":"update","verb":"get",'],
    [
      'two keys exchanged',
      '"kind":"Event","apiVersion":"audit.k8s.io/v1"',
      '"apiVersion":"audit.k8s.io/v1","kind":"Event"',
    ],
    ['an unknown key', '"verb":', '"verbs":"x","verb":'],
    ['an unknown key at the end', /}$/, ',"x":1}'],
    ['a key spelt with an escape', '"user":', '"us\\u0065r":'],
    ['a blank between two fields', ',"verb"', ', "verb"'],
    ['a blank before the event', /^/, ' '],
    ['text after the event', /$/, ' x'],
    ['a brace too much', /$/, '}'],
    ['a brace too little', /}$/, ''],
    [
      'a key of a token twice',
      '"authentication.kubernetes.io/pod-name":',
      '"authentication.kubernetes.io/pod-name":["a"],"authentication.kubernetes.io/pod-name":',
    ],
    ['a used key of extra spelt with an escape', '"extra":{', '"extra":{"\\u0061rn":["x"],'],
    ['a code with leading zeros', '"code":200', '"code":0200'],
    ['a code with an exponent', '"code":200', '"code":2e2'],
    ['a code that is missing', '"code":200', '"code":'],
    ['an escape that JSON does not have', '"k":"v"', '"k":"\\x"'],
    ['/ in an escape', '"k":"v"', '"k":"\\u00/0"'],
    [': in an escape', '"k":"v"', '"k":"\\u00:0"'],
    ['@ in an escape', '"k":"v"', '"k":"\\u00@0"'],
    ['G in an escape', '"k":"v"', '"k":"\\u00G0"'],
    ['` in an escape', '"k":"v"', '"k":"\\u00`0"'],
    ['g in an escape', '"k":"v"', '"k":"\\u00g0"'],
    ['an escape that breaks off', '"k":"v"', '"k":"\\u12"'],
    ['a control character', '"k":"v"', '"k":"\u0001"'],
    ['a control character in the level', '"Metadata"', '"\u0001"'],
    ['a number too large', '"k":"v"', '"k":1e400'],
    ['a number of 400 digits', '"k":"v"', `"k":${'9'.repeat(400)}`],
    ['a number with a leading zero', '"k":"v"', '"k":01'],
    ['a number that ends in a point', '"k":"v"', '"k":1.'],
    ['a sign without a number', '"k":"v"', '"k":-'],
    ['a word that JSON does not have', '"k":"v"', '"k":nulL'],
    ['a value that is missing', '"k":"v"', '"k":'],
    ['a comma too much', '"k":"v"', '"k":"v",'],
    ['a comma too much in a list', '"k":"v"', '"k":["v",]'],
    ['brackets of two kinds', '"k":"v"', '"k":["v"}'],
    ['a key without quotes', '"k":"v"', 'k:"v"'],
    ['a byte over 0x7f between values', '"k":"v"', '"k":"v"\u00a0'],
    ['a newline', '"k":"v"', '"k":"\n"'],
  ])('%s', (_, search, replacement) => {
    const line = body.replace(search, replacement)
    expect(byScan(Buffer.from(body))).not.toBeNull()
    expect(line).not.toBe(body)
    expect(byScan(Buffer.from(line))).toBeNull()
  })
})

test('an event ends where it is said to end', () => {
  const line = Buffer.from(eventLine())
  const scan = new AuditScan()
  for (let to = 0; to <= line.length; to++) {
    expect(scanAudit(line, 0, to, scan), String(to)).toBe(to === line.length)
    expect(scanAudit(line.subarray(0, to), 0, to, scan), String(to)).toBe(to === line.length)
  }
})

test('the same bytes read as latin1 are scanned in the same way', () => {
  const line = eventLine({ responseObject: { text: 'ü' } })
  const scan = new AuditScan()
  expect(scanAudit(Buffer.from(line).toString('latin1'), 0, Buffer.byteLength(line), scan)).toBe(true)
  expect(line.slice(scan.nameFrom, scan.nameTo)).toBe('db')
})
