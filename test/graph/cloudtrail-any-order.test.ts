import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packAll } from '../helpers/pack.ts'
import { dumpGraph, openWorld, type World } from '../helpers/seed.ts'
import {
  asSession,
  assumeRole,
  asUser,
  type SessionSpec,
  type TrailSpec,
  trailEvent,
} from '../helpers/seed-cloudtrail.ts'
import { auditEvent, clock } from '../helpers/seed-records.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const ADMIN: SessionSpec = { role: 'admin', session: 'alice' }
const NODE: SessionSpec = {
  role: 'nodes',
  session: 'i-0123456789abcdef0',
  key: 'ASIANODEEXAMPLE',
  isInstances: true,
}

const callers = fc.constantFrom<object | null>(
  asUser('alice'),
  asSession(ADMIN),
  asSession(NODE),
  { type: 'AWSService', invokedBy: 'ec2.amazonaws.com' },
  { type: 'AWSAccount', accountId: '444455556666' },
  null,
)

const calls = fc.constantFrom<TrailSpec>(
  { service: 's3', name: 'ListBuckets' },
  {
    service: 'ec2',
    name: 'RunInstances',
    readOnly: false,
    response: { instancesSet: { items: [{ instanceId: 'i-0abc' }] } },
  },
  { service: 'secretsmanager', name: 'GetSecretValue', request: { secretId: 'payments/db' } },
  { service: 'eks', name: 'CreateCluster', readOnly: false, request: { name: 'payments' } },
  { service: 'iam', name: 'ListRoles', error: 'AccessDenied' },
  { service: 'iam', name: 'ListRoles', error: 'ExpiredToken' },
)

const event = fc
  .record({
    by: callers,
    call: calls,
    at: fc.constantFrom(clock('02:00:00'), clock('02:59:59'), clock('03:00:00'), clock('07:30:00')),
    from: fc.constantFrom('203.0.113.9', '2001:db8::7', 'AWS Internal', 'ec2.amazonaws.com'),
    account: fc.constantFrom('111122223333', '111122223333', '444455556666'),
    opens: fc.boolean(),
  })
  .map(({ by, call, opens, ...rest }) => ({ by, opens, spec: { ...call, ...rest } }))

/** Events with ids of their own; some are requests of a cluster, whose scopes are others. */
const trace = fc.array(event, { minLength: 1, maxLength: 20 }).map((events) =>
  events.map(({ by, opens, spec }, nr): object => {
    const id = `00000000-0000-4000-8000-0000000000${String(nr).padStart(2, '0')}`
    if (nr % 5 === 4) return auditEvent({ id, user: 'alice', at: spec.at })
    return opens && by !== null ? assumeRole(by, ADMIN, { id, at: spec.at }) : trailEvent({ ...spec, by, id })
  }),
)

test('a CloudTrail trace gives the same graph in any order, in any pieces, and however often it comes', async () => {
  await fc.assert(
    fc.asyncProperty(
      trace.chain((records) =>
        fc.record({
          records: fc.constant(records),
          order: fc.shuffledSubarray(
            [...records, ...records].map((_, nr) => nr),
            { minLength: records.length * 2 },
          ),
          pieces: fc.integer({ min: 1, max: 7 }),
          packed: fc.boolean(),
        }),
      ),
      async ({ records, order, pieces, packed }) => {
        await world.reset()
        const fates = await world.absorb(records)
        expect(new Set(fates.map(({ kind }) => kind))).toEqual(new Set(['landed']))
        const expected = await dumpGraph(world.ingest)

        await world.reset()
        const twice = order.map((nr) => records[nr % records.length])
        let landed = 0
        for (let at = 0; at < twice.length; at += pieces) {
          const some = await world.absorb(twice.slice(at, at + pieces))
          landed += some.filter(({ kind }) => kind === 'landed').length
          if (packed && at === 0) await packAll(world.ingest)
        }
        expect(landed).toBe(records.length)
        expect(await dumpGraph(world.ingest)).toEqual(expected)
      },
    ),
    { numRuns: 25 },
  )
})

test('what is kept one by one: changes, secrets, sessions and refusals, whatever else shares their edge', async () => {
  await world.reset()
  await world.absorb([
    trailEvent({ by: asUser('alice'), service: 'iam', name: 'ListRoles' }),
    trailEvent({ by: asUser('alice'), service: 'iam', name: 'ListRoles', error: 'AccessDenied' }),
    trailEvent({ service: 'iam', name: 'CreateUser', readOnly: false, request: { userName: 'bob' } }),
    trailEvent({ service: 's3', name: 'PutObject', readOnly: false }),
    trailEvent({ service: 'secretsmanager', name: 'GetSecretValue', request: { secretId: 'db' } }),
    assumeRole(asUser('alice'), ADMIN),
  ])
  const { events } = await dumpGraph(world.ingest)
  expect(events?.map((line) => (JSON.parse(line) as { call: string }).call).toSorted()).toEqual([
    'AssumeRole sts.amazonaws.com',
    'CreateUser iam.amazonaws.com',
    'GetSecretValue secretsmanager.amazonaws.com',
    'ListRoles iam.amazonaws.com',
  ])
})

test('each log has a coverage of its own, also in one scope', async () => {
  await world.reset()
  await world.absorb([trailEvent({ at: clock('02:30:00') }), trailEvent({ at: clock('02:45:00') })])
  await world.absorb([auditEvent({ at: clock('02:10:00') })], '111122223333/eu-west-1/-')
  const { coverage } = await dumpGraph(world.ingest)
  expect(coverage?.map((line) => JSON.parse(line) as object)).toMatchObject([
    { source: 'audit', first_at: expect.anything() as unknown },
    { source: 'cloudtrail' },
  ])
  const answer = await world.ask('ip', '203.0.113.9')
  expect(answer.coverage.map(({ source }) => source)).toEqual(['audit', 'cloudtrail'])
})

test('an id that has landed with another outcome, and an event of the future, are refused by the names of their fields', async () => {
  await world.reset()
  const [, conflicting, future] = await world.absorb([
    trailEvent({ id: 'one' }),
    trailEvent({ id: 'one', error: 'AccessDenied' }),
    trailEvent({ at: clock('04:00', '2026-11-29') }),
  ])
  expect(conflicting).toMatchObject({
    kind: 'rejected',
    reject: { class: 'conflicting', reason: expect.stringContaining('the same eventID') as unknown },
  })
  expect(future).toMatchObject({ kind: 'rejected', reject: { class: 'future', pointer: '/eventTime' } })
})
