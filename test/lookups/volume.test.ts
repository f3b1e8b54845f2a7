import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packAll } from '../helpers/pack.ts'
import { micros, openWorld, plain, type World } from '../helpers/seed.ts'
import { auditEvent, clock } from '../helpers/seed-records.ts'

const SCOPE = '111122223333/eu-west-1/payments'
const HOUR = 3_600_000_000
const window = { from: micros(clock('04:00')), to: micros(clock('06:00')) }

/** So many requests of a user within an hour. */
const calls = (user: string, at: string, n: number): readonly object[] =>
  Array.from({ length: n }, () => auditEvent({ user, at }))

let world: World
beforeAll(async () => {
  world = await openWorld()
  await world.absorb(
    [
      // 8 hours before in all, as much as four times the window.
      auditEvent({ user: 'steady', at: clock('20:00', '2026-11-21') }),
      ...calls('steady', clock('22:30', '2026-11-21'), 400),
      ...calls('steady', clock('04:30'), 140),
      ...calls('loud', clock('23:30', '2026-11-21'), 40),
      ...calls('loud', clock('01:30'), 40),
      ...calls('loud', clock('04:30'), 50),
      ...calls('loud', clock('05:59:59.999999'), 50),
      ...calls('quiet', clock('23:30', '2026-11-21'), 1),
      ...calls('quiet', clock('05:00'), 99),
      ...calls('new', clock('05:00'), 120),
      ...calls('new', clock('06:00'), 500),
    ],
    SCOPE,
  )
})
afterAll(() => world.close())

const ask = (options = {}) => world.ask('volume', 'payments', { window, baseline: 8 * HOUR, ...options })

describe.each(['hot', 'packed'])('while hours are %s', (state) => {
  beforeAll(() => (state === 'packed' ? packAll(world.ingest) : undefined))

  test('subjects with 100 calls and three times their baseline are told, the largest factor first, new ones last', async () => {
    const answer = await ask()
    expect(answer.rows).toEqual([
      { subject: 'loud', calls: 100, before: 20, factor: 5 },
      { subject: 'new', calls: 120, before: null, factor: null },
    ])
    expect(answer).toMatchObject({
      total: 2,
      truncated: false,
      baseline: { from: window.from - 8 * HOUR, to: window.from },
      totals: { success: 220 },
    })
    expect(plain(answer.sentence)).toBe(
      'payments: 2 subjects called 3 times as much or more as in the 8 hours before, 04:00–06:00 UTC. First is loud, 5 times as many.',
    )
    expect(answer.notes.map(plain)).toContain(
      '1 of them was not seen in the baseline: ask what is newly observed.',
    )
    expect(answer.table?.rows).toEqual([
      ['loud', '100', '20', '× 5'],
      ['new', '120', '0', 'new'],
    ])
  })

  test('a baseline of weeks is counted in whole days, as far as the logs reach', async () => {
    const answer = await ask({ baseline: 45 * 24 * HOUR })
    // Only the evening before has logs: less than a day, hour by hour.
    expect(answer.rows).toContainEqual({ subject: 'loud', calls: 100, before: 20, factor: 5 })
    expect(answer.warnings.map(plain)).toContain(
      'The logs begin 21 Nov 20:00 UTC, so the baseline is counted from then.',
    )
  })
})

test('weeks of a baseline count as weeks', async () => {
  await world.absorb(
    [
      auditEvent({ user: 'weekly', at: clock('05:00', '2026-10-08') }),
      ...calls('weekly', clock('12:00', '2026-10-20'), 49),
      ...calls('weekly', clock('12:00', '2026-11-03'), 50),
      ...calls('weekly', clock('04:40'), 100),
    ],
    SCOPE,
  )
  const wide = { baseline: 45 * 24 * HOUR }
  const before = (await ask(wide)).rows.find((row) => row['subject'] === 'weekly')
  // 99 requests in the 44 whole days of the baseline, which are 528 times two hours.
  expect(before).toEqual({ subject: 'weekly', calls: 100, before: 0.2, factor: 533.3 })
  await packAll(world.ingest)
  expect((await ask(wide)).rows.find((row) => row['subject'] === 'weekly')).toEqual(before)
})

test('nobody above the baseline is said so', async () => {
  const calm = { from: micros(clock('01:00')), to: micros(clock('02:00')) }
  expect(plain((await ask({ window: calm })).sentence)).toMatch(
    /^(No subject of payments made 100 calls and 3 times as many as before, 01:00–02:00 UTC\.|.*proves nothing\.)$/,
  )
})

test('the next questions are about the first of them', async () => {
  expect((await ask()).next[0]).toMatchObject({ lookup: 'activity', entity: { kind: 'subject' } })
  expect((await ask()).next.at(-1)).toEqual({ lookup: 'newly', entity: { kind: 'cluster', key: 'payments' } })
})
