import { afterAll, beforeAll, expect, test } from 'vitest'
import { micros, openWorld, plain, type World } from '../helpers/seed.ts'
import { auditEvent, clock, finding } from '../helpers/seed-records.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
  await world.absorb([
    auditEvent({ at: clock('04:00:00.000001'), agent: 'kubectl' }),
    auditEvent({ at: clock('06:59:59.999999'), agent: 'curl', code: 500 }),
    auditEvent({ at: clock('05:00'), code: 403, agent: 'curl' }),
    auditEvent({ at: clock('05:30'), ip: '203.0.113.9', code: 401 }),
    auditEvent({ at: clock('05:40'), ip: '203.0.113.9', as: 'bob' }),
    auditEvent({ user: 'carol', at: clock('05:50'), as: 'bob', code: 403 }),
    auditEvent({ user: 'bob', at: clock('05:55'), ip: null }),
    auditEvent({ user: 'alicia', at: clock('03:00') }),
  ])
  await world.absorb([finding({ subject: 'known-by-finding', ip: null })], '111122223333/eu-west-1/payments')
})
afterAll(() => world.close())

test('totals, rows and times of a subject are exact, most calls first', async () => {
  const answer = await world.ask('subject', 'alice')
  expect(answer).toMatchObject({
    lookup: 'subject',
    entity: { kind: 'subject', key: 'alice', scopes: ['-/-/-'], matched: 1 },
    totals: { success: 2, failure: 1, unauthorized: 1, forbidden: 1 },
    firstSeen: micros(clock('04:00:00.000001')),
    lastSeen: micros(clock('06:59:59.999999')),
    baseline: null,
    total: 3,
    truncated: false,
  })
  expect(answer.rows).toEqual([
    {
      subject: 'alice',
      ip: '198.51.100.7',
      as: null,
      success: 1,
      failure: 1,
      unauthorized: 0,
      forbidden: 1,
      userAgent: 'curl',
      firstSeen: clock('04:00:00.000001'),
      lastSeen: clock('06:59:59.999999'),
    },
    expect.objectContaining({ ip: '203.0.113.9', as: 'bob', success: 1 }),
    expect.objectContaining({ ip: '203.0.113.9', as: null, unauthorized: 1 }),
  ])
  expect(plain(answer.sentence)).toBe(
    'alice: 5 calls from 2 addresses, 04:00–07:00 UTC: 2 success, 1 failure, 1 unauthorized, 1 forbidden.',
  )
})

test('calls made as a subject are shown under "as", after its own and outside its totals', async () => {
  const answer = await world.ask('subject', 'bob')
  expect(answer.totals).toEqual({ success: 1, failure: 0, unauthorized: 0, forbidden: 0 })
  expect(answer.rows).toMatchObject([
    { subject: 'bob', as: null, ip: null, success: 1 },
    { subject: 'carol', as: 'bob', forbidden: 1 },
    { subject: 'alice', as: 'bob', success: 1 },
  ])
  expect(answer.total).toBe(3)
  expect(answer.notes.map(plain)).toContain(
    'Somebody else acted as it in 2 more calls, which count for them: 1 success, 1 forbidden.',
  )
})

test('a pattern that matches both who called and in whose name shows each call once', async () => {
  const answer = await world.ask('subject', '*')
  expect(answer.totals).toEqual({ success: 4, failure: 1, unauthorized: 1, forbidden: 2 })
  expect(answer.total).toBe(6)
  expect(answer.rows).toHaveLength(6)
})

test('a limit cuts rows, never totals, and says so', async () => {
  const whole = await world.ask('subject', 'bob')
  const answer = await world.ask('subject', 'bob', { limit: 2 })
  expect(answer).toMatchObject({ total: 3, truncated: true, totals: whole.totals })
  expect(answer.rows).toEqual(whole.rows.slice(0, 2))
})

test('an unknown subject: nothing, and the way on', async () => {
  const answer = await world.ask('subject', 'mallory')
  expect(answer).toMatchObject({
    entity: { matched: 0, scopes: [] },
    totals: { success: 0, failure: 0, unauthorized: 0, forbidden: 0 },
    firstSeen: null,
    lastSeen: null,
    scopeTime: null,
    rows: [],
    total: 0,
    truncated: false,
    next: [],
  })
  expect(plain(answer.sentence)).toBe(
    'mallory was never seen here (audit logs since 03:00 UTC). Check the spelling, or widen it with *.',
  )
})

test('an address asked about as a subject is pointed to the question about addresses', async () => {
  const answer = await world.ask('subject', '203.0.113.9')
  expect(plain(answer.sentence)).toContain('203.0.113.9 was never seen here as a subject')
  expect(plain(answer.sentence)).toContain('ask the question ip about it')
  expect(answer.next).toEqual([{ lookup: 'ip', entity: { kind: 'ip', key: '203.0.113.9' } }])
})

test('a subject known by a finding alone says that the answer rests on it', async () => {
  const answer = await world.ask('subject', 'known-by-finding')
  expect(answer).toMatchObject({
    entity: { matched: 1, scopes: ['111122223333/eu-west-1/payments'] },
    totals: { success: 0, failure: 0, unauthorized: 0, forbidden: 0 },
    firstSeen: micros(clock('04:10')),
    coverage: [],
    rows: [],
  })
  expect(answer.warnings.map(plain)).toEqual([
    'No audit logs here, 04:00–05:00 UTC. The answer rests on findings alone.',
  ])
  expect(answer.notes.map(plain)).toEqual([
    expect.stringMatching(/^1 finding names it: .+ \(Medium\)\.$/) as string,
  ])
})

test('the next questions are about this subject and its busiest address', async () => {
  expect((await world.ask('subject', 'alice')).next).toEqual([
    { lookup: 'secrets', entity: { kind: 'subject', key: 'alice' } },
    { lookup: 'ip', entity: { kind: 'ip', key: '198.51.100.7' } },
    { lookup: 'seen', entity: { kind: 'subject', key: 'alice' } },
    { lookup: 'newly', entity: { kind: 'subject', key: 'alice' } },
  ])
})
