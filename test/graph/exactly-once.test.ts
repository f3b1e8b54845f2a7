import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { GraphWriter } from '../../src/graph/writer.ts'
import { absorb } from '../../src/ingest/absorb.ts'
import type { RequestObservation } from '../../src/model/observation.ts'
import { acrossScopes } from '../helpers/scope-lint.ts'
import {
  absorbRecords,
  dumpGraph,
  incoming,
  micros,
  openWorld,
  rememberJobs,
  type World,
} from '../helpers/seed.ts'
import { auditEvent, clock, finding } from '../helpers/seed-records.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
beforeEach(() => world.reset())
afterAll(() => world.close())

const totals = async (user = 'alice') => (await world.ask('subject', user)).totals

test('RequestReceived is ignored and counts nothing', async () => {
  const fates = await world.absorb([auditEvent({ stage: 'RequestReceived' })])
  expect(fates).toEqual([{ kind: 'ignored', class: 'request-received' }])
  expect(await dumpGraph(world.ingest)).toMatchObject({ entities: [], edges: [], coverage: [] })
})

const started = auditEvent({ id: 'exec', stage: 'ResponseStarted', resource: 'pods/exec', code: 101 })
const complete = auditEvent({ id: 'exec', stage: 'ResponseComplete', resource: 'pods/exec', code: 400 })
const panic = auditEvent({ id: 'exec', stage: 'Panic', resource: 'pods/exec', code: 500 })

test.each([
  ['in one batch', [[started, complete]]],
  ['in one batch, the later stage first', [[complete, started]]],
  ['in two batches', [[started], [complete]]],
  ['in two batches, the later stage first', [[complete], [started]]],
  ['in three batches, the latest stage first', [[panic], [complete], [started]]],
])('a request counts once, at its earliest stage: %s', async (_, batches) => {
  for (const batch of batches) {
    const fates = await world.absorb(batch)
    expect(fates).toEqual(batch.map(() => ({ kind: 'landed' })))
  }
  expect(await totals()).toEqual({ success: 1, failure: 0, unauthorized: 0, forbidden: 0 })
})

test('where records do not say when they were received, a count moves to the hour and the edge of an earlier stage', async () => {
  const watch = { id: 'w', verb: 'watch', isDated: false }
  await world.absorb([
    auditEvent({ ...watch, stage: 'ResponseComplete', at: clock('05:00'), ip: '10.0.0.1' }),
  ])
  await world.absorb([auditEvent({ ...watch, stage: 'ResponseStarted', at: clock('04:00') })])
  const answer = await world.ask('subject', 'alice')
  expect(answer.rows).toMatchObject([{ ip: '198.51.100.7', success: 1 }])
  expect(answer.totals).toMatchObject({ success: 1 })
  const at5 = { from: micros(clock('05:00')), to: micros(clock('06:00')) }
  expect((await world.ask('subject', 'alice', { window: at5 })).totals).toMatchObject({ success: 0 })
})

test('an audit id that was used before does not hide a request: received at another time it counts', async () => {
  await world.absorb([auditEvent({ id: 'chosen', at: clock('04:10') })])
  const fates = await world.absorb([
    auditEvent({
      id: 'chosen',
      at: clock('04:20'),
      user: 'mallory',
      resource: 'secrets',
      verb: 'get',
      name: 'db',
    }),
    auditEvent({ id: 'chosen', at: clock('04:30'), stage: 'ResponseStarted' }),
    auditEvent({ id: 'chosen', at: clock('05:10') }),
  ])
  expect(fates.map((fate) => fate.kind)).toEqual(['landed', 'landed', 'landed'])
  expect(await totals()).toMatchObject({ success: 3 })
  expect((await world.ask('secrets', 'mallory')).rows).toMatchObject([{ secret: 'shop/db', exposed: true }])
})

test('at the same time the same audit id with another caller or another end conflicts', async () => {
  const at = clock('04:10')
  await world.absorb([auditEvent({ id: 'same', at, code: 200 })])
  const fates = await world.absorb([
    auditEvent({ id: 'same', at, code: 403 }),
    // Four bits tell edges apart: of many callers nearly all are told.
    ...Array.from({ length: 40 }, (_, nr) => auditEvent({ id: 'same', at, user: `mallory-${nr}` })),
  ])
  expect(fates[0]).toMatchObject({ kind: 'rejected', reject: { class: 'conflicting' } })
  expect(fates.filter((fate) => fate.kind === 'rejected').length).toBeGreaterThan(25)
  expect(fates.filter((fate) => fate.kind === 'landed')).toEqual([])
  expect(await totals()).toMatchObject({ success: 1 })
})

test('a batch that fails is forgotten by its writer, hashes and ids with it', async () => {
  const writer = new GraphWriter()
  const records = [auditEvent(), auditEvent({ user: 'bob', resource: 'secrets' }), finding()]
  const broken = { ...rememberJobs(), send: () => Promise.reject(new Error('killed here')) }
  await absorbRecords(world.deps(rememberJobs(), writer), [auditEvent({ id: 'first' })])
  await expect(absorbRecords(world.deps(broken, writer), records)).rejects.toThrow()
  const fates = await absorbRecords(world.deps(rememberJobs(), writer), records)
  expect(fates.map((fate) => fate.kind)).toEqual(['landed', 'landed', 'landed'])
  expect((await world.ask('subject', '*')).totals).toMatchObject({ success: 3 })
})

test('what a writer knew before a batch that failed it still knows, also where a count moves', async () => {
  const writer = new GraphWriter()
  const watch = { id: 'w', verb: 'watch', as: 'carol', isDated: false }
  const take = async (records: readonly object[], jobs = rememberJobs()) =>
    absorbRecords(world.deps(jobs, writer), records)
  await take([auditEvent({ ...watch, stage: 'ResponseComplete', at: clock('05:00') })])
  const earlier = auditEvent({ ...watch, stage: 'ResponseStarted', at: clock('04:00') })
  const broken = { ...rememberJobs(), send: () => Promise.reject(new Error('killed here')) }
  await expect(take([earlier, finding()], broken)).rejects.toThrow()
  // Nothing of it is seen for the first time, so that nothing but what the writer remembers gives it its ids.
  await take([auditEvent({ as: 'carol', resource: 'nodes', at: clock('05:00') })])
  const { rows } = await world.ask('subject', 'alice')
  expect(rows).toMatchObject([{ subject: 'alice', ip: '198.51.100.7', as: 'carol', success: 2 }])
})

test('two writers that take turns in one scope see what the other has counted', async () => {
  const writers = [new GraphWriter(), new GraphWriter()]
  const records = Array.from({ length: 40 }, (_, nr) =>
    auditEvent({ id: `turn-${nr}`, user: `user-${nr % 3}` }),
  )
  for (let turn = 0; turn < 8; turn++) {
    const batch = records.slice(turn * 4, turn * 4 + 12)
    await absorbRecords(world.deps(rememberJobs(), writers[turn % 2]), batch)
  }
  expect((await world.ask('subject', 'user-*')).totals).toMatchObject({ success: 40 })
})

test('an event without stage counts as ResponseComplete, one without audit id by its contents', async () => {
  const nameless = auditEvent({ id: null, stage: null })
  expect(await world.absorb([nameless, nameless])).toEqual([{ kind: 'landed' }, { kind: 'duplicate' }])
  expect(await totals()).toMatchObject({ success: 1 })
})

test('taking the same records in again changes nothing and calls them duplicates', async () => {
  const records = [started, complete, auditEvent({ code: 403 }), finding(), finding({ ip: '203.0.113.77' })]
  await world.absorb(records)
  const before = await dumpGraph(world.ingest)
  const jobs = rememberJobs()
  const fates = await absorbRecords(world.deps(jobs), records)
  expect(fates).toEqual(records.map(() => ({ kind: 'duplicate' })))
  expect(await dumpGraph(world.ingest)).toEqual(before)
  expect(jobs.sent).toEqual([])
})

test('the same audit id and stage with other contents conflicts, and the first stays', async () => {
  const first = auditEvent({ id: 'same', code: 200 })
  const second = auditEvent({ id: 'same', code: 403 })
  const [landed, conflicting] = await world.absorb([first, second])
  expect([landed, conflicting]).toMatchObject([
    { kind: 'landed' },
    { kind: 'rejected', reject: { class: 'conflicting' } },
  ])
  expect(await world.absorb([second])).toMatchObject([{ kind: 'rejected', reject: { class: 'conflicting' } }])
  // What the refused one said is kept once: it may be the one that was tampered with.
  const kept = await world.ingest.selectFrom('rejected').select(['class', 'raw']).execute()
  expect(kept).toEqual([{ class: 'conflicting', raw: JSON.stringify(second) }])
  expect(await totals()).toEqual({ success: 1, failure: 0, unauthorized: 0, forbidden: 0 })
})

test('two writers of one scope at the same time count exactly', async () => {
  // The scope exists already: making it would let one writer wait for the other by itself.
  await world.absorb([auditEvent({ user: 'earlier' }), finding()])
  const shared = Array.from({ length: 60 }, (_, nr) =>
    auditEvent({ user: `user-${nr % 5}`, ip: `198.51.100.${nr % 7}` }),
  )
  const [left, right] = await Promise.all([
    world.absorb([...shared.slice(0, 40), finding({ id: 'twice' })]),
    world.absorb([finding({ id: 'twice' }), ...shared.slice(20).toReversed()]),
  ])
  const landed = [...left, ...right].filter((fate) => fate.kind === 'landed')
  expect(landed).toHaveLength(61)
  expect((await world.ask('subject', 'user-*')).totals).toMatchObject({ success: 60 })
  expect((await dumpGraph(world.ingest))['findings']).toHaveLength(2)
})

test('what fails before the end of the transaction leaves nothing behind, and lands when it is tried again', async () => {
  const records = [auditEvent(), finding()]
  const jobs = { ...rememberJobs(), send: () => Promise.reject(new Error('killed here')) }
  await expect(absorbRecords(world.deps(jobs), records)).rejects.toMatchObject({
    cause: { message: 'killed here' },
  })
  for (const table of ['scope', 'entity', 'edge', 'ledger', 'finding', 'incident'] as const) {
    expect(await acrossScopes(() => world.ingest.selectFrom(table).selectAll().execute()), table).toEqual([])
  }
  expect(await world.absorb(records)).toEqual([{ kind: 'landed' }, { kind: 'landed' }])
})

test('a record that PostgreSQL refuses is rejected alone: its neighbours land', async () => {
  const records = Array.from({ length: 21 }, () => incoming(auditEvent()))
  const bad = records[13]
  if (bad?.parsed.kind !== 'request') throw new Error('no request')
  const parsed: RequestObservation = { ...bad.parsed, entities: [{ kind: 'ip', key: 'nonsense' }] }
  const batch = records.map((record, at) => (at === 13 ? { ...record, parsed } : record))
  const deps = world.deps()
  const fates = await absorb(deps, batch, null)
  expect(fates.filter((fate) => fate.kind === 'landed')).toHaveLength(20)
  expect(fates[13]).toMatchObject({ kind: 'rejected', reject: { class: 'malformed' } })
  expect(await totals()).toMatchObject({ success: 20 })
  expect(await world.ingest.selectFrom('rejected').select(['class', 'line']).execute()).toEqual([
    { class: 'malformed', line: 1 },
  ])
})

// 1,024 characters of four bytes each, which do not compress: more than an index row holds.
const long = Array.from({ length: 1024 }, (_, at) =>
  String.fromCodePoint(0x20000 + ((at * 7919) % 40_000)),
).join('')

test('a call cannot be kept out of the graph by names that are too long for an index', async () => {
  const fates = await world.absorb([
    auditEvent(),
    auditEvent({ as: long, resource: 'secrets', namespace: long, name: long }),
    auditEvent({ as: `${long.slice(0, -2)}x`, ip: '203.0.113.9' }),
  ])
  expect(fates.map((fate) => fate.kind)).toEqual(['landed', 'landed', 'landed'])
  const { rows } = await world.ask('subject', 'alice')
  // Two names that differ only in their last character stay two.
  expect(new Set(rows.map((row) => row['as'])).size).toBe(3)
  expect((await world.ask('subject', `${long.slice(0, 20)}*`)).entity.matched).toBe(2)
})

test('a finding whose id is too long for an index lands under a shortened one, apart from its like', async () => {
  const fates = await world.absorb([finding(), finding({ id: `${long}1` }), finding({ id: `${long}2` })])
  expect(fates.map((fate) => fate.kind)).toEqual(['landed', 'landed', 'landed'])
  const rows = await world.ingest.selectFrom('finding').select('id').execute()
  expect(new Set(rows.map((row) => row.id)).size).toBe(3)
})

test('a call that nobody was authenticated for counts for the address', async () => {
  await world.absorb([auditEvent({ user: null, code: 401 })])
  const answer = await world.ask('ip', '198.51.100.7')
  expect(answer.totals).toEqual({ success: 0, failure: 0, unauthorized: 1, forbidden: 0 })
  expect(answer.rows).toMatchObject([{ subject: null, unauthorized: 1 }])
})

test.each([
  ['in one batch', true],
  ['in two', false],
])('of two user agents at the same moment one is kept, whichever comes first: %s', async (_, together) => {
  const events = ['curl', 'kubectl'].map((agent) => auditEvent({ agent }))
  for (const order of [events, events.toReversed()]) {
    await world.reset()
    for (const batch of together ? [order] : order.map((event) => [event])) await world.absorb(batch)
    expect((await world.ask('subject', 'alice')).rows).toMatchObject([{ userAgent: 'kubectl', success: 2 }])
  }
})

test('a call without an address counts for the subject', async () => {
  await world.absorb([auditEvent({ ip: null })])
  expect((await world.ask('subject', 'alice')).rows).toMatchObject([{ ip: null, success: 1 }])
})

test('a bare audit event lands in -/-/-, and with a given scope in that', async () => {
  await world.absorb([auditEvent()])
  await world.absorb([auditEvent()], '111122223333/eu-west-1/payments')
  expect((await world.ask('subject', 'alice')).entity.scopes).toEqual([
    '-/-/-',
    '111122223333/eu-west-1/payments',
  ])
})

test('a record of another cluster than the given scope is foreign, and kept', async () => {
  const fates = await world.absorb([finding(), auditEvent()], '111122223333/eu-west-1/staging')
  expect(fates).toMatchObject([{ kind: 'rejected', reject: { class: 'foreign-scope' } }, { kind: 'landed' }])
  const rejected = await world.ingest.selectFrom('rejected').select(['class', 'reason', 'raw']).execute()
  expect(rejected).toMatchObject([
    { class: 'foreign-scope', raw: expect.stringContaining('"payments"') as string },
  ])
  expect(rejected[0]?.reason).toContain('The record says cluster "payments"')
})

test('a reject is stored once, however often its file is read', async () => {
  for (let round = 0; round < 3; round++) await world.absorb([{ verb: 'get' }, { verb: 'get' }])
  expect(await world.ingest.selectFrom('rejected').selectAll().execute()).toHaveLength(1)
})

test('a finding makes entities with its first and last seen, and adds to no total', async () => {
  await world.absorb([finding({ first: clock('01:00'), last: clock('03:00') })])
  const answer = await world.ask('subject', 'system:anonymous')
  expect(answer.totals).toEqual({ success: 0, failure: 0, unauthorized: 0, forbidden: 0 })
  expect(await acrossScopes(() => world.ingest.selectFrom('edge').selectAll().execute())).toEqual([])
})
