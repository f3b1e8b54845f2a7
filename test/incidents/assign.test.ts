import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { absorbRecords, micros, openWorld, rememberJobs, type World } from '../helpers/seed.ts'
import { clock, type FindingSpec, finding } from '../helpers/seed-records.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
beforeEach(() => world.reset())
afterAll(() => world.close())

/** Takes findings in, one batch each, and says into how many incidents they fell. */
async function incidentsOf(specs: readonly FindingSpec[], given?: string): Promise<number> {
  for (const spec of specs) await world.absorb([finding(spec)], given)
  return (await world.ingest.selectFrom('incident').select('id').execute()).length
}

async function incident() {
  return world.ingest.selectFrom('incident').selectAll().executeTakeFirstOrThrow()
}

async function events(): Promise<readonly object[]> {
  return world.ingest
    .selectFrom('incident_event')
    .select(['seq', 'kind', 'finding', 'severity'])
    .orderBy('seq')
    .execute()
}

/** A finding that shares nothing with another one by itself. */
const nobody = { subject: null, ip: null } as const
const day = (nr: number, time = '00:00') => clock(time, `2026-11-${nr}`)

describe('a finding joins the open incident of its scope', () => {
  test.each<[string, FindingSpec, FindingSpec]>([
    ['a pod uid', { ...nobody, podUid: 'uid-1' }, { ...nobody, podUid: 'uid-1' }],
    ['a subject', { subject: 'alice', ip: null }, { subject: 'alice', ip: null }],
    ['system:anonymous, who is a caller', { ip: null }, { ip: null }],
    ['a public address', { subject: null }, { subject: null }],
    ['an instance', { ...nobody, instance: 'i-0abc' }, { ...nobody, instance: 'i-0abc' }],
    [
      'one thing among others',
      { subject: 'alice', instance: 'i-0abc' },
      { subject: 'bob', instance: 'i-0def' },
    ],
  ])('that shares %s', async (_, one, other) => {
    expect(await incidentsOf([one, other])).toBe(1)
  })

  test('through a key that only an older version of its finding has, in whatever order they come', async () => {
    const older = { id: 'a', subject: null, ip: '203.0.113.91', last: clock('05:00') }
    const newer = { id: 'a', subject: null, ip: '203.0.113.90', last: clock('06:00') }
    expect(await incidentsOf([newer, older, { id: 'b', subject: null, ip: '203.0.113.91' }])).toBe(1)
  })

  test('through a key that an earlier finding of it brought along', async () => {
    const chain = [{ subject: 'alice', ip: null }, { subject: 'alice' }, { subject: 'bob' }]
    expect(await incidentsOf(chain)).toBe(1)
  })

  test.each<[string, FindingSpec, FindingSpec]>([
    ['23 hours later', { first: day(20) }, { first: day(20, '23:00') }],
    ['exactly a day later', { first: day(20) }, { first: day(21) }],
    ['23 hours before', { first: day(20, '23:00') }, { first: day(20) }],
    ['during it', { first: day(10), last: day(20) }, { first: day(12) }],
    ['around it', { first: day(15) }, { first: day(10), last: day(20) }],
    ['after its last, far from its first', { first: day(10), last: day(20) }, { first: day(20, '23:00') }],
  ])('%s', async (_, one, other) => {
    expect(await incidentsOf([one, other])).toBe(1)
  })
})

describe('a finding opens an incident of its own', () => {
  test.each<[string, FindingSpec, FindingSpec]>([
    ['25 hours later', { first: day(20) }, { first: day(21, '01:00') }],
    ['a microsecond more than a day later', { first: day(20) }, { first: day(21, '00:00:00.000001') }],
    ['25 hours before', { first: day(21, '01:00') }, { first: day(20) }],
    ['when it shares nothing', { subject: 'alice', ip: null }, { subject: 'bob', ip: null }],
    ['when it has nothing to share', nobody, nobody],
    [
      'when it shares a system component',
      { subject: 'system:serviceaccount:kube-system:coredns', ip: null },
      { subject: 'system:serviceaccount:kube-system:coredns', ip: null },
    ],
    [
      'when it shares a private address',
      { subject: null, ip: '10.0.0.1' },
      { subject: null, ip: '10.0.0.1' },
    ],
    ['in another cluster', {}, { cluster: 'staging' }],
    ['in another account', {}, { account: '444455556666' }],
    ['when it is real and the other a sample', { sample: true }, {}],
    ['when it is a sample and the other real', {}, { sample: true }],
  ])('%s', async (_, one, other) => {
    expect(await incidentsOf([one, other])).toBe(2)
  })
})

test('samples join samples', async () => {
  expect(await incidentsOf([{ sample: true }, { sample: true }])).toBe(1)
})

describe('without a cluster', () => {
  const principal: FindingSpec = { cluster: null, principal: 'AROAEXAMPLE:mallory' }
  test.each<[string, FindingSpec, FindingSpec, number]>([
    ['the principal joins', principal, { ...principal, subject: null, ip: '203.0.113.77' }, 1],
    ['the instance joins', { cluster: null, instance: 'i-0abc' }, { cluster: null, instance: 'i-0abc' }, 1],
    ['an address does not join', { cluster: null }, { cluster: null }, 2],
    [
      'a finding of a cluster is not joined',
      { ...principal, instance: 'i-0abc' },
      { principal: 'AROAEXAMPLE:mallory', instance: 'i-0abc' },
      2,
    ],
  ])('%s', async (_, one, other, count) => {
    expect(await incidentsOf([one, other])).toBe(count)
  })

  test('the cluster of --scope decides: the address joins, and the principal does not', async () => {
    const given = '111122223333/eu-west-1/payments'
    expect(await incidentsOf([{ cluster: null }, { cluster: null }, {}], given)).toBe(1)
    await world.reset()
    const apart = { subject: null, ip: null, cluster: null, principal: 'AROAEXAMPLE:mallory' }
    expect(await incidentsOf([apart, apart], given)).toBe(2)
  })

  test('a finding that --scope places in a cluster makes that cluster an entity', async () => {
    await world.absorb([finding({ cluster: null })], '111122223333/eu-west-1/payments')
    expect((await world.ask('seen', 'cluster:payments')).entity.matched).toBe(1)
  })
})

describe('a finding that comes again', () => {
  const spec: FindingSpec = { id: 'f', first: clock('01:00'), last: clock('02:00'), count: 3 }

  test('with a newer updatedAt updates its row and the incident, and says nothing in the thread', async () => {
    const jobs = rememberJobs()
    await absorbRecords(world.deps(jobs), [finding(spec)])
    const before = await incident()
    await absorbRecords(world.deps(jobs), [finding({ ...spec, last: clock('05:00'), count: 9 })])
    const after = await incident()
    expect(after).toMatchObject({
      id: before.id,
      last_seen: micros(clock('05:00')),
      revision: before.revision + 1,
    })
    expect(await world.ingest.selectFrom('finding').select(['count', 'last_seen']).execute()).toEqual([
      { count: 9, last_seen: micros(clock('05:00')) },
    ])
    expect(await events()).toEqual([])
    expect(jobs.sent).toEqual([`refresh-card ${before.id}`, `refresh-card ${before.id}`])
  })

  test('stays in its incident, however much later', async () => {
    const later = { ...spec, first: day(28), last: day(28), updated: day(28) }
    expect(await incidentsOf([spec, later])).toBe(1)
  })

  test('with an older updatedAt lands and changes nothing', async () => {
    await world.absorb([finding({ ...spec, updated: clock('06:00') })])
    const before = [await incident(), await world.ingest.selectFrom('finding').selectAll().execute()]
    const older = finding({ ...spec, updated: clock('05:00'), severity: 9, count: 1 })
    const jobs = rememberJobs()
    expect(await absorbRecords(world.deps(jobs), [older])).toEqual([{ kind: 'landed' }])
    expect([await incident(), await world.ingest.selectFrom('finding').selectAll().execute()]).toEqual(before)
    expect(jobs.sent).toEqual([])
    expect(await world.absorb([older])).toEqual([{ kind: 'duplicate' }])
  })

  test('with the same updatedAt and another body conflicts, and the first stays', async () => {
    await world.absorb([finding(spec)])
    expect(await world.absorb([finding({ ...spec, count: 4 })])).toMatchObject([
      { kind: 'rejected', reject: { class: 'conflicting' } },
    ])
    expect(await world.ingest.selectFrom('finding').select('count').execute()).toEqual([{ count: 3 }])
  })
})

describe('severity', () => {
  test('that rises a word is kept with what it was, and said once', async () => {
    await world.absorb([finding({ id: 'a', severity: 5, last: clock('05:00') })])
    await world.absorb([finding({ id: 'a', severity: 8, last: clock('06:00') })])
    expect(await incident()).toMatchObject({
      severity: 8,
      was_severity: 5,
      was_until: micros(clock('06:00')),
    })
    expect(await events()).toEqual([{ seq: 1, kind: 'severity-rose', finding: 'a', severity: 8 }])
  })

  test('that GuardDuty lowers later never lowers the incident', async () => {
    await world.absorb([finding({ id: 'a', severity: 8, last: clock('05:00') })])
    await world.absorb([finding({ id: 'a', severity: 3, last: clock('06:00') })])
    expect(await incident()).toMatchObject({ severity: 8, was_severity: null })
    expect(await events()).toEqual([])
  })

  test('that rises within a word is no event', async () => {
    await incidentsOf([
      { id: 'a', severity: 5, last: clock('05:00') },
      { id: 'a', severity: 6, last: clock('06:00') },
    ])
    expect(await incident()).toMatchObject({ severity: 6, was_severity: null })
    expect(await events()).toEqual([])
  })

  test('of a graver finding that joins raises the incident, and both are said', async () => {
    await incidentsOf([
      { id: 'a', severity: 5 },
      { id: 'b', severity: 9 },
    ])
    expect(await events()).toEqual([
      { seq: 1, kind: 'joined', finding: 'b', severity: 9 },
      { seq: 2, kind: 'severity-rose', finding: 'b', severity: 9 },
    ])
  })

  test('of a milder finding that joins lowers nothing', async () => {
    await incidentsOf([
      { id: 'a', severity: 8 },
      { id: 'b', severity: 2 },
    ])
    expect(await incident()).toMatchObject({ severity: 8, was_severity: null })
    expect(await events()).toEqual([{ seq: 1, kind: 'joined', finding: 'b', severity: 2 }])
  })
})

test('of several findings in one batch the earliest opens the incident', async () => {
  await world.absorb([
    finding({ id: 'late', first: clock('05:00') }),
    finding({ id: 'early', first: clock('01:00') }),
  ])
  expect(await incident()).toMatchObject({
    first_seen: micros(clock('01:00')),
    last_seen: micros(clock('05:00')),
  })
  expect(await events()).toMatchObject([{ kind: 'joined', finding: 'late' }])
})
