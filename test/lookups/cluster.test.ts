import { afterAll, beforeAll, expect, test } from 'vitest'
import { micros, openWorld, plain, textOf, type World } from '../helpers/seed.ts'
import { asUser, trailEvent, userArn } from '../helpers/seed-cloudtrail.ts'
import { clock } from '../helpers/seed-records.ts'
import { describedCluster, describedEntry } from '../helpers/seed-standing.ts'

const CLUSTER = '111122223333/eu-west-1/prod'
const OPS = 'arn:aws:iam::111122223333:role/ops'

let world: World
beforeAll(async () => {
  world = await openWorld()
  await world.absorb(
    [
      trailEvent({
        at: clock('03:00'),
        by: asUser('alice'),
        service: 'eks',
        name: 'CreateCluster',
        readOnly: false,
        request: { name: 'prod', roleArn: 'arn:aws:iam::111122223333:role/eks-prod' },
      }),
      describedCluster(),
      describedEntry(OPS, ['ops']),
      describedEntry('arn:aws:iam::111122223333:role/viewer', ['viewers']),
      {
        clusterName: 'prod',
        principalArn: OPS,
        associatedAccessPolicies: [
          {
            policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy',
            accessScope: { type: 'cluster' },
          },
        ],
      },
    ],
    CLUSTER,
  )
})
afterAll(() => world.close())

test('when a cluster was made, by whom, with which role, and who keeps it', async () => {
  const answer = await world.ask('cluster', 'prod')
  const facts = Object.fromEntries(answer.rows.map((row) => [textOf(row['fact']), row['value']]))
  expect(facts).toMatchObject({
    Created: '2026-01-02T02:04:05.678000Z',
    'Created by': `user ${userArn('alice')}`,
    Role: 'arn:aws:iam::111122223333:role/eks-prod',
    VPC: 'vpc-1',
    Endpoint: 'public from 0.0.0.0/0',
    'Logs that are on': 'audit',
    'Kept by (tag owner)': 'payments-team',
    Administrator: `role ${OPS}`,
  })
  expect(answer.rows.filter((row) => row['fact'] === 'Administrator')).toHaveLength(1)
  expect(answer.table?.head).toEqual(['Fact', 'Value', 'As of'])
  expect(plain(answer.sentence)).toBe(
    `prod: made 2 Jan 02:04 UTC by user ${userArn('alice')}; its role is arn:aws:iam::111122223333:role/eks-prod.`,
  )
  expect(answer.taken).toEqual({ from: micros('2026-11-22T12:00:00Z'), to: micros('2026-11-22T12:00:00Z') })
})

test('asked of the cluster alone, what its account knows of how it was made is told too', async () => {
  const answer = await world.ask('cluster', 'prod', { scope: CLUSTER })
  expect(answer.rows.map((row) => row['fact'])).toContain('Created by')
})

test('a cluster that was never described says so, and what to take in', async () => {
  const other = await openWorld()
  try {
    await other.absorb([
      trailEvent({
        at: clock('03:00'),
        by: asUser('alice'),
        service: 'eks',
        name: 'CreateCluster',
        readOnly: false,
        request: { name: 'lone', roleArn: 'arn:aws:iam::111122223333:role/eks' },
      }),
    ])
    const answer = await other.ask('cluster', 'lone')
    expect(answer.taken).toBeNull()
    expect(answer.warnings.map(plain).join()).toContain('aws eks describe-cluster')
    expect(plain(answer.sentence)).toContain(userArn('alice'))
  } finally {
    await other.close()
  }
})
