import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packAll } from '../helpers/pack.ts'
import { micros, openWorld, plain, type World } from '../helpers/seed.ts'
import { auditEvent, clock } from '../helpers/seed-records.ts'

const SCOPE = '111122223333/eu-west-1/payments'
const OTHER = '111122223333/eu-west-1/staging'
const on = (day: string, time = '04:30') => clock(time, day)
const window = { from: micros(clock('04:30')), to: micros(clock('08:00')) }

let world: World
beforeAll(async () => {
  world = await openWorld()
  await world.absorb(
    [
      // Known: within the baseline, at its very beginning, and in the hour of the window before it begins.
      auditEvent({ user: 'alice', at: on('2026-11-01') }),
      auditEvent({ user: 'alice', at: clock('05:00') }),
      auditEvent({ user: 'bob', at: on('2026-10-08') }),
      auditEvent({ user: 'bob', at: clock('05:01') }),
      auditEvent({ user: 'carol', at: clock('04:29:59.999999') }),
      auditEvent({ user: 'carol', at: clock('04:30') }),
      // New, in another place and from another address.
      auditEvent({
        user: 'alice',
        verb: 'get',
        resource: 'secrets',
        name: 'db',
        at: clock('04:30'),
        ip: '203.0.113.9',
      }),
      auditEvent({
        user: 'mallory',
        verb: 'create',
        resource: 'pods',
        at: clock('07:59:59.999999'),
        code: 403,
      }),
      auditEvent({ user: 'mallory', verb: 'create', resource: 'pods', at: clock('07:00'), namespace: 'web' }),
      // Made before the baseline, and now again.
      auditEvent({ user: 'dave', at: on('2026-10-07', '03:00') }),
      auditEvent({ user: 'dave', at: clock('06:00') }),
      // First after the window, in its last hour's neighbour.
      auditEvent({ user: 'late', at: clock('08:00') }),
    ],
    SCOPE,
  )
  await world.absorb([auditEvent({ user: 'alice', at: clock('06:00'), verb: 'watch' })], OTHER)
})
afterAll(() => world.close())

const ask = (entity: string, options = {}) => world.ask('newly', entity, { window, ...options })

describe.each(['hot', 'packed'])('calls of a cluster, while its hours are %s', (state) => {
  beforeAll(() => (state === 'packed' ? packAll(world.ingest) : undefined))

  test('those never made in the baseline are told, newest first and exact', async () => {
    const answer = await ask('payments')
    expect(answer.rows).toMatchObject([
      {
        subject: 'mallory',
        verb: 'create',
        resource: 'pods',
        namespace: null,
        success: 1,
        forbidden: 1,
        firstSeen: clock('07:00:00.000000'),
      },
      {
        subject: 'alice',
        verb: 'get',
        resource: 'secrets',
        namespace: 'shop',
        ip: '203.0.113.9',
        firstSeen: clock('04:30:00.000000'),
      },
      { subject: 'dave', verb: 'list', resource: 'pods', firstSeen: on('2026-10-07', '03:00:00.000000') },
    ])
    expect(answer).toMatchObject({
      entity: { kind: 'cluster', key: 'payments', scopes: [SCOPE], matched: 1 },
      total: 3,
      truncated: false,
      totals: { success: 3, failure: 0, unauthorized: 0, forbidden: 1 },
      baseline: { from: window.from - 45 * 86_400_000_000, to: window.from },
      scopeTime: { from: micros(clock('04:00')), to: micros(clock('08:00')) },
    })
    expect(plain(answer.sentence)).toBe(
      'payments: 3 calls newly observed, 04:00–08:00 UTC, not seen in the 45 days before: 3 success, 1 forbidden.',
    )
    expect(answer.notes.map(plain)).toContain('1 of them was made before the baseline too, and not in it.')
  })

  test('a longer baseline knows more', async () => {
    const answer = await ask('payments', { baseline: 60 * 86_400_000_000 })
    expect(answer.rows.map((row) => row['subject'])).toEqual(['mallory', 'alice'])
  })

  test('a shorter one knows less', async () => {
    const answer = await ask('payments', { baseline: 86_400_000_000 })
    expect(answer.rows.map((row) => row['subject'])).toEqual(['mallory', 'alice', 'alice', 'bob', 'dave'])
  })

  test('of one subject and of one address', async () => {
    expect((await ask('subject:alice')).rows).toMatchObject([
      { subject: 'alice', verb: 'watch' },
      { subject: 'alice', verb: 'get', resource: 'secrets' },
    ])
    const address = await ask('ip:203.0.113.9')
    expect(address.rows).toMatchObject([{ subject: 'alice', verb: 'get', ip: '203.0.113.9' }])
    expect((await ask('ip:198.51.100.7', { scope: SCOPE })).rows.map((row) => row['subject'])).toEqual([
      'mallory',
      'dave',
    ])
  })
})

test('a limit cuts rows, and the answer says so', async () => {
  expect(await ask('payments', { limit: 1 })).toMatchObject({
    total: 3,
    truncated: true,
    totals: { success: 3 },
  })
})

test('a pattern asks about several clusters', async () => {
  const answer = await ask('*')
  expect(answer).toMatchObject({ entity: { scopes: [SCOPE, OTHER], matched: 2 }, total: 4 })
  expect(plain(answer.sentence)).toMatch(/^2 clusters matching \*: 4 calls newly observed/)
})

test('without a window the last day that is known is asked about', async () => {
  const answer = await world.ask('newly', 'payments')
  expect(answer.scopeTime).toEqual({
    from: micros(clock('09:00', '2026-11-21')),
    to: micros(clock('09:00')),
  })
  expect(answer.baseline?.to).toBe(answer.scopeTime?.from)
  expect(answer.rows[0]).toMatchObject({ subject: 'late' })
})

test('logs that begin within the baseline are said to', async () => {
  expect((await ask('staging')).warnings.map(plain)).toContain(
    'The logs begin 06:00 UTC, so "new" means new since then.',
  )
  expect((await ask('payments', { baseline: 86_400_000_000 * 30 })).warnings.map(plain)).toContain(
    'The logs begin 1 Nov 04:30 UTC, so "new" means new since then.',
  )
})

test('nothing new is said to be seen before, and nothing is proven by logs with holes', async () => {
  const calm = { from: micros(clock('05:00')), to: micros(clock('05:00:30')) }
  const known = { window: calm, baseline: 46 * 86_400_000_000 }
  expect(plain((await world.ask('newly', 'payments', known)).sentence)).toBe(
    'Nothing newly observed of payments, 05:00–06:00 UTC: each call was seen in the 46 days before.',
  )
  const empty = { from: micros(on('2026-11-10')), to: micros(on('2026-11-11')) }
  expect(plain((await world.ask('newly', 'payments', { window: empty })).sentence)).toContain(
    'proves nothing',
  )
})

test('the next questions are about the newest caller', async () => {
  expect((await ask('payments')).next).toEqual([
    { lookup: 'subject', entity: { kind: 'subject', key: 'mallory' } },
    { lookup: 'ip', entity: { kind: 'ip', key: '198.51.100.7' } },
    { lookup: 'secrets', entity: { kind: 'subject', key: 'mallory' } },
  ])
})

test('logs of a cluster that nobody named are asked about as -', async () => {
  await world.absorb([auditEvent({ user: 'nameless', at: clock('06:00') })])
  const answer = await world.ask('newly', '-', { window })
  expect(answer).toMatchObject({ entity: { matched: 1, scopes: ['-/-/-'] }, total: 1 })
})
