import { describe, expect, test } from 'vitest'
import type { RequestObservation } from '../../src/model/observation.ts'
import { parseTime } from '../../src/model/time.ts'
import { parseRecord } from '../../src/sources/index.ts'
import { changed, fixture } from './fixture.ts'

const exec = fixture('audit/exec.json')
const secret = fixture('audit/secret.json')

const ROLE = { kind: 'role', key: 'arn:aws:iam::111122223333:role/ops' }
const SESSION = { kind: 'session', key: 'arn:aws:sts::111122223333:assumed-role/ops/mallory' }

function request(value: unknown): RequestObservation {
  const parsed = parseRecord(value)
  if (parsed.kind !== 'request') throw new Error(JSON.stringify(parsed))
  return parsed
}

test('an exec through a proxy, as somebody else, by an IAM session', () => {
  expect(request(exec)).toEqual({
    kind: 'request',
    source: 'audit',
    scope: {},
    eventId: 'a-exec',
    stage: 'ResponseStarted',
    body: '',
    at: parseTime('2026-11-22T04:21:18.641799Z'),
    isDated: true,
    caller: { kind: 'subject', key: 'kubernetes-admin' },
    isReadOnly: false,
    actingAs: 'alice',
    ip: '198.51.100.7',
    verb: 'create',
    resource: 'pods/exec',
    namespace: 'shop',
    object: '<!channel>',
    outcome: 'success',
    code: 101,
    requestUri: '/api/v1/namespaces/shop/pods/%3C!channel%3E/exec?command=sh&stdin=true',
    userAgent: 'kubectl/v1.32 <!channel> *x* \uFFFD \uFFFD',
    entities: [
      { kind: 'pod', key: 'shop/<!channel>' },
      ROLE,
      SESSION,
      { kind: 'subject', key: 'kubernetes-admin' },
    ],
    traits: [
      { entity: SESSION, name: 'access-key', value: 'ASIAEXAMPLE' },
      { entity: ROLE, name: 'principal-id', value: 'AROAEXAMPLE' },
      { entity: SESSION, name: 'principal-id', value: 'AROAEXAMPLE:mallory' },
      { entity: SESSION, name: 'session-name', value: 'mallory' },
    ],
    links: [
      { from: { kind: 'subject', key: 'kubernetes-admin' }, tie: 'is', to: ROLE },
      { from: { kind: 'subject', key: 'kubernetes-admin' }, tie: 'is', to: SESSION },
    ],
  })
})

test('a secret read by a pod names the secret and the pod', () => {
  expect(request(secret)).toMatchObject({
    resource: 'secrets',
    object: 'db',
    entities: [
      { kind: 'secret', key: 'shop/db' },
      { kind: 'pod', key: 'shop/builder-7f' },
      { kind: 'subject', key: 'system:serviceaccount:shop:builder' },
    ],
  })
  const rewritten = changed(secret, 'user.extra', {
    'authentication_kubernetes_io_slash_pod-name': ['builder-7f'],
  })
  expect(request(rewritten).entities).toContainEqual({ kind: 'pod', key: 'shop/builder-7f' })
})

test.each([
  [200, 'success'],
  [101, 'success'],
  [399, 'success'],
  ['201', 'success'],
  [99, 'success'],
  [0, 'success'],
  [-1, 'success'],
  ['-1', 'success'],
  [400, 'failure'],
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [404, 'failure'],
  [503, 'failure'],
  [undefined, 'failure'],
  [null, 'failure'],
  ['soon', 'failure'],
])('status %j counts as %s', (code, outcome) => {
  expect(request(changed(secret, 'responseStatus.code', code)).outcome).toBe(outcome)
})

test.each([
  ['201', 201],
  [503, 503],
  [-1, null],
  [1000, null],
  [200.5, null],
  [undefined, null],
  ['soon', null],
])('status %j is kept as %j', (status, code) => {
  expect(request(changed(secret, 'responseStatus.code', status)).code).toBe(code)
})

describe('stages', () => {
  test('RequestReceived is left out on purpose', () => {
    expect(parseRecord(changed(exec, 'stage', 'RequestReceived'))).toEqual({
      kind: 'ignored',
      class: 'request-received',
    })
  })
  test('no stage is a complete response', () => {
    expect(request(changed(exec, 'stage', undefined)).stage).toBe('ResponseComplete')
  })
  test.each(['Finished', 7, {}])('stage %j is refused', (stage) => {
    expect(parseRecord(changed(exec, 'stage', stage))).toMatchObject({
      class: 'malformed',
      pointer: '/stage',
    })
  })
})

describe('time', () => {
  test('is when the request was received, else the next best', () => {
    const late = changed(exec, 'requestReceivedTimestamp', undefined)
    expect(request(late)).toMatchObject({ at: parseTime('2026-11-22T04:21:18.7Z'), isDated: false })
    expect(request(changed(exec, 'requestReceivedTimestamp', 'soon')).isDated).toBe(false)
    const old = {
      kind: 'Event',
      verb: 'list',
      requestURI: '/api',
      level: 'Metadata',
      timestamp: '2017-09-11T10:00:00Z',
    }
    expect(request(old).at).toBe(parseTime('2017-09-11T10:00:00Z'))
    const older = { ...old, timestamp: null, metadata: { creationTimestamp: '2017-09-11 09:00:00.12' } }
    expect(request(older).at).toBe(parseTime('2017-09-11T09:00:00.12Z'))
  })
  test.each([undefined, 'yesterday', '9999-01-01T00:00:00Z', 1763784000])(
    '%j everywhere is no time',
    (at) => {
      const timeless = changed(changed(exec, 'requestReceivedTimestamp', at), 'stageTimestamp', at)
      expect(parseRecord(timeless)).toMatchObject({ class: 'no-time', pointer: '/requestReceivedTimestamp' })
    },
  )
})

describe('missing and wrong fields', () => {
  test.each([undefined, null, {}, { username: '' }])('user %j lands without a subject', (user) => {
    expect(request(changed(secret, 'user', user)).caller).toBeNull()
  })
  test.each([undefined, null, [], ['not-an-ip'], ['12.000.22.33'], '198.51.100.7', [7]])(
    'sourceIPs %j lands without an ip',
    (ips) => {
      expect(request(changed(secret, 'sourceIPs', ips)).ip).toBeNull()
    },
  )
  test('without an audit id the record itself is the id', () => {
    const parsed = request(changed(secret, 'auditID', ''))
    expect(parsed.eventId).toBe(parsed.body)
  })
  test('apiVersion and kind may be absent', () => {
    expect(request(changed(changed(secret, 'apiVersion', undefined), 'kind', undefined)).verb).toBe('get')
  })
  test.each([
    ['verb', undefined, '/verb'],
    ['verb', '', '/verb'],
    ['verb', 7, '/verb'],
    ['user', 'alice', '/user'],
    ['user.username', 7, '/user/username'],
    ['objectRef', 'secrets', '/objectRef'],
    ['objectRef.namespace', 7, '/objectRef/namespace'],
    ['objectRef.name', ['db'], '/objectRef/name'],
    ['annotations.big', Number.POSITIVE_INFINITY, '/annotations/big'],
  ])('%s = %j is refused at %s', (path, value, pointer) => {
    expect(parseRecord(changed(secret, path, value))).toMatchObject({
      kind: 'rejected',
      class: 'malformed',
      pointer,
    })
  })
  test('an event that says neither resource nor path is known and refused', () => {
    const bare = changed(changed(secret, 'requestURI', undefined), 'objectRef', undefined)
    expect(parseRecord(bare)).toMatchObject({ class: 'malformed', pointer: '/requestURI' })
    expect(parseRecord(changed(bare, 'objectRef', {}))).toMatchObject({ pointer: '/objectRef/resource' })
    expect(parseRecord({ kind: 'Event', apiVersion: 'audit.k8s.io/v1' })).toMatchObject({
      class: 'malformed',
    })
  })
  test('a record nested too deep is refused, a lone surrogate is not', () => {
    let deep: unknown = 1
    for (let i = 0; i < 1000; i++) deep = [deep]
    expect(parseRecord(changed(secret, 'requestObject', deep))).toMatchObject({ class: 'malformed' })
    expect(parseRecord(changed(secret, 'requestObject', { '\ud800': '\udfff' })).kind).toBe('request')
  })
  test('a key called __proto__ changes nothing', () => {
    const hostile = JSON.parse(`{"__proto__":{"verb":"delete"},${JSON.stringify(secret).slice(1)}`) as unknown
    expect(request(hostile).verb).toBe('get')
    expect(({} as { verb?: string }).verb).toBeUndefined()
  })
})

describe('what was asked for', () => {
  const asked = (objectRef: unknown): string => request(changed(secret, 'objectRef', objectRef)).resource
  test('a resource with its group and subresource', () => {
    expect(asked({ resource: 'deployments', apiGroup: 'apps', subresource: 'scale' })).toBe(
      'deployments.apps/scale',
    )
    expect(asked({ resource: 'roles', apiGroup: 'rbac.authorization.k8s.io' })).toBe(
      'roles.rbac.authorization.k8s.io',
    )
  })
  test.each([
    ['/readyz?verbose', '/readyz'],
    ['/', '/'],
    ['/apis/apps/v1/deployments/a/b/c', '/apis/apps/v1/deployments'],
    ['/.well-known/openid-configuration', '/.well-known/openid-configuration'],
    ['/wp-admin/setup.php?x=1', '/…'],
    ['http://other/api', '/…'],
    ['?x', '/…'],
  ])('the path %s counts as %s', (uri, resource) => {
    const direct = changed(changed(secret, 'objectRef', undefined), 'requestURI', uri)
    expect(request(direct).resource).toBe(resource)
  })
  test('the name of a pod made by generateName comes from the answer', () => {
    const made = changed(secret, 'objectRef', { resource: 'pods', namespace: 'shop' })
    const answered = changed(made, 'responseObject', { metadata: { name: 'web-x7k2p' } })
    expect(request(answered).entities).toContainEqual({ kind: 'pod', key: 'shop/web-x7k2p' })
    expect(request(answered).object).toBeNull()
  })
  test('only names that matter are kept', () => {
    const kept = (objectRef: object): string | null => request(changed(secret, 'objectRef', objectRef)).object
    expect(kept({ resource: 'configmaps', name: 'aws-auth', namespace: 'kube-system' })).toBe('aws-auth')
    expect(kept({ resource: 'configmaps', name: 'other', namespace: 'kube-system' })).toBeNull()
    expect(
      kept({ resource: 'clusterrolebindings', name: 'evil', apiGroup: 'rbac.authorization.k8s.io' }),
    ).toBe('evil')
    expect(kept({ resource: 'serviceaccounts', subresource: 'token', name: 'builder' })).toBe('builder')
    expect(kept({ resource: 'pods', name: 'web', namespace: 'shop' })).toBeNull()
  })
  test('a node is an entity by its name', () => {
    const node = changed(secret, 'objectRef', { resource: 'nodes', name: 'ip-10-0-0-1.ec2.internal' })
    expect(request(node).entities).toContainEqual({ kind: 'node', key: 'ip-10-0-0-1.ec2.internal' })
  })
})
