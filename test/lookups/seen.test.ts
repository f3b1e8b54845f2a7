import { afterAll, beforeAll, expect, test } from 'vitest'
import { micros, openWorld, plain, type World } from '../helpers/seed.ts'
import { auditEvent, clock, finding } from '../helpers/seed-records.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
  await world.absorb([
    auditEvent({ resource: 'pods', name: 'api-1', at: clock('23:59:59.999999', '2026-11-20') }),
    auditEvent({ resource: 'pods', name: 'api-1', at: clock('00:00:00.000001') }),
    auditEvent({ resource: 'pods', name: 'api-2', at: clock('03:00') }),
    auditEvent({ resource: 'secrets', name: 'db', verb: 'get', code: 403 }),
    auditEvent({ resource: 'nodes', namespace: null, name: 'ip-10-0-0-1' }),
  ])
  await world.absorb([
    finding({ podUid: 'u', instance: 'i-0abc', first: clock('01:00'), last: clock('02:00') }),
  ])
  await world.absorb([auditEvent({ resource: 'pods', name: 'api-1', at: clock('05:00') })], 'a/b/c')
})
afterAll(() => world.close())

test('an entity is seen first and last to the microsecond, with the days in between counted', async () => {
  const answer = await world.ask('seen', 'pod:shop/api-1', { scope: '-/-/-' })
  expect(answer).toMatchObject({
    firstSeen: micros(clock('23:59:59.999999', '2026-11-20')),
    lastSeen: micros(clock('00:00:00.000001')),
    totals: null,
    total: 1,
  })
  expect(answer.rows).toEqual([
    {
      kind: 'pod',
      key: 'shop/api-1',
      scope: '-/-/-',
      firstSeen: clock('23:59:59.999999', '2026-11-20'),
      lastSeen: clock('00:00:00.000001'),
      days: 3,
    },
  ])
  expect(plain(answer.sentence)).toBe('shop/api-1 was first seen 20 Nov 23:59 UTC and last seen 00:00 UTC.')
})

test('in several scopes it has a row in each', async () => {
  const answer = await world.ask('seen', 'pod:shop/api-1')
  expect(answer.rows.map((row) => row['scope'])).toEqual(['a/b/c', '-/-/-'])
  expect(answer).toMatchObject({ total: 2, entity: { matched: 1, scopes: ['-/-/-', 'a/b/c'] } })
})

test('a pattern lists what it matches, newest first, up to the limit', async () => {
  const answer = await world.ask('seen', 'pod:shop/api-*', { scope: '-/-/-', limit: 2 })
  expect(answer.rows.map((row) => row['key'])).toEqual(['shop/api-2', 'shop/api-1'])
  expect(answer).toMatchObject({ total: 2, truncated: false, entity: { matched: 2 } })
  expect(await world.ask('seen', 'pod:shop/api-*', { scope: '-/-/-', limit: 1 })).toMatchObject({
    total: 2,
    truncated: true,
  })
})

test.each([
  'secret:shop/db',
  'node:ip-10-0-0-1',
  'instance:i-0abc',
  'pod:shop/api-7f',
  'cluster:payments',
  'account:111122223333',
])('%s is known', async (entity) => {
  expect((await world.ask('seen', entity)).entity.matched).toBe(1)
})

test('what a finding alone names says that it rests on findings', async () => {
  const answer = await world.ask('seen', 'pod:shop/api-7f')
  expect(answer).toMatchObject({ firstSeen: micros(clock('01:00')), lastSeen: micros(clock('02:00')) })
  expect(answer.warnings.map(plain)).toEqual([expect.stringContaining('known from findings alone') as string])
})

test('what was never seen has no rows', async () => {
  expect(await world.ask('seen', 'pod:shop/api-9')).toMatchObject({
    rows: [],
    total: 0,
    firstSeen: null,
    totals: null,
    table: null,
  })
})

test('a window shows what was seen at some time in it, and leaves first and last seen as they are', async () => {
  const inside = { from: micros(clock('01:30')), to: micros(clock('01:40')) }
  const before = { from: micros(clock('00:00')), to: micros(clock('00:30')) }
  expect(await world.ask('seen', 'pod:shop/api-7f', { window: inside })).toMatchObject({
    total: 1,
    warnings: [],
  })
  expect(await world.ask('seen', 'pod:shop/api-7f', { window: before })).toMatchObject({
    total: 0,
    firstSeen: micros(clock('01:00')),
    warnings: [],
  })
})

test('what has one name in two scopes is one match and two rows', async () => {
  const answer = await world.ask('seen', 'pod:shop/api-?', { limit: 2 })
  expect(answer).toMatchObject({ entity: { matched: 2 }, total: 3, truncated: true })
  expect(answer.rows.map(({ key, scope }) => [key, scope])).toEqual([
    ['shop/api-1', 'a/b/c'],
    ['shop/api-2', '-/-/-'],
  ])
})
