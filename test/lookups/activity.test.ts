import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packAll } from '../helpers/pack.ts'
import { micros, openWorld, plain, type World } from '../helpers/seed.ts'
import { auditEvent, clock } from '../helpers/seed-records.ts'

const SCOPE = '111122223333/eu-west-1/payments'

let world: World
beforeAll(async () => {
  world = await openWorld()
  await world.absorb(
    [
      auditEvent({ at: clock('12:00', '2026-09-01') }),
      auditEvent({ at: clock('12:00', '2026-10-15'), code: 500 }),
      auditEvent({ at: clock('23:59:59.999999', '2026-11-21'), code: 401 }),
      auditEvent({ at: clock('03:10') }),
      auditEvent({ at: clock('04:10') }),
      auditEvent({ at: clock('04:20'), verb: 'get', ip: '203.0.113.9' }),
      auditEvent({ at: clock('04:59:59.999999') }),
      auditEvent({ user: 'bob', at: clock('04:30'), code: 403 }),
      auditEvent({ user: null, at: clock('04:31'), code: 401 }),
    ],
    SCOPE,
  )
})
afterAll(() => world.close())

const between = (from: string, to: string) => ({ window: { from: micros(from), to: micros(to) } })
const counts = { success: 0, failure: 0, unauthorized: 0, forbidden: 0 }
const none = { subject: null, verb: null, resource: null }

describe.each(['hot', 'packed', 'packed, with hot hours of the same days'])('while hours are %s', (state) => {
  beforeAll(async () => {
    if (state !== 'hot') await packAll(world.ingest)
    if (state.endsWith('days')) await world.absorb([auditEvent({ at: clock('04:40'), user: 'eve' })], SCOPE)
  })
  const more = state.endsWith('days') ? 1 : 0

  test('up to three days are told hour by hour, newest first', async () => {
    const answer = await world.ask('activity', 'payments', between(clock('03:30'), clock('05:00')))
    expect(answer.rows).toEqual([
      {
        from: clock('04:00:00.000000'),
        to: clock('05:00:00.000000'),
        ...none,
        success: 3 + more,
        failure: 0,
        unauthorized: 1,
        forbidden: 1,
      },
      { from: clock('03:00:00.000000'), to: clock('04:00:00.000000'), ...none, ...counts, success: 1 },
    ])
    expect(answer).toMatchObject({ total: 2, totals: { success: 4 + more, unauthorized: 1, forbidden: 1 } })
    expect(plain(answer.sentence)).toBe(
      `payments: ${6 + more} calls, 03:00–05:00 UTC, in 2 hours: ${4 + more} success, 1 unauthorized, 1 forbidden. Peak 04:00 UTC with ${5 + more} calls.`,
    )
  })

  test('longer windows are told day by day, cut to the window', async () => {
    const answer = await world.ask(
      'activity',
      'subject:alice',
      between(clock('12:00', '2026-10-15'), clock('04:15')),
    )
    expect(answer.rows.map(({ from, to }) => [from, to])).toEqual([
      [clock('00:00:00.000000'), clock('05:00:00.000000')],
      [clock('00:00:00.000000', '2026-11-21'), clock('00:00:00.000000')],
      [clock('12:00:00.000000', '2026-10-15'), clock('00:00:00.000000', '2026-10-16')],
    ])
    expect(answer.rows).toMatchObject([{ success: 4 }, { unauthorized: 1 }, { failure: 1 }])
    expect(answer.totals).toEqual({ success: 4, failure: 1, unauthorized: 1, forbidden: 0 })
  })

  test('one hour of a cluster is told by who called what', async () => {
    const answer = await world.ask('activity', 'payments', between(clock('04:00'), clock('05:00')))
    expect(answer.rows[0]).toEqual({
      from: clock('04:00:00.000000'),
      to: clock('05:00:00.000000'),
      subject: 'alice',
      verb: 'list',
      resource: 'pods',
      ...counts,
      success: 2,
    })
    expect(answer.rows).toContainEqual(expect.objectContaining({ subject: null, unauthorized: 1 }))
    expect(answer.total).toBe(4 + more)
    expect(answer.totals).toEqual({ success: 3 + more, failure: 0, unauthorized: 1, forbidden: 1 })
    const limited = await world.ask('activity', 'payments', {
      ...between(clock('04:00'), clock('05:00')),
      limit: 1,
    })
    expect(limited).toMatchObject({ total: 4 + more, truncated: true, totals: answer.totals })
  })
})

test('an address has its own steps, and without a window all that is known is told', async () => {
  const answer = await world.ask('activity', 'ip:203.0.113.9')
  expect(answer).toMatchObject({ total: 1, totals: { success: 1 }, baseline: null })
  expect((await world.ask('activity', 'payments')).rows.at(-1)).toMatchObject({
    from: clock('12:00:00.000000', '2026-09-01'),
  })
})

test('a network and a pattern add up what they match', async () => {
  expect((await world.ask('activity', 'ip:203.0.113.0/24')).totals).toMatchObject({ success: 1 })
  expect((await world.ask('activity', 'subject:*')).totals).toMatchObject({ forbidden: 1, failure: 1 })
})

test('a subject with very many calls is said to be counted by hour', async () => {
  const busy = 'system:kube-scheduler'
  const many = Array.from({ length: 10_000 }, (_, at) =>
    auditEvent({ user: busy, at: clock(`05:${String(at % 60).padStart(2, '0')}`) }),
  )
  await world.absorb(many, SCOPE)
  const words = (await world.ask('activity', `subject:${busy}`)).notes.map(plain)
  expect(words).toEqual([
    'Hourly counts for this subject (system:kube-scheduler); secrets, RBAC, exec, token and anonymous calls are kept one by one.',
  ])
  expect((await world.ask('activity', 'subject:bob')).notes).toEqual([])
})
