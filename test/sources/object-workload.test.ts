import { describe, expect, test } from 'vitest'
import { saidBy } from './written.ts'

describe('workloads', () => {
  const spec = {
    containers: [
      {
        name: 'api',
        image: 'registry.example.com/payments/api:2.0.1',
        envFrom: [{ secretRef: { name: 'db' } }],
      },
    ],
    serviceAccountName: 'payments-api',
    hostNetwork: true,
    nodeName: 'n1',
  }
  const template = { metadata: { uid: 'not-this-one' }, spec }
  const said = (called: string) => [
    `workload:payments/${called}/w uid u1`,
    `workload:payments/${called}/w host-network true`,
    'image:registry.example.com/payments/api:2.0.1 repository payments/api',
    'image:registry.example.com/payments/api:2.0.1 registry registry.example.com',
    `workload:payments/${called}/w uses subject:system:serviceaccount:payments:payments-api`,
    `workload:payments/${called}/w runs image:registry.example.com/payments/api:2.0.1`,
    `workload:payments/${called}/w reads secret:payments/db`,
  ]

  test.each([
    ['deployments.apps', 'Deployment', 'deployments'],
    ['deployments.extensions', 'Deployment', 'deployments'],
    ['replicasets.apps', 'ReplicaSet', 'replicasets'],
    ['daemonsets.apps', 'DaemonSet', 'daemonsets'],
    ['statefulsets.apps', 'StatefulSet', 'statefulsets'],
    ['jobs.batch', 'Job', 'jobs'],
    ['replicationcontrollers', 'ReplicationController', 'replicationcontrollers'],
  ])('%s say what their pods will be', (resource, kind, called) => {
    const answer = { kind, metadata: { uid: 'u1' }, spec: { template } }
    expect(saidBy({ resource, namespace: 'payments', name: 'w', answer })).toEqual(said(called))
  })
  test('a CronJob says it two templates deep', () => {
    const answer = { kind: 'CronJob', metadata: { uid: 'u1' }, spec: { jobTemplate: { spec: { template } } } }
    const one = { resource: 'cronjobs.batch', namespace: 'payments', name: 'w', answer }
    expect(saidBy(one)).toEqual(said('cronjobs'))
  })
  test('a ReplicaSet says whose it is', () => {
    const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'w' }]
    const answer = { kind: 'ReplicaSet', metadata: { ownerReferences } }
    expect(saidBy({ resource: 'replicasets.apps', namespace: 'payments', name: 'w-7f', answer })).toEqual([
      'workload:payments/replicasets/w-7f owned-by workload:payments/deployments/w',
    ])
  })
  test.each(['deployments', 'deployments.example.com', 'jobs.batch.volcano.sh', 'deployments.apps/scale'])(
    '%s are none',
    (resource) => {
      const answer = { kind: 'Deployment', spec: { template } }
      expect(saidBy({ resource, namespace: 'payments', name: 'w', answer })).toEqual([])
    },
  )
})
