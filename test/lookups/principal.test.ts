import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatEntity } from '../../src/model/entity.ts'
import { micros, openWorld, plain, texts, type World } from '../helpers/seed.ts'
import {
  asSession,
  assumeRole,
  asUser,
  roleArn,
  type SessionSpec,
  sessionArn,
  trailEvent,
  userArn,
} from '../helpers/seed-cloudtrail.ts'
import { auditEvent, clock } from '../helpers/seed-records.ts'

const ADMIN: SessionSpec = { role: 'admin', session: 'alice-laptop', key: 'ASIAADMINEXAMPLE' }
const PROD: SessionSpec = { role: 'prod', session: 'hop', key: 'ASIAPRODEXAMPLE' }
const LOOP: SessionSpec = { role: 'loop', session: 'loop', key: 'ASIALOOPEXAMPLE' }
const CLUSTER = '111122223333/eu-west-1/payments'

let world: World
beforeAll(async () => {
  world = await openWorld()
  await world.absorb([
    assumeRole(asUser('alice'), ADMIN, { at: clock('04:00') }),
    assumeRole(asSession(ADMIN), PROD, { at: clock('04:10') }),
    ...['04:20', '04:21', '05:30'].map((at) =>
      trailEvent({ at: clock(at), by: asSession(PROD), service: 'ec2', name: 'DescribeInstances' }),
    ),
    trailEvent({
      at: clock('04:30'),
      by: asSession(PROD),
      service: 'ec2',
      name: 'RunInstances',
      readOnly: false,
      error: 'Client.UnauthorizedOperation',
    }),
    trailEvent({
      at: clock('04:40'),
      by: asSession(PROD),
      service: 'eks',
      name: 'ListClusters',
      from: 'AWS Internal',
    }),
    // Sessions that opened each other.
    assumeRole(asSession(LOOP), { ...LOOP, session: 'pool' }, { at: clock('06:00') }),
    assumeRole(asSession({ ...LOOP, session: 'pool', key: 'ASIAPOOLEXAMPLE' }), LOOP, { at: clock('06:10') }),
  ])
  await world.absorb(
    [
      auditEvent({
        at: clock('04:50'),
        user: 'ops-admin',
        verb: 'get',
        resource: 'secrets',
        name: 'db',
        extra: {
          arn: [sessionArn(PROD)],
          canonicalArn: [roleArn('prod')],
          accessKeyId: ['ASIAPRODEXAMPLE'],
          sessionName: ['hop'],
        },
      }),
    ],
    CLUSTER,
  )
})
afterAll(() => world.close())

test('what a session called, from where, with which outcome', async () => {
  const answer = await world.ask('principal', sessionArn(PROD))
  expect(answer).toMatchObject({
    lookup: 'principal',
    entity: { kind: 'session', key: sessionArn(PROD), scopes: ['111122223333/eu-west-1/-'], matched: 1 },
    totals: { success: 4, failure: 0, unauthorized: 0, forbidden: 1 },
    total: 3,
    lastSeen: micros(clock('05:30')),
  })
  expect(answer.rows).toEqual([
    {
      verb: 'DescribeInstances',
      service: 'ec2.amazonaws.com',
      ip: '203.0.113.9',
      success: 3,
      failure: 0,
      unauthorized: 0,
      forbidden: 0,
      firstSeen: clock('04:20:00.000000'),
      lastSeen: clock('05:30:00.000000'),
    },
    expect.objectContaining({ verb: 'ListClusters', service: 'eks.amazonaws.com', ip: null, success: 1 }),
    expect.objectContaining({ verb: 'RunInstances', forbidden: 1 }),
  ])
  expect(answer.table).toEqual({
    head: ['Service call', 'ok/fail ▼', 'IP', 'Last seen'],
    rows: [
      ['DescribeInstances ec2', '3 / 0', '203.0.113.9', expect.any(String)],
      ['ListClusters eks', '1 / 0', '', expect.any(String)],
      ['RunInstances ec2', '0 / 1', '203.0.113.9', expect.any(String)],
    ],
  })
  expect(plain(answer.sentence)).toBe(
    `${sessionArn(PROD)}: 5 calls of 3 kinds to AWS, 04:00–06:00 UTC: 4 success, 1 forbidden.`,
  )
})

test('who stands behind it, back to a person, and as whom clusters saw it', async () => {
  const answer = await world.ask('principal', sessionArn(PROD))
  expect(answer.notes.map(plain)).toEqual([
    [
      `Behind it: session ${sessionArn(ADMIN)} opened ${sessionArn(PROD)}`,
      `${sessionArn(PROD)} is of role ${roleArn('prod')}`,
      `user ${userArn('alice')} opened ${sessionArn(ADMIN)}`,
      `${sessionArn(ADMIN)} is of role ${roleArn('admin')}.`,
    ].join('; '),
    'Clusters saw it as ops-admin.',
  ])
  expect(answer.next.map(({ lookup, entity }) => `${lookup} ${formatEntity(entity)}`)).toEqual([
    'subject subject:ops-admin',
    `principal session:${sessionArn(ADMIN)}`,
    `principal user:${userArn('alice')}`,
    `seen session:${sessionArn(PROD)}`,
  ])
})

describe('asked by other names', () => {
  test.each(['session:ASIAPRODEXAMPLE', 'session:hop', 'session:AROAPROD:hop', 'session:*/prod/h?p'])(
    '%s',
    async (key) => {
      expect((await world.ask('principal', key)).totals).toMatchObject({ success: 4, forbidden: 1 })
    },
  )

  test('a role is asked for what its sessions did, and its sessions are followed back', async () => {
    const answer = await world.ask('principal', `role:${roleArn('prod')}`)
    expect(answer.totals).toEqual({ success: 4, failure: 0, unauthorized: 0, forbidden: 1 })
    expect(answer.next).toContainEqual({ lookup: 'subject', entity: { kind: 'subject', key: 'ops-admin' } })
    expect(answer.next).toContainEqual({
      lookup: 'principal',
      entity: { kind: 'user', key: userArn('alice') },
    })
    const patterned = await world.ask('principal', 'role:*:role/pro?')
    expect(patterned.totals).toEqual(answer.totals)
  })

  test('a user', async () => {
    const answer = await world.ask('principal', `user:${userArn('alice')}`)
    expect(answer.rows).toMatchObject([{ verb: 'AssumeRole', success: 1 }])
    expect(answer.notes).toEqual([])
    expect((await world.ask('principal', 'user:AKIAUSEREXAMPLE')).rows).toEqual(answer.rows)
  })
})

test('sessions that opened each other are told once', async () => {
  const answer = await world.ask('principal', sessionArn(LOOP))
  const pool = { ...LOOP, session: 'pool' }
  expect(answer.notes.map(plain)).toEqual([
    `Behind it: session ${sessionArn(pool)} opened ${sessionArn(LOOP)}; ${sessionArn(LOOP)} is of role ${roleArn('loop')}.`,
  ])
})

test('in a window, and asked from the cluster that it was seen in', async () => {
  const window = { from: micros(clock('05:00')), to: micros(clock('06:00')) }
  const answer = await world.ask('principal', sessionArn(PROD), { window, scope: CLUSTER })
  expect(answer.totals).toEqual({ success: 1, failure: 0, unauthorized: 0, forbidden: 0 })
  expect(answer.next[0]).toEqual({ lookup: 'subject', entity: { kind: 'subject', key: 'ops-admin' } })
})

test('another account is not looked into', async () => {
  const answer = await world.ask('principal', sessionArn(PROD), { scope: '444455556666/eu-west-1/payments' })
  expect(answer.entity.matched).toBe(0)
  expect(plain(answer.sentence)).toContain('Nothing was ever taken in for 444455556666/eu-west-1/payments')
})

test('hours without CloudTrail are told as such, and a session that is known by the audit log alone is no zero', async () => {
  const answer = await world.ask('principal', sessionArn(PROD), {
    window: { from: micros(clock('01:00')), to: micros(clock('05:00')) },
  })
  expect(answer.coverage).toMatchObject([{ scope: '111122223333/eu-west-1/-', source: 'cloudtrail' }])
  expect(answer.warnings.map(plain)).toEqual([
    'CloudTrail events are missing 01:00–04:00 UTC, so this count is a lower bound.',
  ])
  await world.absorb(
    [auditEvent({ user: 'x', extra: { arn: ['arn:aws:sts::111122223333:assumed-role/only/audit'] } })],
    '777788889999/eu-west-1/other',
  )
  const unknown = await world.ask('principal', 'arn:aws:sts::111122223333:assumed-role/only/audit')
  expect(plain(unknown.sentence)).toContain('there are no CloudTrail events, so this proves nothing')
})

test('what CloudTrail says of a subject neither adds to its calls nor to what is missing', async () => {
  const before = await world.ask('subject', 'ops-admin')
  await world.absorb([
    trailEvent({
      by: asSession(ADMIN),
      service: 'eks',
      name: 'CreateAccessEntry',
      readOnly: false,
      at: clock('04:55'),
      request: { name: 'payments', principalArn: roleArn('prod'), username: 'ops-admin' },
    }),
  ])
  const after = await world.ask('subject', 'ops-admin')
  expect(after.entity.scopes).toEqual([CLUSTER])
  expect([after.totals, after.rows, after.warnings, after.coverage]).toEqual([
    before.totals,
    before.rows,
    before.warnings,
    before.coverage,
  ])
  // Nor does the account's log count for the cluster that it names.
  const activity = await world.ask('activity', 'payments')
  expect(activity.totals).toMatchObject({ success: 1, forbidden: 0 })
  expect(texts(await world.ask('seen', 'cluster:payments'), 'scope')).toEqual([
    '111122223333/eu-west-1/-',
    CLUSTER,
  ])
})

test("events that are given for a cluster land in their account's scope, and those of another account nowhere", async () => {
  const fates = await world.absorb(
    [
      trailEvent({ by: asUser('dave'), at: clock('07:00') }),
      trailEvent({ by: asUser('dave'), account: '444455556666' }),
    ],
    CLUSTER,
  )
  expect(fates).toMatchObject([{ kind: 'landed' }, { kind: 'rejected', reject: { class: 'foreign-scope' } }])
  const { entity } = await world.ask('principal', `user:${userArn('dave')}`)
  expect(entity.scopes).toEqual(['111122223333/eu-west-1/-'])
})

test('an address leads to the identity that called from it, and a service is asked nothing', async () => {
  const role = asSession({ role: 'lone', session: 's' })
  await world.absorb([
    trailEvent({ by: role, from: '192.0.2.77' }),
    trailEvent({ by: { type: 'AWSService', invokedBy: 'ec2.amazonaws.com' }, from: '192.0.2.78' }),
  ])
  const { next, rows } = await world.ask('ip', '192.0.2.77')
  expect(rows).toMatchObject([{ subject: sessionArn({ role: 'lone', session: 's' }), success: 1 }])
  expect(next[0]).toEqual({
    lookup: 'principal',
    entity: { kind: 'session', key: sessionArn({ role: 'lone', session: 's' }) },
  })
  const service = await world.ask('ip', '192.0.2.78')
  expect(service.next.filter(({ entity }) => entity.kind !== 'ip')).toEqual([])
})

test('no audit log says anything about the secrets of an address that only called AWS', async () => {
  await world.absorb([trailEvent({ by: asUser('erin'), from: '192.0.2.80' })])
  const answer = await world.ask('secrets', 'ip:192.0.2.80')
  expect(plain(answer.sentence)).toContain('there are no audit logs, so this proves nothing')
})
