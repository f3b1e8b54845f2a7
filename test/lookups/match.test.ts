import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { micros, openWorld, plain, texts, type World } from '../helpers/seed.ts'
import { auditEvent, clock } from '../helpers/seed-records.ts'

const PAYMENTS = '111122223333/eu-west-1/payments'
const STAGING = '111122223333/eu-west-1/staging'
const NAMES = [
  'a_b',
  'axb',
  'a%b',
  'ab',
  'a\\b',
  'a\\_b',
  'A_b',
  'a_b_c',
  'über',
  '\ud7ff-',
  '\ue000-',
  '\u{10ffff}\u{10ffff}',
]

let world: World
beforeAll(async () => {
  world = await openWorld()
  await world.absorb(NAMES.map((user) => auditEvent({ user })))
  await world.absorb(
    [
      auditEvent({ user: 'both', at: clock('02:59:59.999999') }),
      auditEvent({ user: 'both', at: clock('03:00') }),
      auditEvent({ user: 'both', at: clock('04:59:59.999999'), code: 403 }),
    ],
    PAYMENTS,
  )
  await world.absorb([auditEvent({ user: 'both', at: clock('05:00'), ip: '203.0.113.9' })], STAGING)
})
afterAll(() => world.close())

describe('a name with *, ?, _, % and \\ in it', () => {
  test.each([
    ['a_b', ['a_b']],
    ['a%b', ['a%b']],
    ['a\\b', ['a\\b']],
    ['a?b', ['a%b', 'a\\b', 'a_b', 'axb']],
    ['a_*', ['a_b', 'a_b_c']],
    // A backslash makes the next *, ? or backslash mean itself.
    ['a\\\\*', ['a\\_b', 'a\\b']],
    ['a\\*', []],
    ['a*b', ['a%b', 'a\\_b', 'a\\b', 'a_b', 'ab', 'axb']],
    ['?_b', ['A_b', 'a_b']],
    ['?ber', ['über']],
    // What follows the last character before half pairs, and the last of all.
    ['\ud7ff*', ['\ud7ff-']],
    ['\u{10ffff}*', ['\u{10ffff}\u{10ffff}']],
    ['%', []],
    ['_', []],
  ])('%s matches %j', async (key, expected) => {
    const answer = await world.ask('subject', key)
    expect(texts(answer, 'subject')).toEqual(expected)
    expect(answer.entity.matched).toBe(expected.length)
  })
})

describe('scopes', () => {
  test('without one, all are merged into one answer', async () => {
    const answer = await world.ask('subject', 'both')
    expect(answer).toMatchObject({
      entity: { scopes: [PAYMENTS, STAGING], matched: 1 },
      totals: { success: 3, forbidden: 1 },
      firstSeen: micros(clock('02:59:59.999999')),
      lastSeen: micros(clock('05:00')),
      total: 2,
    })
  })
  test('one selected is looked in alone', async () => {
    expect(await world.ask('subject', 'both', { scope: STAGING })).toMatchObject({
      entity: { scopes: [STAGING] },
      totals: { success: 1, forbidden: 0 },
      firstSeen: micros(clock('05:00')),
    })
    expect(await world.ask('subject', 'ab', { scope: STAGING })).toMatchObject({
      entity: { matched: 0 },
      total: 0,
    })
  })
  test.each(['subject', 'ip', 'secrets', 'seen'] as const)(
    'one that does not exist holds nothing: %s',
    async (lookup) => {
      expect(
        await world.ask(lookup, lookup === 'ip' ? '203.0.113.9' : 'both', { scope: 'no/such/scope' }),
      ).toMatchObject({
        entity: { matched: 0, scopes: [] },
        total: 0,
        firstSeen: null,
        coverage: [],
      })
    },
  )
})

describe('a window', () => {
  const between = (from: string, to: string) => ({
    window: { from: micros(clock(from)), to: micros(clock(to)) },
  })

  test.each([
    ['03:00', '05:00', '03:00', '05:00', 2],
    ['03:59:59.999999', '04:00:00.000001', '03:00', '05:00', 2],
    ['03:30', '03:40', '03:00', '04:00', 1],
    ['02:00', '03:00', '02:00', '03:00', 1],
    ['04:00', '05:00:00.000001', '04:00', '06:00', 2],
    ['08:00', '09:00', '08:00', '09:00', 0],
  ])('of %s to %s counts the whole hours %s to %s', async (from, to, counted, until, calls) => {
    const answer = await world.ask('subject', 'both', between(from, to))
    expect(answer.scopeTime).toEqual({ from: micros(clock(counted)), to: micros(clock(until)) })
    expect((answer.totals?.success ?? 0) + (answer.totals?.forbidden ?? 0)).toBe(calls)
  })

  test('leaves first and last seen as they are', async () => {
    const answer = await world.ask('subject', 'both', between('03:30', '03:40'))
    expect(answer).toMatchObject({
      firstSeen: micros(clock('02:59:59.999999')),
      lastSeen: micros(clock('05:00')),
    })
  })

  test('left out, counts all that is known, on whole hours', async () => {
    expect((await world.ask('subject', 'both')).scopeTime).toEqual({
      from: micros(clock('02:00')),
      to: micros(clock('06:00')),
    })
  })
})

describe('a subject that is called *', () => {
  test('is asked about alone when its star is escaped, as the questions on cards do', async () => {
    await world.absorb([
      auditEvent({ user: '*', at: clock('06:00'), ip: '192.0.2.200' }),
      auditEvent({ user: 'x', at: clock('06:01'), ip: '192.0.2.200' }),
    ])
    expect((await world.ask('subject', '\\*')).entity).toMatchObject({ matched: 1 })
    expect((await world.ask('subject', '*')).entity.matched).toBeGreaterThan(2)
    const answer = await world.ask('ip', '192.0.2.200', { limit: 1 })
    expect(answer.next[0]?.entity.key).toMatch(/^(\\\*|x)$/)
    const own = await world.ask('subject', '\\*')
    expect(plain(own.sentence)).toMatch(/^\*: 1 call from 1 address/)
  })
})

test('a scope that nobody knows is said to be one, with those that are known', async () => {
  const answer = await world.ask('subject', 'a_b', { scope: '1/2/3' })
  expect(plain(answer.sentence)).toMatch(/^Nothing was ever taken in for 1\/2\/3\. Known are /)
  expect(answer).toMatchObject({ total: 0, firstSeen: null })
})
