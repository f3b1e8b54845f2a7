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
      `Behind it: session ${sessionArn(ADMIN)} opened ${sessionArn(PROD)} (last in the hour of 04:00 UTC)`,
      `${sessionArn(PROD)} is of role ${roleArn('prod')}`,
      `user ${userArn('alice')} opened ${sessionArn(ADMIN)} (last in the hour of 04:00 UTC)`,
      `${sessionArn(ADMIN)} is of role ${roleArn('admin')}.`,
    ].join('; '),
    'Clusters saw it as ops-admin (last in the hour of 04:00 UTC).',
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
    `Behind it: session ${sessionArn(pool)} opened ${sessionArn(LOOP)} (last in the hour of 06:00 UTC); ${sessionArn(LOOP)} is of role ${roleArn('loop')}.`,
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

describe('sessions of one name, opened by others at other times', () => {
  const POOL: SessionSpec = { role: 'pool', session: 'shared', key: 'ASIAPOOLEDEXAMPLE' }
  const day = (date: number, time: string): string => `2026-11-${date}T${time}:00Z`
  const on = (date: number) => ({ from: micros(day(date, '00:00')), to: micros(day(date, '12:00')) })
  const SHARED = '111122223333/eu-west-1/shared'
  beforeAll(async () => {
    await world.absorb([
      assumeRole(asUser('frank'), POOL, { at: day(10, '04:00') }),
      trailEvent({ by: asSession(POOL), at: day(10, '04:10') }),
      assumeRole(asUser('grace'), POOL, { at: day(20, '04:00') }),
      trailEvent({ by: asSession(POOL), at: day(20, '04:10') }),
    ])
    const extra = { arn: [sessionArn(POOL)], canonicalArn: [roleArn('pool')] }
    await world.absorb(
      [
        auditEvent({ user: 'as-frank', at: day(10, '04:20'), extra }),
        auditEvent({ user: 'as-grace', at: day(20, '04:20'), extra }),
      ],
      SHARED,
    )
  })

  test.each([
    [10, 'frank', 'grace'],
    [20, 'grace', 'frank'],
  ])('on the %s it was %s, and not %s', async (date, who, other) => {
    const answer = await world.ask('principal', sessionArn(POOL), { window: on(date) })
    const words = answer.notes.map(plain).join(' ')
    expect(words).toContain(`user ${userArn(who)} opened ${sessionArn(POOL)}`)
    expect(words).toContain(`as-${who}`)
    expect(words).not.toContain(other)
    expect(answer.next.map(({ entity }) => entity.key).join()).not.toContain(other)
    const role = await world.ask('principal', `role:${roleArn('pool')}`, { window: on(date) })
    expect(role.notes.map(plain).join(' ')).not.toContain(other)
  })

  test('without a window both, the later one first; and a subject is told as of the window too', async () => {
    const [behind = '', seen] = (await world.ask('principal', sessionArn(POOL))).notes.map(plain)
    expect(behind.indexOf('grace')).toBeLessThan(behind.indexOf('frank'))
    expect(seen).toBe(
      'Clusters saw it as as-grace (last in the hour of 20 Nov 04:00 UTC), as-frank (last in the hour of 10 Nov 04:00 UTC).',
    )
    const before = await world.ask('subject', 'as-grace', { window: on(10), scope: SHARED })
    expect(before.notes).toEqual([])
    const then = await world.ask('subject', 'as-grace', { window: on(20), scope: SHARED })
    expect(then.notes.map(plain).join()).toContain(
      `session ${sessionArn(POOL)} (last in the hour of 20 Nov 04:00 UTC)`,
    )
  })
})

describe('a service account that opened a session is that of its cluster', () => {
  const ACCOUNT_ID = '555566667777'
  const POD: SessionSpec = {
    role: 'api',
    session: 'eks-blue-api',
    key: 'ASIABLUEEXAMPLE',
    account: ACCOUNT_ID,
  }
  const WEB: SessionSpec = { role: 'web', session: 'botocore', key: 'ASIAWEBEXAMPLE', account: ACCOUNT_ID }
  const SUBJECT = 'system:serviceaccount:shop:api'
  const cluster = (name: string): string => `${ACCOUNT_ID}/eu-west-1/${name}`
  const offers = async (spec: SessionSpec, scope: string | null): Promise<boolean> =>
    (await world.ask('principal', sessionArn(spec), { scope })).next.some(
      ({ lookup }) => lookup === 'subject',
    )
  beforeAll(async () => {
    await world.absorb([
      trailEvent({
        account: ACCOUNT_ID,
        by: asSession({ role: 'nodes', session: 'i-0123456789abcdef0', account: ACCOUNT_ID }),
        service: 'eks-auth',
        name: 'AssumeRoleForPodIdentity',
        request: { clusterName: 'blue' },
        response: {
          subject: { namespace: 'shop', serviceAccount: 'api' },
          assumedRoleUser: { arn: sessionArn(POD), assumeRoleId: 'AROAAPI:eks-blue-api' },
        },
      }),
      assumeRole(
        {
          type: 'WebIdentityUser',
          principalId: `oidc.eks.eu-west-1.amazonaws.com/id/ABC:sts.amazonaws.com:${SUBJECT}`,
          userName: SUBJECT,
          identityProvider: `arn:aws:iam::${ACCOUNT_ID}:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC`,
        },
        WEB,
        { name: 'AssumeRoleWithWebIdentity', account: ACCOUNT_ID },
      ),
      ...[POD, WEB].map((spec) => trailEvent({ account: ACCOUNT_ID, by: asSession(spec) })),
    ])
    await world.absorb([auditEvent({ user: SUBJECT })], cluster('blue'))
    await world.absorb([auditEvent({ user: SUBJECT })], cluster('green'))
  })

  test('it is told with its cluster, or with the issuer of that', async () => {
    const words = async (spec: SessionSpec): Promise<string> =>
      (await world.ask('principal', sessionArn(spec))).notes.map(plain).join(' ')
    expect(await words(POD)).toContain(`subject ${SUBJECT} of cluster blue opened ${sessionArn(POD)}`)
    expect(await words(WEB)).toContain(
      `subject ${SUBJECT} of the cluster with the issuer ABC opened ${sessionArn(WEB)}`,
    )
  })

  test('it is asked about in its own cluster alone', async () => {
    expect(await offers(POD, cluster('blue'))).toBe(true)
    expect(await offers(POD, cluster('green'))).toBe(false)
    expect(await offers(POD, null)).toBe(false)
    expect(await offers(WEB, cluster('blue'))).toBe(false)
  })

  test('whom an access entry lets into another cluster is nobody that a cluster saw', async () => {
    await world.absorb([
      trailEvent({
        account: ACCOUNT_ID,
        by: asSession(WEB),
        service: 'eks',
        name: 'CreateAccessEntry',
        readOnly: false,
        request: { name: 'green', principalArn: roleArn('web', ACCOUNT_ID), username: 'breakglass' },
      }),
    ])
    const { notes, next } = await world.ask('principal', `role:${roleArn('web', ACCOUNT_ID)}`, {
      scope: cluster('blue'),
    })
    expect(notes.map(plain).join(' ')).not.toContain('breakglass')
    expect(next.map(({ entity }) => entity.key)).not.toContain('breakglass')
  })
})

test('what an account without logs lacks is CloudTrail', async () => {
  const scope = '888899990000/eu-west-1/-'
  await world.absorb([trailEvent({ account: '888899990000', from: '192.0.2.90', at: clock('02:00') })])
  const answer = await world.ask('ip', '192.0.2.90', {
    scope,
    window: { from: micros(clock('08:00')), to: micros(clock('10:00')) },
  })
  expect(answer.warnings.map(plain).join(' ')).not.toContain('audit')
  expect(answer.warnings.map(plain).join(' ')).toContain('CloudTrail events')
})
