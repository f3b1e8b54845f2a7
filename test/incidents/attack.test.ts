import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { pendingLines } from '../../src/incidents/thread-lines.ts'
import { openWorld, plain, type World } from '../helpers/seed.ts'
import { clock, type FindingSpec, finding } from '../helpers/seed-records.ts'
import { asff } from '../sources/asff.ts'
import { called } from '../sources/families.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
beforeEach(() => world.reset())
afterAll(() => world.close())

const nobody = { subject: null, ip: null } as const

/** A finding that shares nothing with another one but what it names. */
function alone(id: string, spec: FindingSpec = {}, more: object = {}): object {
  return { ...finding({ id, ...nobody, first: clock('02:00'), ...spec }), ...more }
}

/** An attack sequence whose signals are these findings. */
function sequence(id: string, signals: readonly string[], spec: FindingSpec = {}): object {
  const type = 'AttackSequence:EKS/CompromisedCluster'
  const record = finding({ id, ...nobody, type, severity: 9, first: clock('02:00'), ...spec }) as {
    readonly service: object
  }
  const steps = signals.map((uid) => ({ uid, type: 'FINDING', name: 'Impact:Runtime/CryptoMinerExecuted' }))
  return { ...record, service: { ...record.service, detection: { sequence: { uid: id, signals: steps } } } }
}

const tiedTo = (id: string) => ({ associatedAttackSequenceArn: arnOf(id) })

const arnOf = (id: string) => `arn:aws:guardduty:eu-west-1:111122223333:detector/d1/finding/${id}`

async function incidents() {
  return world.ingest
    .selectFrom('incident')
    .select(['id', 'state', 'joined_to', 'severity', 'scope'])
    .orderBy('id')
    .execute()
}

/** Which findings stand in which incident. */
async function members(): Promise<ReadonlyMap<number, readonly string[]>> {
  const rows = await world.ingest
    .selectFrom('finding')
    .select(['incident', 'id'])
    .orderBy('incident')
    .orderBy('id')
    .execute()
  return new Map(
    [...Map.groupBy(rows, (row) => row.incident)].map(([nr, list]) => [nr, list.map(({ id }) => id)]),
  )
}

describe('an attack sequence', () => {
  // Two signals in the cluster, one in the account, days apart; one that says itself to which sequence it belongs, and
  // a finding that shares a subject with a signal.
  const records = [
    alone('a', { subject: 'alice', first: clock('02:00', '2026-11-10') }),
    alone('b', { podUid: 'uid-b', severity: 2 }),
    alone('c', { cluster: null, principal: 'AROAEXAMPLE:mallory', first: clock('02:00', '2026-11-12') }),
    alone('d', { instance: 'i-0abc' }, { associatedAttackSequenceArn: arnOf('s') }),
    sequence('s', ['a', arnOf('b'), arnOf('c')]),
  ]
  const bystander = alone('x', { subject: 'bob' })

  test('makes one incident of all its signals, whatever comes first, and keeps the one opened first', async () => {
    const order = fc.shuffledSubarray([...records, bystander], { minLength: 6, maxLength: 6 })
    const batches = fc.array(fc.boolean(), { minLength: 6, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(order, batches, async (list, cuts) => {
        await world.reset()
        let batch: object[] = []
        for (const [at, record] of list.entries()) {
          batch.push(record)
          if (cuts[at] !== true && at < list.length - 1) continue
          await world.absorb(batch)
          batch = []
        }
        const all = await incidents()
        const open = all.filter(({ state }) => state === 'open')
        expect([...(await members()).values()].map((ids) => ids.join('')).toSorted()).toEqual(['abcds', 'x'])
        expect(open).toHaveLength(2)
        const [attack] = [...(await members())].find(([, ids]) => ids.includes('s')) ?? []
        for (const { joined_to, state } of all) {
          if (state === 'joined') expect(joined_to).toBe(attack)
        }
        const own = all.filter(({ id, joined_to }) => id === attack || joined_to === attack)
        expect(attack).toBe(Math.min(...own.map(({ id }) => id)))
        expect(open.find(({ id }) => id === attack)?.severity).toBe(9)
        // The account's finding may have come first: the card is the cluster's all the same.
        const cluster = await world.ingest
          .selectFrom('scope')
          .innerJoin('incident', 'incident.scope', 'scope.id')
          .select('cluster')
          .where('incident.id', '=', attack ?? 0)
          .executeTakeFirstOrThrow()
        expect(cluster.cluster).toBe('payments')
      }),
      { numRuns: 40 },
    )
  })

  test('coming again ties signals that it had not named before', async () => {
    await world.absorb([alone('a'), alone('b')])
    await world.absorb([sequence('s', ['a'])])
    expect((await members()).size).toBe(2)
    await world.absorb([sequence('s', ['a', 'b'], { last: clock('06:00') })])
    expect([...(await members()).values()]).toEqual([['a', 'b', 's']])
  })

  test('and another one that share a signal are one attack', async () => {
    await world.absorb([sequence('s', ['a']), sequence('t', ['a'])])
    expect((await members()).size).toBe(1)
  })

  test('and its signal that come at the same moment by two writers see each other', async () => {
    await world.absorb([alone('x'), alone('y', { cluster: null })])
    for (let nr = 0; nr < 12; nr++) {
      await Promise.all([
        world.absorb([sequence(`s${nr}`, [`a${nr}`])]),
        world.absorb([alone(`a${nr}`, { cluster: null })]),
      ])
    }
    const all = [...(await members()).values()].map((ids) => ids.join())
    expect(all.filter((ids) => ids.includes('s')).toSorted()).toEqual(
      Array.from({ length: 12 }, (_, nr) => `a${nr},s${nr}`).toSorted(),
    )
  })

  test('and its signal that come at the same moment in scopes that nobody knew see each other', async () => {
    for (let nr = 0; nr < 12; nr++) {
      const account = String(222_200_000_000 + nr)
      await Promise.all([
        world.absorb([sequence(`s${nr}`, [`a${nr}`], { account })]),
        world.absorb([alone(`a${nr}`, { account, cluster: null })]),
      ])
    }
    const all = [...(await members()).values()].map((ids) => ids.join())
    expect(all.toSorted()).toEqual(Array.from({ length: 12 }, (_, nr) => `a${nr},s${nr}`).toSorted())
  })

  test('that several writers tell of in several accounts at once ends in one order', async () => {
    const accounts = ['333300000001', '333300000002', '333300000003']
    await Promise.all(
      [accounts, accounts.toReversed()].map((order, nr) =>
        world.absorb(order.flatMap((account) => [alone(`${nr}${account}`, { account, podUid: account })])),
      ),
    )
    expect(await incidents()).toHaveLength(3)
  })

  test('never takes in a sample, nor a finding of another account', async () => {
    await world.absorb([alone('a', { sample: true }), alone('b', { account: '444455556666' })])
    await world.absorb([sequence('s', ['a', 'b'])])
    expect((await members()).size).toBe(3)
  })

  test('never brings the severity down that an incident had reached', async () => {
    await world.absorb([alone('a', { severity: 3 })])
    await world.absorb([alone('b', { severity: 8, last: clock('05:00') })])
    await world.absorb([alone('b', { severity: 2, last: clock('06:00') })])
    await world.absorb([sequence('s', ['a', 'b'], { severity: 4 })])
    const [first, second] = await incidents()
    expect([first?.severity, second?.joined_to]).toEqual([8, first?.id])
    const told = await pendingLines(world.bot, first?.id ?? 0, 0)
    expect(told.filter(({ kind }) => kind === 'severity-rose').map(({ view }) => plain(view.line))).toEqual([
      'Severity rose to High: Attack sequence.',
    ])
  })

  test('tells its thread of signals that it did not name before, once with all of them', async () => {
    await world.absorb([sequence('s', ['a'])])
    const [{ id } = { id: 0 }] = await incidents()
    const told = async () =>
      (await pendingLines(world.bot, id, 0)).map(({ view }) => [plain(view.line), view.signals.length])
    await world.absorb([sequence('s', ['a'], { last: clock('03:00') })])
    expect(await told()).toEqual([])
    await world.absorb([sequence('s', ['a', 'b'], { last: clock('04:00') })])
    expect(await told()).toEqual([['Now 2 signals: Attack sequence.', 2]])
    await world.absorb([sequence('s', ['a', 'b', 'c'], { last: clock('05:00') })])
    expect(await told()).toEqual([['Now 3 signals: Attack sequence.', 3]])
  })

  test('that Security Hub tells of first is told with its signals when GuardDuty does', async () => {
    const own = sequence('s', ['a']) as typeof called
    const passedOn = { ...asff(own), ProductFields: {} }
    for (const record of [passedOn, own]) await world.absorb([record])
    const [first] = (await incidents()).filter(({ state }) => state === 'open')
    const told = await pendingLines(world.bot, first?.id ?? 0, 0)
    expect(told.map(({ view }) => [plain(view.line), view.signals.length])).toEqual([
      ['Now 1 signal: Attack sequence.', 1],
    ])
  })

  test('tells what an incident brings along that is taken in: its signals and its other findings', async () => {
    await world.absorb([alone('a', { subject: 'alice' })])
    await world.absorb([sequence('s', ['b', 'c'])])
    const types = ['Execution:Runtime/ReverseShell', 'An:Unknown/Type', 'Recon:EC2/PortProbeUnprotectedPort']
    for (const [nr, type] of types.entries()) await world.absorb([alone(`o${nr}`, { type }, tiedTo('s'))])
    await world.absorb([alone('b', { severity: 2 })])
    await world.absorb([sequence('t', ['a', 's'])])
    const [{ id } = { id: 0 }] = await incidents()
    const line = (await pendingLines(world.bot, id, 0)).find(({ kind }) => kind === 'took-in')
    expect(line?.view.signals).toHaveLength(2)
    expect(plain(line?.view.line ?? [])).toMatch(
      /^Joined by INC-\d+: Critical · Attack sequence · Reverse shell opened · An:Unknown\/Type · .+ · 1 more\.$/,
    )
  })

  test('tells both threads once, and who was joined before leads on', async () => {
    await world.absorb([alone('a', { subject: 'alice' })])
    await world.absorb([alone('b', { severity: 8 })])
    await world.absorb([alone('c', {})])
    await world.absorb([sequence('s', ['b', 'c'])])
    await world.absorb([sequence('t', ['a', 's'])])
    const [first = 0, second = 0, third = 0] = (await incidents()).map(({ id }) => id)
    expect((await incidents()).map(({ joined_to }) => joined_to)).toEqual([null, first, first])
    const said = async (nr: number) =>
      (await pendingLines(world.bot, nr, 0)).map(({ view }) => plain(view.line))
    expect(await said(third)).toEqual([`Joined INC-${second}; what follows is told there.`])
    expect(await said(second)).toEqual([`Joined INC-${first}; what follows is told there.`])
    expect((await said(first))[0]).toMatch(`Joined by INC-${second}: Critical · `)
    // What comes later for an incident that was joined goes to the one that took it in.
    await world.absorb([alone('d', { podUid: 'p' }), alone('e', { subject: 'alice' })])
    expect((await members()).get(first)).toEqual(['a', 'b', 'c', 'e', 's', 't'])
  })
})

describe('a finding that comes from GuardDuty and from Security Hub', () => {
  const later = (record: typeof called) => ({ ...record, updatedAt: '2026-11-22T06:00:00Z' })
  test.each([
    ['GuardDuty first', [called, asff(called)]],
    ['Security Hub first', [asff(called), called]],
    ['and again', [asff(called), called, asff(called), called]],
  ])('is one finding, with what GuardDuty says: %s', async (_, records) => {
    const fates: string[] = []
    for (const record of records) for (const { kind } of await world.absorb([record])) fates.push(kind)
    expect(fates).toEqual(['landed', ...records.slice(1).map(() => 'duplicate')])
    const rows = await world.ingest.selectFrom('finding').select('detail').execute()
    expect(rows.map(({ detail }) => detail.via)).toEqual(['guardduty'])
    expect(await incidents()).toHaveLength(1)
  })

  test('is updated by the newer of both', async () => {
    for (const record of [called, asff(later(called))]) await world.absorb([record])
    const [row] = await world.ingest.selectFrom('finding').select('detail').execute()
    expect(row?.detail.via).toBe('securityhub')
    await world.absorb([later(called)])
    const rows = await world.ingest.selectFrom('finding').select('detail').execute()
    expect(rows.map(({ detail }) => detail.via)).toEqual(['guardduty'])
  })

  test('keeps what GuardDuty said of it when Security Hub tells of a newer version, in either order', async () => {
    const own = sequence('s', ['a'], { podUid: 'uid-1', subject: 'alice' }) as typeof called
    const again = sequence('s', [], { last: clock('06:00'), count: 9, severity: 9.5 }) as typeof called
    const passedOn = { ...asff(again), Resources: [] }
    const rows = []
    for (const order of [
      [own, passedOn],
      [passedOn, own],
    ]) {
      await world.reset()
      for (const record of order) await world.absorb([record])
      rows.push(
        await world.ingest.selectFrom('finding').select(['id', 'detail', 'severity', 'count']).execute(),
      )
    }
    for (const [row, ...others] of rows) {
      expect(others).toEqual([])
      expect(row).toMatchObject({ severity: 9.5, count: 9 })
      expect(row?.detail).toMatchObject({ subject: 'alice', pod: { uid: 'uid-1' }, related: ['a'] })
      expect(row?.detail.signals).toHaveLength(1)
      expect(row?.detail.scope.cluster).toBe('payments')
    }
  })

  test('is a duplicate whoever comes second, also where Security Hub names no cluster', async () => {
    const own = finding({ id: 'f', last: clock('05:00') }) as typeof called
    const passedOn = { ...asff(own), Resources: [] }
    for (const order of [
      [own, passedOn],
      [passedOn, own],
    ]) {
      await world.reset()
      const fates = []
      for (const record of order) fates.push(...(await world.absorb([record])))
      expect(fates.map(({ kind }) => kind)).toEqual(['landed', 'duplicate'])
    }
  })

  test.each([[true], [false]])(
    'keeps its cluster when Security Hub does not say it (comes first: %s)',
    async (first) => {
      const own = finding({ id: 'f', last: clock('05:00') }) as typeof called
      const passedOn = { ...asff(own), Resources: [] }
      for (const record of first ? [passedOn, own] : [own, passedOn]) await world.absorb([record])
      const rows = await world.ingest
        .selectFrom('finding')
        .innerJoin('scope', 'scope.id', 'finding.scope')
        .select(['finding.id', 'cluster'])
        .execute()
      expect(rows).toEqual([{ id: 'f', cluster: 'payments' }])
      expect((await incidents()).filter(({ state }) => state === 'open')).toHaveLength(1)
    },
  )
})

describe('a finding that comes again from another address', () => {
  const spec: FindingSpec = { id: 'f', first: clock('01:00'), last: clock('02:00'), ip: '203.0.113.90' }
  const again: FindingSpec = { ...spec, last: clock('05:00'), ip: '203.0.113.91' }
  const seen = async (ip: string) => {
    const { firstSeen, lastSeen } = await world.ask('seen', `ip:${ip}`)
    return [firstSeen, lastSeen].map((at) => new Date((at ?? 0) / 1_000).toISOString().slice(11, 16))
  }
  test('has seen the new one only since it was last seen before', async () => {
    await world.absorb([finding(spec)])
    await world.absorb([finding(again)])
    expect(await seen('203.0.113.90')).toEqual(['01:00', '02:00'])
    expect(await seen('203.0.113.91')).toEqual(['02:00', '05:00'])
  })
  test('also where Security Hub tells of the new one, without the cluster', async () => {
    await world.absorb([finding(spec)])
    await world.absorb([{ ...asff(finding(again) as typeof called), Resources: [] }])
    expect(await seen('203.0.113.91')).toEqual(['02:00', '05:00'])
  })
  test('also when both versions come together', async () => {
    await world.absorb([finding(again), finding(spec)])
    expect(await seen('203.0.113.91')).toEqual(['02:00', '05:00'])
  })
  test('and what it goes on naming has the whole span', async () => {
    await world.absorb([finding(spec)])
    await world.absorb([finding({ ...again, ip: '203.0.113.90' })])
    expect(await seen('203.0.113.90')).toEqual(['01:00', '05:00'])
  })
})
