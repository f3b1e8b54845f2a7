import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StandingObservation } from '../../src/model/observation.ts'
import { parseRecord, unwrap } from '../../src/sources/index.ts'
import {
  alone,
  describedCluster,
  describedEntry,
  describedInstances,
  podObject,
  policyObject,
  reading,
  typedList,
} from '../helpers/seed-standing.ts'

function things(document: unknown): readonly unknown[] {
  const inner = unwrap(document)
  return inner === null ? [document] : inner.flatMap(things)
}

function standing(document: unknown): readonly StandingObservation[] {
  return things(document).map((thing) => {
    const parsed = parseRecord(thing)
    if (parsed.kind !== 'standing') throw new Error(JSON.stringify(parsed))
    return parsed
  })
}

function only(document: unknown): StandingObservation & { readonly fields: Record<string, unknown> } {
  const [one] = standing(document)
  if (one === undefined) throw new Error('nothing was read')
  return { ...one, fields: JSON.parse(one.state) as Record<string, unknown> }
}

function rejected(document: unknown): object {
  const parsed = parseRecord(things(document)[0])
  if (parsed.kind !== 'rejected') throw new Error(JSON.stringify(parsed))
  return parsed
}

describe('objects of Kubernetes', () => {
  const risky = podObject({ name: 'a', privileged: true, hostPath: '/' })

  test('a pod by itself says what it says in a list of the API server, and in one of kubectl', () => {
    const own = only(alone('Pod', risky))
    expect(own).toMatchObject({
      source: 'kubernetes',
      of: 'Pod',
      scope: {},
      entity: { kind: 'pod', key: 'payments/a' },
      takenAt: null,
      reading: null,
    })
    const listed = only(typedList('Pod', [risky]))
    expect(listed).toMatchObject({
      state: own.state,
      traits: own.traits,
      reading: { count: 1, complete: false },
    })
    expect(only({ kind: 'List', apiVersion: 'v1', items: [alone('Pod', risky)] })).toEqual(own)
  })

  test('its state holds what it may do and which secrets it is given, and no value of anything', () => {
    const { fields, state, traits, links } = only(alone('Pod', risky))
    expect(fields).toMatchObject({
      uid: 'uid-a',
      created: '2026-11-22T04:00:00Z',
      privileged: true,
      node: 'n1',
      account: 'api',
      ips: ['10.0.1.7'],
      hostPaths: ['/'],
      secrets: ['db'],
      labels: { app: 'api' },
      containers: [
        {
          name: 'main',
          image: 'registry.example.com/api:1',
          imageId: `registry.example.com/api@sha256:${'a'.repeat(64)}`,
          security: { privileged: true },
        },
      ],
    })
    expect(state).not.toContain('hunter2')
    expect(traits.map(({ name, value }) => `${name} ${value}`)).toEqual(
      expect.arrayContaining(['privileged true', 'host-path /']),
    )
    expect(links.map(({ tie, to }) => `${tie} ${to.kind}:${to.key}`)).toEqual(
      expect.arrayContaining([
        'on node:n1',
        'at ip:10.0.1.7',
        'uses subject:system:serviceaccount:payments:api',
        'reads secret:payments/db',
      ]),
    )
  })

  test('a pod that says too much keeps what tells most, names what was cut, and stays below 8 KB', () => {
    const labels = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`l${at}`, 'x'.repeat(500)]))
    const containers = Array.from({ length: 90 }, (_, at) => ({
      name: `c${at}`,
      image: 'i'.repeat(900),
      ...(at === 89 && { securityContext: { privileged: true } }),
    }))
    const { state, fields } = only(
      alone('Pod', {
        metadata: { name: 'a', namespace: 'n', labels },
        spec: { containers, hostNetwork: true },
      }),
    )
    expect(Buffer.byteLength(state)).toBeLessThanOrEqual(8 * 1024)
    expect(fields).toMatchObject({ privileged: true, hostNetwork: true, cut: ['labels', 'containers'] })
  })

  test.each([
    ['Node', 'v1', { metadata: { name: 'n1' }, spec: { providerID: 'aws:///eu-west-1a/i-0abc' } }, 'node:n1'],
    [
      'ServiceAccount',
      'v1',
      { metadata: { name: 'api', namespace: 'n' } },
      'subject:system:serviceaccount:n:api',
    ],
    [
      'ClusterRole',
      'rbac.authorization.k8s.io/v1',
      { metadata: { name: 'all' }, rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] },
      'role:-/ClusterRole/all',
    ],
    [
      'RoleBinding',
      'rbac.authorization.k8s.io/v1',
      { metadata: { name: 'b', namespace: 'n' }, roleRef: { kind: 'Role', name: 'r' }, subjects: null },
      'binding:n/b',
    ],
    ['NetworkPolicy', 'networking.k8s.io/v1', policyObject('deny', {}), 'policy:payments/deny'],
    [
      'PodDisruptionBudget',
      'policy/v1',
      { metadata: { name: 'p', namespace: 'n' }, spec: { minAvailable: 1, selector: {} } },
      'budget:n/p',
    ],
    [
      'CronJob',
      'batch/v1',
      {
        metadata: { name: 'c', namespace: 'n' },
        spec: { jobTemplate: { spec: { template: { spec: { containers: [{ image: 'nginx' }] } } } } },
      },
      'workload:n/cronjobs/c',
    ],
  ])('a %s', (kind, version, object, entity) => {
    const one = only(alone(kind, object, version))
    expect(`${one.entity?.kind}:${one.entity?.key}`).toBe(entity)
    expect(one.of).toBe(kind)
  })

  test('an empty selector stays one, as it selects every pod', () => {
    expect(
      only(alone('NetworkPolicy', policyObject('deny', {}), 'networking.k8s.io/v1')).fields,
    ).toMatchObject({
      pods: {},
    })
  })

  test('an object of another group of the same kind is none of ours', () => {
    expect(
      rejected(alone('Deployment', { metadata: { name: 'a' }, spec: {} }, 'example.com/v1')),
    ).toMatchObject({
      class: 'unrecognised',
    })
  })

  test('what has no name cannot be used, and says so', () => {
    expect(rejected(alone('Pod', { metadata: {}, spec: {} }))).toMatchObject({
      class: 'malformed',
      pointer: '/metadata/name',
    })
    expect(rejected(alone('Pod', { metadata: { name: 'a' }, spec: {} }))).toMatchObject({
      pointer: '/metadata/namespace',
    })
  })

  test.each([
    ['a Secret', alone('Secret', { metadata: { name: 's' }, data: { a: 'aHVudGVyMg==' } })],
    ['a list of the API server', typedList('Secret', [{ metadata: { name: 's' }, data: {} }])],
    [
      'one of kubectl',
      { kind: 'List', apiVersion: 'v1', items: [alone('Secret', { metadata: { name: 's' } })] },
    ],
  ])('secrets are refused, with the reason why: %s', (_, document) => {
    expect(rejected(document)).toMatchObject({ class: 'secret', pointer: '/kind' })
    expect(JSON.stringify(rejected(document))).toContain('must not come here')
  })
})

describe('readings', () => {
  const at = '2026-11-22T04:35:00Z'

  test('each thing says how many were read with it, and the last whether that was all', () => {
    const pods = [podObject({ name: 'a' }), podObject({ name: 'b' })]
    expect(standing(reading('Pod', at, pods, { before: 500 })).map((one) => one.reading)).toEqual([
      { count: 501, complete: false },
      { count: 502, complete: true },
    ])
    expect(only(reading('Pod', at, pods)).takenAt).toBe(Date.parse(at) * 1000)
  })

  test('a reading with something that cannot be read proves nothing gone', () => {
    const [a] = standing(reading('Pod', at, [podObject({ name: 'a' })]))
    expect(a?.reading).toEqual({ count: 1, complete: true })
    const [, parsed] = things(reading('Pod', at, [7, podObject({ name: 'a' })])).map(parseRecord)
    expect(parsed).toMatchObject({ kind: 'standing', reading: { count: 2, complete: false } })
  })

  test('an empty one is a record: there is none of the kind', () => {
    expect(only(reading('Pod', at, []))).toMatchObject({
      entity: null,
      of: 'Pod',
      reading: { count: 0, complete: true },
    })
    expect(only(typedList('Pod', []))).toMatchObject({ entity: null, reading: { count: 0, complete: false } })
  })
})

describe('what AWS describes', () => {
  test('a cluster: when it was made, its role, how it is reached, what it logs', () => {
    const one = only(describedCluster())
    expect(one).toMatchObject({
      source: 'eks',
      of: 'Cluster',
      scope: { account: '111122223333', region: 'eu-west-1', cluster: 'prod' },
      entity: { kind: 'cluster', key: 'prod' },
    })
    expect(one.links).toEqual([
      {
        from: { kind: 'cluster', key: 'prod' },
        tie: 'uses',
        to: { kind: 'role', key: 'arn:aws:iam::111122223333:role/eks-prod' },
      },
    ])
    expect(one.fields).toMatchObject({
      created: '2026-01-02T02:04:05.678000Z',
      logging: ['audit'],
      publicAccess: true,
      publicCidrs: ['0.0.0.0/0'],
      vpc: 'vpc-1',
      oidc: 'https://oidc.eks.eu-west-1.amazonaws.com/id/ABC',
      tags: { owner: 'payments-team' },
    })
  })

  test('an access entry: who is let in, as which groups', () => {
    const role = 'arn:aws:iam::111122223333:role/ops'
    const one = only(describedEntry(role, ['ops']))
    expect(one).toMatchObject({ of: 'AccessEntry', entity: { kind: 'role', key: role } })
    expect(one.scope).toEqual({ account: '111122223333', region: 'eu-west-1', cluster: 'prod' })
    expect(one.traits).toEqual([
      { entity: { kind: 'role', key: role }, name: 'cluster-access', value: 'prod group:ops' },
    ])
    expect(one.fields['created']).toBe('2023-11-14T22:13:20.500000Z')
  })

  test('instances of the account, each with its addresses and the tags that say whose it is', () => {
    const [one, two] = standing(describedInstances('i-0a', 'i-0b'))
    expect(one).toMatchObject({
      source: 'ec2',
      of: 'Instance',
      scope: { account: '111122223333', region: 'eu-west-1', cluster: '-' },
      entity: { kind: 'instance', key: 'i-0a' },
    })
    expect(one?.state).toContain('worker')
    expect(one?.state).not.toContain('hunter2')
    expect(two?.links).toMatchObject([{ tie: 'at', to: { kind: 'ip', key: '10.0.2.2' } }])
  })

  test('interfaces: of a pod too, where the instance has the address for it', () => {
    const one = only({
      NetworkInterfaces: [
        {
          NetworkInterfaceId: 'eni-0a',
          OwnerId: '111122223333',
          AvailabilityZone: 'us-west-2-lax-1a',
          PrivateIpAddress: '10.0.3.1',
          PrivateIpAddresses: [{ PrivateIpAddress: '10.0.3.1' }, { PrivateIpAddress: '10.0.3.9' }],
          Attachment: { InstanceId: 'i-0a' },
        },
      ],
    })
    expect(one.scope).toEqual({ account: '111122223333', region: 'us-west-2', cluster: '-' })
    expect(one.links.map(({ tie, to }) => `${tie} ${to.key}`)).toEqual([
      'at 10.0.3.1',
      'at 10.0.3.9',
      'on i-0a',
    ])
  })

  test('a list of access entries names who is let in', () => {
    const role = 'arn:aws:iam::111122223333:role/ops'
    expect(only({ accessEntries: [role] })).toMatchObject({
      entity: null,
      entities: [{ kind: 'role', key: role }],
    })
  })
})

test('whatever stands in them, nothing is thrown and every text can be stored', () => {
  const json = fc.jsonValue({ maxDepth: 4 })
  const object = fc.record({
    kind: fc.constantFrom(
      'Pod',
      'Node',
      'ClusterRole',
      'NetworkPolicy',
      'ServiceAccount',
      'Reading',
      'PodList',
    ),
    apiVersion: fc.constantFrom(
      'v1',
      'rbac.authorization.k8s.io/v1',
      'networking.k8s.io/v1',
      'firebreak.dev/v1',
    ),
    metadata: fc.oneof(
      json,
      fc.record({ name: fc.string({ unit: 'binary' }), namespace: fc.string(), labels: json }),
    ),
    spec: fc.oneof(json, fc.record({ containers: json, volumes: json, podSelector: json })),
    items: fc.oneof(json, fc.array(json)),
    rules: json,
    source: fc.constantFrom('kubernetes', 'eks', 7),
    of: fc.constantFrom('Pod', 'Cluster', null),
  })
  fc.assert(
    fc.property(
      fc.oneof(object, fc.record({ cluster: json, accessEntry: json, InstanceId: json, InstanceType: json })),
      (one) => {
        for (const thing of things(one)) {
          const parsed = parseRecord(thing)
          if (parsed.kind !== 'standing') continue
          expect(parsed.state.isWellFormed()).toBe(true)
          expect(parsed.state).not.toContain('\\u0000')
          expect(Buffer.byteLength(parsed.state)).toBeLessThanOrEqual(8 * 1024)
        }
      },
    ),
    { numRuns: 300 },
  )
})
