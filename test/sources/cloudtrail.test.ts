import { describe, expect, test } from 'vitest'
import type { RequestObservation } from '../../src/model/observation.ts'
import { parseTime } from '../../src/model/time.ts'
import { parseRecord } from '../../src/sources/index.ts'
import { ACCOUNT, asUser, trailEvent, userArn } from '../helpers/seed-cloudtrail.ts'
import { changed, fixture } from './fixture.ts'

const assumed = fixture('cloudtrail/assume-role.json')
const USER = { kind: 'user', key: userArn('alice') }
const ROLE = { kind: 'role', key: `arn:aws:iam::${ACCOUNT}:role/admin` }
const SESSION = { kind: 'session', key: `arn:aws:sts::${ACCOUNT}:assumed-role/admin/alice-laptop` }

function request(value: unknown): RequestObservation {
  const parsed = parseRecord(value)
  if (parsed.kind !== 'request') throw new Error(JSON.stringify(parsed))
  return parsed
}

test('somebody opens a session: who, of which role, under which key', () => {
  expect(request(assumed)).toEqual({
    kind: 'request',
    source: 'cloudtrail',
    scope: { account: ACCOUNT, region: 'eu-west-1', cluster: '-' },
    eventId: '9b0a53f7-6ab5-4a9a-8e0e-1f6f4c5d2e01',
    stage: 'ResponseComplete',
    body: '',
    at: parseTime('2026-11-22T04:20:00Z'),
    isDated: true,
    caller: USER,
    actingAs: null,
    ip: '203.0.113.9',
    verb: 'AssumeRole',
    isReadOnly: true,
    resource: 'sts.amazonaws.com',
    namespace: null,
    object: ROLE.key,
    outcome: 'success',
    code: null,
    requestUri: null,
    userAgent: 'aws-cli/2.22.7',
    entities: [USER, SESSION, ROLE],
    traits: [
      { entity: USER, name: 'access-key', value: 'AKIAUSEREXAMPLE' },
      { entity: USER, name: 'principal-id', value: 'AIDAALICE' },
      { entity: SESSION, name: 'access-key', value: 'ASIAADMINEXAMPLE' },
      { entity: SESSION, name: 'principal-id', value: 'AROAADMIN:alice-laptop' },
      { entity: SESSION, name: 'session-name', value: 'alice-laptop' },
      { entity: SESSION, name: 'source-identity', value: 'alice' },
    ],
    links: [
      { from: USER, tie: 'opened', to: SESSION },
      { from: SESSION, tie: 'is', to: ROLE },
    ],
  })
})

test('no secret of a record is kept, whatever record it is', () => {
  const secrets = /SECRET-|HIDDEN_DUE|hunter2/
  for (const name of ['assume-role', 'pod-identity', 'access-entry'])
    expect(JSON.stringify(request(fixture(`cloudtrail/${name}.json`)))).not.toMatch(secrets)
  const written = trailEvent({
    service: 'secretsmanager',
    name: 'PutSecretValue',
    request: { secretId: 'payments/db', secretString: 'hunter2' },
    response: { secretString: 'hunter2' },
  })
  expect(request(written).object).toBe('payments/db')
  expect(JSON.stringify(request(written))).not.toMatch(secrets)
})

describe('the forms in which an event comes', () => {
  const bare = request(assumed)

  test.each([
    [
      'EventBridge',
      {
        'detail-type': 'AWS API Call via CloudTrail',
        account: ACCOUNT,
        region: 'eu-west-1',
        detail: assumed,
      },
    ],
    ['a sign-in', { 'detail-type': 'AWS Console Sign In via CloudTrail', detail: assumed }],
    ['LookupEvents', { EventId: 'x', EventName: 'AssumeRole', CloudTrailEvent: JSON.stringify(assumed) }],
  ])('%s says the same', (_, value) => {
    expect(request(value)).toEqual(bare)
  })

  test('without a recipient the account of the envelope comes before that of the caller, who may be of another one', () => {
    const { recipientAccountId: _, ...rest } = trailEvent({ by: asUser('alice') })
    const envelope = { 'detail-type': 'AWS API Call via CloudTrail', account: '444455556666' }
    expect(request({ ...envelope, detail: rest }).scope.account).toBe('444455556666')
    expect(request(rest).scope.account).toBe(ACCOUNT)
  })

  test('the account and region of an envelope stand where the event says none', () => {
    const { recipientAccountId: _, awsRegion: __, ...rest } = trailEvent({ by: null })
    const envelope = { 'detail-type': 'AWS API Call via CloudTrail', account: ACCOUNT, region: 'eu-west-1' }
    expect(request({ ...envelope, detail: rest }).scope).toEqual({
      account: ACCOUNT,
      region: 'eu-west-1',
      cluster: '-',
    })
    expect(request(rest).scope).toEqual({ cluster: '-' })
  })

  test.each([
    [{ CloudTrailEvent: '{"eventName":' }, 'malformed', '/CloudTrailEvent'],
    [{ CloudTrailEvent: '{}' }, 'malformed', '/CloudTrailEvent'],
    [{ CloudTrailEvent: 7 }, 'malformed', '/CloudTrailEvent'],
    [{ 'detail-type': 'AWS API Call via CloudTrail', detail: {} }, 'malformed', '/detail'],
    [changed(assumed, 'eventName', 7), 'malformed', '/eventName'],
    [changed(assumed, 'eventSource', null), 'malformed', '/eventSource'],
    [changed(assumed, 'userIdentity', 'alice'), 'malformed', '/userIdentity'],
    [changed(assumed, 'eventTime', undefined), 'no-time', '/eventTime'],
    [changed(assumed, 'eventTime', '...'), 'no-time', '/eventTime'],
    [
      { 'detail-type': 'AWS API Call via CloudTrail', detail: changed(assumed, 'eventTime', 7) },
      'no-time',
      '/detail/eventTime',
    ],
    [
      { CloudTrailEvent: JSON.stringify(changed(assumed, 'eventTime', 7)) },
      'no-time',
      '/CloudTrailEvent/eventTime',
    ],
    [
      { eventVersion: '1.07', eventCategory: 'Insight', insightDetails: {} },
      'unrecognised',
      '/insightDetails',
    ],
  ])('%j is refused for its field', (value, kind, pointer) => {
    expect(parseRecord(value)).toMatchObject({ kind: 'rejected', class: kind, pointer })
  })
})

test('an event without an id is known by its contents', () => {
  const [one, other] = ['r1', 'r2'].map((requestID) =>
    request(changed({ ...trailEvent(), requestID }, 'eventID', undefined)),
  )
  expect(one?.eventId).toMatch(/^[0-9a-f]{64}$/)
  expect(one?.eventId).not.toBe(other?.eventId)
})

test.each([
  [undefined, 'success'],
  ['AccessDenied', 'forbidden'],
  ['AccessDeniedException', 'forbidden'],
  ['Client.UnauthorizedOperation', 'forbidden'],
  ['UnauthorizedOperation', 'forbidden'],
  ['VpceAccessDenied', 'forbidden'],
  ['ExpiredTokenException', 'unauthorized'],
  ['Client.AuthFailure', 'unauthorized'],
  ['InvalidClientTokenId', 'unauthorized'],
  ['SignatureDoesNotMatch', 'unauthorized'],
  ['NoSuchBucketPolicy', 'failure'],
  ['ThrottlingException', 'failure'],
  ['Client.InvalidVpcID.NotFound', 'failure'],
  ['NotAccessDenied', 'failure'],
])('error code %s is %s', (error, outcome) => {
  expect(request(trailEvent(error === undefined ? {} : { error })).outcome).toBe(outcome)
})

test('a failed sign-in is unauthorized, and a name that is hidden is nobody', () => {
  const signIn = trailEvent({
    service: 'signin',
    name: 'ConsoleLogin',
    by: { type: 'IAMUser', accountId: ACCOUNT, accessKeyId: '', userName: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
    response: { ConsoleLogin: 'Failure' },
  })
  expect(request(signIn)).toMatchObject({ outcome: 'unauthorized', caller: null, entities: [] })
  expect(request(changed(signIn, 'responseElements.ConsoleLogin', 'Success')).outcome).toBe('success')
})

test.each([
  ['203.0.113.9', '203.0.113.9', []],
  ['2001:DB8:0:0::1', '2001:db8::1', []],
  ['eks-nodegroup.amazonaws.com', null, ['eks-nodegroup.amazonaws.com']],
  ['AWS Internal', null, []],
])('from %s', (from, ip, services) => {
  const { ip: found, entities } = request(trailEvent({ from }))
  expect(found).toBe(ip)
  expect(entities.filter(({ kind }) => kind === 'service').map(({ key }) => key)).toEqual(services)
})

test.each([
  [
    { type: 'Root', arn: `arn:aws:iam::${ACCOUNT}:root`, accountId: ACCOUNT },
    `user:arn:aws:iam::${ACCOUNT}:root`,
  ],
  [{ type: 'IAMUser', accountId: ACCOUNT, userName: 'bob' }, `user:${userArn('bob')}`],
  [asUser('carol'), `user:${userArn('carol')}`],
  [
    { type: 'FederatedUser', arn: `arn:aws:sts::${ACCOUNT}:federated-user/bob` },
    `session:arn:aws:sts::${ACCOUNT}:federated-user/bob`,
  ],
  [{ type: 'AWSService', invokedBy: 'ec2.amazonaws.com' }, 'service:ec2.amazonaws.com'],
  [{ accountId: ACCOUNT, invokedBy: 'secretsmanager.amazonaws.com' }, 'service:secretsmanager.amazonaws.com'],
  [{ type: 'AWSAccount', accountId: '444455556666', principalId: 'AROAX:deploy' }, 'session:AROAX:deploy'],
  [{ type: 'AWSAccount', accountId: '444455556666', principalId: 'AIDAX' }, 'user:AIDAX'],
  [{ type: 'AWSAccount', accountId: '444455556666' }, 'account:444455556666'],
  [{ type: 'SAMLUser', principalId: 'q:alice', userName: 'alice' }, 'user:q:alice'],
  [{ type: 'Role', arn: `arn:aws:iam::${ACCOUNT}:role/x` }, `role:arn:aws:iam::${ACCOUNT}:role/x`],
  [
    { type: '...', arn: `arn:aws:sts::${ACCOUNT}:assumed-role/x/y` },
    `session:arn:aws:sts::${ACCOUNT}:assumed-role/x/y`,
  ],
  [{ accountId: ACCOUNT }, `account:${ACCOUNT}`],
  [{}, null],
])('the caller %j', (by, expected) => {
  const { caller } = request(trailEvent({ by }))
  expect(caller === null ? null : `${caller.kind}:${caller.key}`).toBe(expected)
})

test('what fails at sign-in otherwise is a failure', () => {
  const event = trailEvent({
    service: 'signin',
    name: 'PasswordUpdated',
    response: { PasswordUpdated: 'Failure' },
  })
  expect(request(event).outcome).toBe('failure')
})
