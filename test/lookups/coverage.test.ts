import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { asOwner } from '../helpers/as-owner.ts'
import { acrossScopes } from '../helpers/scope-lint.ts'
import { micros, openWorld, plain, type World } from '../helpers/seed.ts'
import { auditEvent, clock } from '../helpers/seed-records.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
beforeEach(() => world.reset())
afterAll(() => world.close())

const at = (time: string) => micros(clock(time))
const log = (times: readonly string[], given?: string) =>
  world.absorb(
    times.map((time) => auditEvent({ at: clock(time) })),
    given,
  )

test('names first and last record, and the gaps of an hour or more between them', async () => {
  await log(['01:00', '01:59:59.999999', '02:59:59.999998', '03:59:59.999998', '09:30:00.000001'])
  expect((await world.ask('subject', 'alice')).coverage).toEqual([
    {
      scope: '-/-/-',
      source: 'audit',
      from: at('01:00'),
      to: at('09:30:00.000001'),
      gaps: [
        { from: at('02:59:59.999998'), to: at('03:59:59.999998') },
        { from: at('03:59:59.999998'), to: at('09:30:00.000001') },
      ],
    },
  ])
})

test('a gap makes the count a lower bound, and is said above the answer', async () => {
  await log(['01:00', '05:00'])
  expect((await world.ask('subject', 'alice')).warnings.map(plain)).toEqual([
    'Audit logs are missing 01:00–05:00 UTC, so this count is a lower bound.',
  ])
})

test('a window sees only the records in it', async () => {
  await log(['01:10', '02:10', '03:10', '08:10'])
  const answer = await world.ask('subject', 'alice', { window: { from: at('02:00'), to: at('04:00') } })
  expect(answer.coverage).toMatchObject([
    { from: at('02:10'), to: at('03:10'), gaps: [{ from: at('02:10'), to: at('03:10') }] },
  ])
})

test('each scope has its own coverage, of every record in it and not of the entity alone', async () => {
  await log(['01:00'], 'a/b/one')
  await world.absorb([auditEvent({ user: 'bob', at: clock('01:30') })], 'a/b/one')
  await log(['02:00'], 'a/b/two')
  await world.absorb([auditEvent({ user: 'bob', at: clock('02:30') })], 'a/b/three')
  expect((await world.ask('subject', 'alice')).coverage).toMatchObject([
    { scope: 'a/b/one', from: at('01:00'), to: at('01:30') },
    { scope: 'a/b/two', from: at('02:00'), to: at('02:00') },
  ])
})

test('no call in a window that the logs cover is a real zero', async () => {
  await log(['01:00'])
  await world.absorb(['04:00', '04:59', '05:58'].map((time) => auditEvent({ user: 'bob', at: clock(time) })))
  const answer = await world.ask('subject', 'alice', { window: { from: at('04:00'), to: at('06:00') } })
  expect(plain(answer.sentence)).toBe(
    'No calls by alice, 04:00–06:00 UTC. Audit logs cover all of it, so this is a real zero.',
  )
})

test.each([
  [
    'hours without logs',
    ['01:00', '04:00'],
    'Nothing seen of bob, 03:00–06:00 UTC, and 2 of 3 hours have no logs: this proves nothing.',
  ],
  [
    'no logs at all',
    ['01:00'],
    'Nothing counted for bob, 03:00–06:00 UTC: there are no audit logs, so this proves nothing.',
  ],
])('no call in a window with %s proves nothing', async (_, times, sentence) => {
  await log(times)
  await world.absorb([auditEvent({ user: 'bob', at: clock('01:00') })])
  const answer = await world.ask('subject', 'bob', { window: { from: at('03:00'), to: at('06:00') } })
  expect(plain(answer.sentence)).toBe(sentence)
})

test('a window that the logs reach only in part is said above the answer', async () => {
  await log(['04:10', '04:50'])
  const answer = await world.ask('subject', 'alice', { window: { from: at('02:00'), to: at('08:00') } })
  expect(answer.totals).toMatchObject({ success: 2 })
  expect(answer.warnings.map(plain)).toEqual([
    'Audit logs are missing 02:00–04:10 UTC, so this count is a lower bound.',
    'Audit logs are missing 04:50–08:00 UTC, so this count is a lower bound.',
  ])
})

test('a scope without logs keeps a zero in another one from being real', async () => {
  for (const cluster of ['one', 'two']) {
    await world.absorb([auditEvent({ user: 'twin', at: clock('01:00') })], `a/b/${cluster}`)
  }
  await log(['04:00', '04:59:59'], 'a/b/one')
  const answer = await world.ask('subject', 'twin', { window: { from: at('04:00'), to: at('05:00') } })
  expect(plain(answer.sentence)).toBe(
    'Nothing seen of twin, 04:00–05:00 UTC, and logs are missing in 1 of 2 scopes: this proves nothing.',
  )
  expect(answer.warnings.map(plain)).toEqual([
    'Audit logs of a/b/two are missing 04:00–05:00 UTC, so this count is a lower bound.',
  ])
})

test('a gap that spans no whole clock hour keeps a zero from being real too', async () => {
  await log(['10:05', '11:55'])
  await world.absorb([auditEvent({ user: 'bob', at: clock('01:00') })])
  const answer = await world.ask('subject', 'bob', { window: { from: at('10:00'), to: at('12:00') } })
  expect(plain(answer.sentence)).toBe(
    'Nothing seen of bob, 10:00–12:00 UTC, and 1 of 2 hours have no logs: this proves nothing.',
  )
})

test('of many gaps the two longest are told, and the rest is counted', async () => {
  await log(['00:00', '01:30', '04:30', '05:45', '08:00', '09:10', '09:59'])
  expect((await world.ask('subject', 'alice')).warnings.map(plain)).toEqual([
    'Audit logs are missing 01:30–04:30 UTC, so this count is a lower bound.',
    'Audit logs are missing 05:45–08:00 UTC, so this count is a lower bound.',
    '3 more gaps in the audit logs, 1 hour in all.',
  ])
})

/** Two records of each hour from one to before another, forty minutes apart. */
const whole = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from }, (_, n) => `${String(from + n).padStart(2, '0')}:`).flatMap((hour) => [
    `${hour}10`,
    `${hour}50`,
  ])
const askAll = async () => (await world.ask('seen', 'alice')).coverage

test('what came since is told, whatever was found before', async () => {
  await log(whole(3, 9))
  expect(await askAll()).toMatchObject([{ from: at('03:10'), to: at('08:50'), gaps: [] }])
  await log(['09:05'])
  expect(await askAll()).toMatchObject([{ from: at('03:10'), to: at('09:05'), gaps: [] }])
  await log(['08:55', '01:20', '03:00'])
  expect(await askAll()).toMatchObject([
    { from: at('01:20'), to: at('09:05'), gaps: [{ from: at('01:20'), to: at('03:00') }] },
  ])
  await log([...whole(1, 3), '11:00'])
  expect(await askAll()).toMatchObject([
    { from: at('01:10'), to: at('11:00'), gaps: [{ from: at('09:05'), to: at('11:00') }] },
  ])
})

test('a window that cuts hours found whole before sees its own records and gaps', async () => {
  await log(whole(1, 9))
  await askAll()
  const inside = async (from: string, to: string) =>
    (await world.ask('subject', 'alice', { window: { from: at(from), to: at(to) } })).coverage
  // A window is counted in whole hours, also here.
  expect(await inside('02:00', '07:00')).toMatchObject([{ from: at('02:10'), to: at('06:50'), gaps: [] }])
  expect(await inside('05:00', '06:00')).toMatchObject([{ from: at('05:10'), to: at('05:50'), gaps: [] }])
  expect(await inside('00:00', '12:00')).toMatchObject([{ from: at('01:10'), to: at('08:50'), gaps: [] }])
})

test('hours that were dropped since are told no more', async () => {
  await log(whole(1, 12))
  await askAll()
  const drop = (before: string) =>
    acrossScopes(() =>
      asOwner(world.database.ownerUrl, `delete from coverage where first_at < '${clock(before)}'`),
    )
  await drop('01:30')
  expect(await askAll()).toMatchObject([{ from: at('02:10'), to: at('11:50'), gaps: [] }])
  await drop('06:30')
  expect(await askAll()).toMatchObject([{ from: at('07:10'), to: at('11:50'), gaps: [] }])
  expect(await askAll()).toMatchObject([{ from: at('07:10'), to: at('11:50'), gaps: [] }])
})

test('hours that go from between others, as a month does before old logs that stay, are a gap', async () => {
  await log(whole(1, 12))
  await askAll()
  await asOwner(
    world.database.ownerUrl,
    `delete from coverage where first_at > '${clock('04:00')}' and first_at < '${clock('07:00')}';
     update retention set dropped = dropped + 1`,
  )
  const gaps = [{ from: at('03:50'), to: at('07:10') }]
  expect(await askAll()).toMatchObject([{ from: at('01:10'), to: at('11:50'), gaps }])
  expect(await askAll()).toMatchObject([{ gaps }])
})
