import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { selects } from '../../src/lookups/selector.ts'
import { unwrap } from '../../src/sources/index.ts'
import { micros, openWorld, plain, texts, type World } from '../helpers/seed.ts'
import { podObject, policyObject, reading } from '../helpers/seed-standing.ts'

const CLUSTER = '111122223333/eu-west-1/prod'
const AT = '2026-11-22T04:35:00.000000Z'

let world: World
beforeAll(async () => {
  world = await openWorld()
  const take = (document: object, scope = CLUSTER): Promise<unknown> =>
    world.absorb(unwrap(document) ?? [document], scope)
  await take(
    reading('Pod', AT, [
      podObject({ name: 'api-1', labels: { app: 'api' }, owner: 'api-5d' }),
      podObject({ name: 'debug', labels: { app: 'debug' }, privileged: true, hostPath: '/', account: 'ci' }),
      podObject({ name: 'web', namespace: 'web', labels: { app: 'api' }, node: 'n2', image: 'nginx' }),
    ]),
  )
  await take(
    reading('NetworkPolicy', AT, [
      policyObject('deny-all', {}),
      policyObject('api', { matchExpressions: [{ key: 'app', operator: 'In', values: ['api'] }] }),
    ]),
  )
  await take(
    reading('ReplicaSet', AT, [
      {
        metadata: {
          name: 'api-5d',
          namespace: 'payments',
          ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'api' }],
        },
        spec: { template: { spec: { containers: [] } } },
      },
    ]),
  )
  await take(reading('Pod', AT, [podObject({ name: 'other' })]), '111122223333/eu-west-1/other')
})
afterAll(() => world.close())

test('what runs in a cluster, what may do most to its node first, and which policies select it', async () => {
  const answer = await world.ask('containers', 'prod')
  expect(answer).toMatchObject({
    lookup: 'containers',
    entity: { kind: 'cluster', key: 'prod', scopes: [CLUSTER], matched: 1 },
    totals: null,
    total: 3,
    truncated: false,
    alarming: true,
    taken: { from: micros(AT), to: micros(AT) },
  })
  expect(answer.table).toEqual({
    head: ['Pod', 'Image', 'Privileged or host mount ▼', 'Policies that select it'],
    rows: [
      ['payments/debug', 'registry.example.com/api:1', 'privileged, /', 'deny-all'],
      ['payments/api-1', 'registry.example.com/api:1', '', 'api, deny-all'],
      ['web/web', 'nginx', '', 'none'],
    ],
  })
  expect(plain(answer.sentence)).toBe(
    'prod: 3 containers in 3 pods, as read 04:35 UTC; 1 is privileged or given a part of the node.',
  )
  expect(answer.next[0]).toEqual({
    lookup: 'subject',
    entity: { kind: 'subject', key: 'system:serviceaccount:payments:ci' },
  })
})

test.each([
  ['pod:payments/debug', ['payments/debug']],
  ['node:n2', ['web/web']],
  ['image:nginx', ['web/web']],
  ['image:registry.example.com/*', ['payments/api-1', 'payments/debug']],
  ['workload:payments/deployments/api', ['payments/api-1']],
  ['workload:payments/replicasets/api-5d', ['payments/api-1']],
  ['subject:system:serviceaccount:payments:ci', ['payments/debug']],
])('asked about %s', async (entity, pods) => {
  const answer = await world.ask('containers', entity, { scope: CLUSTER })
  expect(texts(answer, 'pod')).toEqual(pods)
})

test('where no policies were read, it does not say that there are none', async () => {
  const answer = await world.ask('containers', 'other')
  expect(answer.rows[0]).toMatchObject({ pod: 'payments/other', policies: null, takenAt: AT, goneAt: null })
  expect(answer.table?.rows[0]?.[3]).toBe('not known')
  expect(answer.notes.map(plain).join()).toContain('NetworkPolicies were not read')
})

test('rows beyond the limit are counted', async () => {
  expect(await world.ask('containers', 'prod', { limit: 1 })).toMatchObject({ total: 3, truncated: true })
})

test('what was never read is said, and what to take in', async () => {
  const answer = await world.ask('containers', 'node:nowhere')
  expect(answer).toMatchObject({ total: 0, taken: null })
  const known = await world.ask('containers', 'workload:payments/deployments/api', { scope: '1/2/3' })
  expect(plain(known.sentence)).toContain('Nothing was ever taken in for 1/2/3')
})

describe('selectors', () => {
  test.each([
    [{}, {}, true],
    [undefined, { a: '1' }, true],
    [{ matchLabels: { a: '1' } }, { a: '1', b: '2' }, true],
    [{ matchLabels: { a: '1' } }, { b: '1' }, false],
    [{ matchLabels: { a: '' } }, {}, false],
    [{ matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['1'] }] }, {}, true],
    [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }, { a: '' }, true],
    [{ matchExpressions: [{ key: 'a', operator: 'DoesNotExist' }] }, { a: '' }, false],
    [{ matchExpressions: [{ key: 'a', operator: 'Near' }] }, { a: '1' }, false],
    [{ matchLabels: { toString: '1' } }, {}, false],
  ])('%j on %j', (selector, labels, expected) => {
    expect(selects(selector, labels)).toBe(expected)
  })
})
