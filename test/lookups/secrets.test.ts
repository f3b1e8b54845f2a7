import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { micros, openWorld, plain, textOf, type World } from '../helpers/seed.ts'
import { type AuditSpec, auditEvent, clock } from '../helpers/seed-records.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
beforeEach(() => world.reset())
afterAll(() => world.close())

const call = (verb: string, name: string | null, spec: AuditSpec = {}) =>
  auditEvent({ verb, resource: 'secrets', ...(name !== null && { name }), ...spec })
/** `shop/db listed by alice, exposed`: a row in words, in order of the alphabet. */
const rowsOf = async (entity: string): Promise<readonly string[]> =>
  (await world.ask('secrets', entity)).rows
    .map(({ secret, how, subject, exposed }) => {
      const who = subject === null ? 'nobody' : textOf(subject)
      return `${textOf(secret)} ${textOf(how)} by ${who}${exposed === true ? ', exposed' : ''}`
    })
    .toSorted()

test('a secret read by name is exposed, and must be rotated', async () => {
  await world.absorb([
    call('get', 'db', { at: clock('04:00:00.000001') }),
    call('get', 'db', { at: clock('05:00:00.000002') }),
  ])
  const answer = await world.ask('secrets', 'alice')
  expect(answer.rows).toEqual([
    {
      secret: 'shop/db',
      how: 'read',
      exposed: true,
      subject: 'alice',
      success: 2,
      failure: 0,
      unauthorized: 0,
      forbidden: 0,
      firstSeen: clock('04:00:00.000001'),
      lastSeen: clock('05:00:00.000002'),
    },
  ])
  expect(answer).toMatchObject({ alarming: true, totals: { success: 2 }, total: 1 })
  expect(plain(answer.sentence)).toBe('1 secret is exposed by name to alice, 04:00–06:00 UTC. Rotate it.')
})

test.each([
  ['get', 'read', true],
  ['create', 'written', true],
  ['update', 'written', true],
  ['patch', 'written', true],
  ['delete', 'deleted', false],
])('%s on a secret is %s', async (verb, how, exposed) => {
  await world.absorb([call(verb, 'db')])
  expect(await rowsOf('alice')).toEqual([`shop/db ${how} by alice${exposed ? ', exposed' : ''}`])
})

test.each([401, 403, 404, 500])('an answer of %d exposes nothing', async (code) => {
  await world.absorb([call('get', 'db', { code }), call('list', null, { code })])
  const answer = await world.ask('secrets', 'alice')
  expect(answer.rows.map((row) => row['exposed'])).toEqual([false, false])
  expect(answer.alarming).toBe(false)
  expect(plain(answer.sentence)).toContain('none of which shows a value: nothing exposed.')
})

describe('a list', () => {
  test.each(['list', 'watch'])(
    'by %s exposes every secret known in its namespace, each once',
    async (verb) => {
      await world.absorb([
        call('get', 'db', { user: 'bob' }),
        call('get', 'tls', { user: 'bob', namespace: 'other' }),
        call('get', 'own', { user: 'alice' }),
        call('get', 'tried', { user: 'bob', code: 404 }),
        call(verb, null, { stage: 'ResponseStarted' }),
      ])
      expect(await rowsOf('alice')).toEqual([
        'shop/* listed by alice, exposed',
        'shop/db listed by alice, exposed',
        'shop/own read by alice, exposed',
      ])
      const answer = await world.ask('secrets', 'alice')
      // The list is one call, whatever it shows.
      expect(answer.totals).toMatchObject({ success: 2 })
      expect(plain(answer.sentence)).toBe(
        '2 known secrets are exposed to alice: 1 by name, 1 by listing shop, 04:00–05:00 UTC. A list shows no names, so any other secret there counts too. Rotate them all.',
      )
    },
  )

  test('of all namespaces exposes them all', async () => {
    await world.absorb([
      call('get', 'db', { user: 'bob' }),
      call('get', 'tls', { user: 'bob', namespace: 'other' }),
      call('list', null, { namespace: null }),
    ])
    expect(await rowsOf('alice')).toEqual([
      '*/* listed by alice, exposed',
      'other/tls listed by alice, exposed',
      'shop/db listed by alice, exposed',
    ])
  })

  test('where no name is known says that the logs do not tell', async () => {
    await world.absorb([call('list', null)])
    const answer = await world.ask('secrets', 'alice')
    expect(plain(answer.sentence)).toBe(
      'Every secret in shop is exposed to alice by listing, 04:00–05:00 UTC; the logs do not name them. Rotate them all.',
    )
  })

  test('in one cluster exposes nothing of another', async () => {
    await world.absorb([call('get', 'db', { user: 'bob' })], 'a/b/one')
    await world.absorb([call('list', null)], 'a/b/two')
    expect(await rowsOf('alice')).toEqual(['shop/* listed by alice, exposed'])
  })
})

describe('asked about a secret itself', () => {
  beforeEach(() =>
    world.absorb([
      call('get', 'db', { user: 'bob', at: clock('04:00') }),
      call('get', 'tls', { user: 'bob' }),
      call('list', null, { user: 'carol' }),
      call('list', null, { user: 'dave', namespace: null }),
      call('list', null, { user: 'eve', namespace: 'other' }),
      call('get', 'db', { user: 'frank', code: 403 }),
      call('get', 'db', { user: 'grace', namespace: 'other' }),
    ]),
  )

  test('says who was shown it, by name or by list, and who only tried; other secrets stay out', async () => {
    expect(await rowsOf('secret:shop/db')).toEqual([
      '*/* listed by dave, exposed',
      'shop/* listed by carol, exposed',
      'shop/db read by bob, exposed',
      'shop/db read by frank',
    ])
    const answer = await world.ask('secrets', 'secret:shop/db')
    expect(answer.totals).toEqual({ success: 3, failure: 0, unauthorized: 0, forbidden: 1 })
    expect(answer.firstSeen).toBe(micros(clock('04:00')))
    expect(plain(answer.sentence)).toMatch(/^shop\/db was shown to 3 subjects, /)
  })

  test('a pattern takes the lists of every namespace that it matches', async () => {
    expect(await rowsOf('secret:*/db')).toEqual([
      '*/* listed by dave, exposed',
      'other/* listed by eve, exposed',
      'other/db read by grace, exposed',
      'shop/* listed by carol, exposed',
      'shop/db read by bob, exposed',
      'shop/db read by frank',
    ])
  })

  test('one that nobody named is exposed by the lists around it', async () => {
    const answer = await world.ask('secrets', 'secret:shop/unknown')
    expect(answer).toMatchObject({ firstSeen: null, alarming: true, entity: { matched: 0 } })
    expect(answer.total).toBe(answer.rows.length)
    expect(answer.rows.every((row) => row['how'] === 'listed')).toBe(true)
    expect(plain(answer.sentence)).toMatch(/^Nobody reached shop\/unknown by name, but \d subjects? listed/)
  })

  test('one in a namespace that nobody listed was never seen', async () => {
    await world.reset()
    await world.absorb([call('get', 'db')])
    const answer = await world.ask('secrets', 'secret:shop/unknown')
    expect(answer).toMatchObject({ total: 0, firstSeen: null, alarming: false, totals: { success: 0 } })
    expect(plain(answer.sentence)).toContain('was never seen here')
  })
})

test('an address: what its callers reached, nobody included', async () => {
  await world.absorb([call('get', 'db', { user: null, ip: '203.0.113.9' }), call('get', 'db')])
  expect(await rowsOf('ip:203.0.113.9')).toEqual(['shop/db read by nobody, exposed'])
  expect(await rowsOf('ip:203.0.113.0/24')).toEqual(['shop/db read by nobody, exposed'])
})

test('a window counts only the calls in it', async () => {
  await world.absorb([
    call('get', 'early', { at: clock('01:00') }),
    call('get', 'late', { at: clock('05:00') }),
  ])
  const window = { from: micros(clock('04:30')), to: micros(clock('05:30')) }
  expect((await world.ask('secrets', 'alice', { window })).rows).toMatchObject([{ secret: 'shop/late' }])
})

test('the limit cuts rows and leaves totals and sentence whole', async () => {
  await world.absorb(['a', 'b', 'c'].map((name) => call('get', name)))
  const answer = await world.ask('secrets', 'alice', { limit: 2 })
  expect(answer).toMatchObject({ total: 3, truncated: true, totals: { success: 3 } })
  expect(answer.rows).toHaveLength(2)
  expect(plain(answer.sentence)).toMatch(/^3 secrets are exposed/)
})

test('secrets of another API group are no secrets of the cluster', async () => {
  const sealed = {
    ...auditEvent({ verb: 'get' }),
    objectRef: { resource: 'secrets', apiGroup: 'x.io', namespace: 'shop', name: 'db' },
  }
  await world.absorb([sealed])
  expect(await rowsOf('alice')).toEqual([])
})

test('a subject that touched no secret is told so', async () => {
  await world.absorb([auditEvent()])
  const answer = await world.ask('secrets', 'alice')
  expect(answer).toMatchObject({ rows: [], total: 0, totals: { success: 0 }, alarming: false })
  expect(plain(answer.sentence)).toBe(
    'No call on secrets by alice, 04:00–05:00 UTC. Audit logs cover all of it.',
  )
})

test('a secret created without a name in the log is written, not listed', async () => {
  await world.absorb([call('create', null, { code: 201 })])
  const answer = await world.ask('secrets', 'alice')
  expect(plain(answer.sentence)).toBe(
    'Secrets were written by alice in shop, 04:00–05:00 UTC, under names that the logs do not tell. Rotate what was written there.',
  )
  expect(answer.table?.rows[0]?.[0]).toBe('shop/… (name not logged)')
  expect((await world.ask('secrets', 'secret:shop/db')).total).toBe(0)
})
