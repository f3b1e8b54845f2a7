import { afterAll, beforeAll, expect, test } from 'vitest'
import { micros, openWorld, type World } from '../helpers/seed.ts'
import { FAMILIES } from '../sources/families.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
  await world.absorb(Object.values(FAMILIES))
})
afterAll(() => world.close())

test.each([
  'domain:evil.example',
  `file:${'ab'.repeat(32)}`,
  `file:${'cd'.repeat(32)}`,
  'file:/tmp/x',
  'bucket:ledgers',
  'database:orders',
  'function:resize',
  'binding:-/kube-proxy-ext',
  'instance:i-0aaaabbbbcccc0001',
  'pod:shop/web-1',
])('%s of a finding is found, since when it was seen', async (entity) => {
  const answer = await world.ask('seen', entity)
  expect(answer.entity.matched).toBeGreaterThan(0)
  expect(answer.firstSeen).toBe(micros('2026-11-22T04:00:00Z'))
})

test('every family lands, in the cluster where it says one and in the account otherwise', async () => {
  const rows = await world.ingest
    .selectFrom('finding')
    .innerJoin('scope', 'scope.id', 'finding.scope')
    .select(({ fn }) => ['cluster', fn.countAll<number>().as('findings')])
    .groupBy('cluster')
    .orderBy('cluster')
    .execute()
  expect(rows).toEqual([
    { cluster: '-', findings: 6 },
    { cluster: 'payments', findings: 6 },
  ])
})
