import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { opening } from '../../src/gameday/opening/opening.ts'
import type { Scenario } from '../../src/gameday/scenario.ts'
import { formatScope } from '../../src/model/scope.ts'
import { recognises } from '../../src/sources/index.ts'
import { micros, openWorld, plain, textOf, texts, type World } from '../helpers/seed.ts'

const ENDS = micros('2026-11-22T03:02:00Z')
let world: World

beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

/** Takes in what a play would, one record kind or all, in the order in which it comes. */
async function play(scene: Scenario, kinds: readonly string[]): Promise<ReadonlySet<string>> {
  const records = scene.records.filter(({ kind, raw }) => kinds.includes(kind) && recognises(raw))
  const seen = new Set<string>()
  for (let at = 0; at < records.length; ) {
    const arrives = records[at]?.arrives ?? 0
    const size = records.slice(at).findIndex((record) => record.arrives > arrives + 1)
    const batch = records.slice(at, size < 0 ? undefined : at + size)
    const fates = await world.absorb(
      batch.map(({ raw }) => raw),
      formatScope(scene.scope),
    )
    for (const { kind } of fates) seen.add(kind)
    at += batch.length
  }
  return seen
}

async function incidents() {
  return world.ingest
    .selectFrom('incident')
    .innerJoin('finding', 'finding.incident', 'incident.id')
    .select(({ fn }) => ['incident.severity', fn.count<number>('finding.id').as('findings')])
    .groupBy(['incident.id', 'incident.severity'])
    .orderBy('incident.severity', 'desc')
    .execute()
}

test.each([1, 2, 77, 4_711, 1_000_000])(
  'seed %i: the story is one incident, and one other has nothing to do with it',
  async (seed) => {
    await world.reset()
    await play(opening({ seed, endsAt: ENDS }), ['finding'])
    expect(await incidents()).toEqual([
      { severity: 8, findings: 9 },
      { severity: 2, findings: 1 },
    ])
    const told = await world.ingest.selectFrom('incident_event').select('kind').execute()
    expect(told.filter(({ kind }) => kind === 'severity-rose')).toHaveLength(1)
    expect(told.filter(({ kind }) => kind === 'joined')).toHaveLength(8)
  },
)

describe('asked about the cast of seed 1', () => {
  const scene = opening({ seed: 1, endsAt: ENDS })
  const { cast } = scene
  const [first, second] = cast.outsiders
  let fates: ReadonlySet<string>

  beforeAll(async () => {
    await world.reset()
    fates = await play(scene, ['audit', 'finding', 'cloudtrail', 'flow', 'inventory'])
  })

  const ask = (lookup: Parameters<World['ask']>[0], entity: string) =>
    world.ask(lookup, entity, { now: ENDS })

  test('every record that was fed has landed or was ignored on purpose', () => {
    expect(fates).toEqual(new Set(['landed', 'ignored']))
  })

  test('secrets: what strangers saw by name, and what their lists showed besides', async () => {
    const answer = await ask('secrets', 'system:anonymous')
    expect(plain(answer.sentence)).toMatch(
      /^9 known secrets are exposed to system:anonymous: 6 by name, 3 by listing payments/,
    )
    expect(answer.alarming).toBe(true)
    const read = answer.rows.filter(({ how, exposed }) => how === 'read' && exposed === true)
    expect(read.map(({ secret }) => textOf(secret)).toSorted()).toEqual(
      cast.taken.map((name) => `payments/${name}`).toSorted(),
    )
    const shut = answer.rows.filter(({ forbidden }) => Number(forbidden) > 0)
    expect(shut.map(({ secret }) => textOf(secret))).toContain('kube-system/*')
  })

  test('ip: the address hides behind more than one name, and its neighbour behind the stolen one', async () => {
    const rogue = `system:serviceaccount:kube-system:${cast.rogue}`
    const deployer = `system:serviceaccount:payments:${cast.deployer}`
    expect(texts(await ask('ip', first), 'subject')).toEqual(['null', 'system:anonymous', rogue])
    expect(new Set(texts(await ask('ip', cast.network), 'ip'))).toEqual(new Set([first, second]))
    expect(texts(await ask('ip', cast.network), 'subject')).toContain(deployer)
    const away = await ask('subject', deployer)
    expect(new Set(texts(away, 'ip'))).toEqual(new Set(['10.0.20.31', second]))
  })

  test('secrets of the network: the rogue account read on where strangers were shut out', async () => {
    const answer = await ask('secrets', `ip:${cast.network}`)
    expect(texts(answer, 'secret')).toContain('orders/orders-db')
  })

  test('seen: the addresses knocked long before the door was open, and are as old as their first knock', async () => {
    const times = (ip: string) =>
      scene.records.flatMap(({ at, kind, raw }) =>
        kind === 'audit' && (raw as { sourceIPs: readonly string[] }).sourceIPs[0] === ip ? [at] : [],
      )
    for (const ip of cast.outsiders) {
      const answer = await ask('seen', `ip:${ip}`)
      expect(answer.firstSeen).toBe(Math.min(...times(ip)))
      expect(answer.firstSeen).toBeLessThan(micros('2026-11-22T01:00:00Z'))
    }
  })

  test('subject: the operator granted and tried, and what was tried as everybody counts for the operator', async () => {
    const answer = await ask('subject', cast.operator.username)
    expect(texts(answer, 'as')).toEqual(['null', 'system:anonymous'])
    expect(answer.notes.map(plain).join()).toContain('Anonymous access granted (High)')
  })

  test('seen: the pod of the intruder is known by name', async () => {
    const answer = await ask('seen', `pod:kube-system/${cast.pod}`)
    expect(answer.entity.matched).toBe(1)
  })

  test('the logs have no hole from the day before to the end', async () => {
    const answer = await ask('seen', 'cluster:prod-payments')
    expect(answer.coverage.flatMap(({ gaps }) => gaps)).toEqual([])
    expect(answer.coverage).toHaveLength(1)
  })
})
