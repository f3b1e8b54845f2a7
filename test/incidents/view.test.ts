import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type LoadedIncident, loadIncident } from '../../src/incidents/view.ts'
import { parseTime } from '../../src/model/time.ts'
import { openWorld, plain, type World } from '../helpers/seed.ts'
import { asff } from '../sources/asff.ts'
import { called, knocked, runtime, sequence } from '../sources/families.ts'
import { changed } from '../sources/fixture.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
beforeEach(() => world.reset())
afterAll(() => world.close())

/** The first open incident that these records make, as the card shows it. */
async function loaded(...records: readonly object[]): Promise<LoadedIncident> {
  await world.absorb(records)
  const { id } = await world.ingest
    .selectFrom('incident')
    .select('id')
    .where('state', '=', 'open')
    .orderBy('id')
    .limit(1)
    .executeTakeFirstOrThrow()
  const incident = await loadIncident(world.bot, id, (lookup) => lookup, true)
  if (incident === null) throw new Error('the incident cannot be loaded')
  return incident
}

const CALL = 'DeleteTrail cloudtrail.amazonaws.com'
test.each([
  ['AccessDenied', 'refused'],
  ['ThrottlingException', 'failed'],
  [undefined, 'allowed'],
])('a call to AWS that met %s was %s', async (error, outcome) => {
  const record = changed(called, 'service.action.awsApiCallAction.errorCode', error)
  const { card } = await loaded(record)
  expect(card.did).toEqual({ call: CALL, outcome })
  expect(card.cluster).toBeNull()
})

test('a finding by way of Security Hub has the same card', async () => {
  const { card } = await loaded(asff(called))
  expect(card.did).toEqual({ call: CALL, outcome: 'refused' })
  expect(card.title).toBe('CloudTrail logging disabled')
})

test('what its family adds is evidence', async () => {
  const { reply } = await loaded(runtime)
  expect(reply.evidence.filter(({ label }) => label === 'Started by').map(({ said }) => plain(said))).toEqual(
    ['node (/usr/bin/node), pid 7 ← containerd-shim (/usr/bin/shim), pid 1'],
  )
  expect(reply.signals).toEqual([])
})

test('an attack sequence is told by its signals, and by how many took part', async () => {
  const { card, reply } = await loaded(runtime, sequence)
  expect(card).toMatchObject({
    title: 'Attack sequence',
    severity: 'Critical',
    cluster: 'payments',
    findings: 2,
    sequence: { subjects: 1, addresses: 1, nodes: 1 },
  })
  expect(card.sequence?.signals.map(({ tactic, title, name }) => [tactic, title ?? name])).toEqual([
    ['Defense evasion', 'DeleteTrail'],
    ['Execution', 'Reverse shell opened'],
    ['Execution', 'Malicious file in a workload'],
  ])
  expect(reply.signals).toEqual(card.sequence?.signals)
  // Its own span, not that of the whole incident.
  expect([card.sequence?.firstSeen, card.sequence?.lastSeen]).toEqual([
    parseTime('2026-11-22T04:05:00Z'),
    parseTime('2026-11-22T04:21:00Z'),
  ])
})

test('a pod is told by name and namespace, each value by itself', async () => {
  const { reply } = await loaded(
    changed(runtime, 'resource.kubernetesDetails.kubernetesWorkloadDetails.name', 'a/b'),
  )
  expect(reply.evidence).toContainEqual({ label: 'Namespace', said: [{ code: 'shop' }] })
  expect(reply.evidence).toContainEqual({ label: 'Pod', said: [{ code: 'a/b' }] })
})

test('an instance of no cluster is not said to be unknown to the clusters', async () => {
  const { card } = await loaded(changed(knocked, 'service.action', {}))
  expect(plain(card.next)).toBe('find out what runs on this instance; the finding names no cluster.')
})

test('what is no sequence has none', async () => {
  expect((await loaded(knocked)).card.sequence).toBeNull()
})
