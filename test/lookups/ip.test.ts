import { afterAll, beforeAll, expect, test } from 'vitest'
import { micros, openWorld, plain, texts, type World } from '../helpers/seed.ts'
import { auditEvent, clock, finding } from '../helpers/seed-records.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
  await world.absorb([
    auditEvent({ ip: '203.0.113.9', at: clock('04:00:00.000001') }),
    auditEvent({ ip: '203.0.113.9', at: clock('05:00'), user: null, code: 401, agent: null }),
    auditEvent({ ip: '203.0.113.9', at: clock('05:10'), user: null, code: 401, agent: null }),
    auditEvent({ ip: '203.0.113.9', at: clock('05:20:00.000002'), as: 'bob', code: 403 }),
    auditEvent({ ip: '203.0.113.10' }),
    auditEvent({ ip: '203.0.114.9' }),
    auditEvent({ ip: '2001:DB8:0:0::7' }),
    auditEvent({ ip: '2001:db8::ffff', user: 'bob' }),
    auditEvent({ ip: '::ffff:192.0.2.1' }),
  ])
  await world.absorb([finding({ ip: '192.0.2.66' })])
})
afterAll(() => world.close())

test('an address: who called from it, nobody included, with exact times', async () => {
  const answer = await world.ask('ip', '203.0.113.9')
  expect(answer).toMatchObject({
    totals: { success: 1, failure: 0, unauthorized: 2, forbidden: 1 },
    firstSeen: micros(clock('04:00:00.000001')),
    lastSeen: micros(clock('05:20:00.000002')),
    total: 3,
  })
  expect(answer.rows).toMatchObject([
    { subject: null, as: null, unauthorized: 2, userAgent: null },
    { subject: 'alice', as: 'bob', forbidden: 1 },
    { subject: 'alice', as: null, success: 1, lastSeen: clock('04:00:00.000001') },
  ])
  expect(plain(answer.sentence)).toBe(
    '203.0.113.9 made 4 calls as 1 subject and without logging in, 04:00–06:00 UTC: 1 success, 2 unauthorized, 1 forbidden.',
  )
})

test.each([
  ['203.0.113.*', ['203.0.113.10', '203.0.113.9']],
  ['203.0.11?.9', ['203.0.113.9', '203.0.114.9']],
  ['203.0.113.0/24', ['203.0.113.10', '203.0.113.9']],
  ['203.0.112.0/22', ['203.0.113.10', '203.0.113.9', '203.0.114.9']],
  ['203.0.113.9/32', ['203.0.113.9']],
  ['2001:db8::7', ['2001:db8::7']],
  ['2001:db8::/64', ['2001:db8::7', '2001:db8::ffff']],
  ['192.0.2.1', ['192.0.2.1']],
  ['198.51.100.0/24', []],
])('%s finds the addresses in it, and says how many', async (entity, expected) => {
  const answer = await world.ask('ip', `ip:${entity}`)
  expect([...new Set(texts(answer, 'ip'))]).toEqual(expected)
  expect(answer.entity.matched).toBe(expected.length)
})

test('the totals of a network are the sum over its addresses', async () => {
  const answer = await world.ask('ip', 'ip:203.0.113.0/24')
  expect(answer.totals).toEqual({ success: 2, failure: 0, unauthorized: 2, forbidden: 1 })
  expect(plain(answer.sentence)).toMatch(/^2 addresses in 203\.0\.113\.0\/24 made 5 calls/)
})

test('an address that a finding alone names has no totals, and says so', async () => {
  const answer = await world.ask('ip', '192.0.2.66')
  expect(answer).toMatchObject({ entity: { matched: 1 }, totals: { success: 0 }, rows: [], coverage: [] })
  expect(answer.warnings.map(plain)).toEqual([expect.stringContaining('rests on findings alone') as string])
})

test('an address never seen', async () => {
  expect(await world.ask('ip', '192.0.2.99')).toMatchObject({
    total: 0,
    firstSeen: null,
    entity: { matched: 0 },
  })
})
