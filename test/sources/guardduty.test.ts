import { describe, expect, test } from 'vitest'
import type { FindingObservation } from '../../src/model/observation.ts'
import { parseTime } from '../../src/model/time.ts'
import { parseRecord, unwrap } from '../../src/sources/index.ts'
import type { JsonObject } from '../../src/sources/json.ts'
import { changed, fixture } from './fixture.ts'

const apiFinding = unwrap(fixture('guardduty/api-page.json'))?.[0] as JsonObject
const anonymous = fixture('guardduty/anonymous.json')

const POD = { kind: 'pod', key: 'shop/<!channel>' }
const MINER = { kind: 'image', key: 'registry.example/miner:1' }
const SIDE = { kind: 'image', key: 'registry.example/side:2' }

function finding(value: unknown): FindingObservation {
  const parsed = parseRecord(value)
  if (parsed.kind !== 'finding') throw new Error(JSON.stringify(parsed))
  return parsed
}

describe('shapes', () => {
  test('a finding as GetFindings prints it', () => {
    expect(finding(apiFinding)).toEqual({
      kind: 'finding',
      scope: { account: '111122223333', region: 'eu-west-1', cluster: 'payments' },
      id: 'f-privileged',
      updatedAt: parseTime('2026-11-22T04:21:18.641Z'),
      body: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      type: 'PrivilegeEscalation:Kubernetes/PrivilegedContainer',
      title: 'Privileged container',
      description: 'A privileged container was launched.',
      severity: 5,
      firstSeen: parseTime('2026-11-22T04:18:00Z'),
      lastSeen: parseTime('2026-11-22T04:19:00.25Z'),
      count: 3,
      archived: false,
      sample: false,
      subject: 'system:serviceaccount:shop:builder',
      ip: '198.51.100.7',
      verb: 'create',
      requestUri: '/api/v1/namespaces/shop/pods',
      statusCode: 201,
      userAgent: '*bold* <https://evil.example|click> `tick`',
      awsCall: null,
      pod: {
        namespace: 'shop',
        name: '<!channel>',
        uid: '0c8a3d1e-0000-4000-8000-000000000001',
        images: ['registry.example/miner:1', 'registry.example/side:2'],
        privileged: true,
        hostPaths: ['/'],
      },
      instance: null,
      principal: null,
      detector: 'd1',
      arn: 'arn:aws:guardduty:eu-west-1:111122223333:detector/d1/finding/f-privileged',
      partition: 'aws',
      via: 'guardduty',
      evidence: [],
      signals: [],
      related: [],
      entities: [
        { kind: 'cluster', key: 'payments' },
        { kind: 'subject', key: 'system:serviceaccount:shop:builder' },
        { kind: 'subject', key: 'alice' },
        { kind: 'ip', key: '198.51.100.7' },
        { kind: 'ip', key: '10.9.8.7' },
        { kind: 'ip', key: '203.0.113.9' },
        POD,
        { kind: 'namespace', key: 'shop' },
        MINER,
        SIDE,
        { kind: 'account', key: '111122223333' },
      ],
      traits: [
        { entity: POD, name: 'uid', value: '0c8a3d1e-0000-4000-8000-000000000001' },
        { entity: POD, name: 'privileged', value: 'true' },
        { entity: POD, name: 'host-path', value: '/' },
        { entity: MINER, name: 'repository', value: 'miner' },
        { entity: MINER, name: 'registry', value: 'registry.example' },
        { entity: SIDE, name: 'repository', value: 'side' },
        { entity: SIDE, name: 'registry', value: 'registry.example' },
      ],
      links: [
        { from: POD, tie: 'runs', to: MINER },
        { from: POD, tie: 'runs', to: SIDE },
      ],
    })
  })

  test('a finding as S3 and EventBridge write it, with half of it null', () => {
    const parsed = finding(anonymous)
    expect(parsed).toMatchObject({
      severity: 8,
      subject: 'system:anonymous',
      ip: '2001:db8::7',
      userAgent: null,
      pod: null,
      sample: false,
      updatedAt: parseTime('2026-11-22T04:13:00.123456Z'),
    })
    expect(parsed.entities).toContainEqual({ kind: 'secret', key: 'shop/db' })
  })

  test('the EventBridge envelope gives what its detail does not say', () => {
    const detail = changed(
      changed(changed(anonymous, 'accountId', undefined), 'region', undefined),
      'arn',
      undefined,
    )
    const envelope = {
      source: 'aws.guardduty',
      'detail-type': 'GuardDuty Finding',
      account: '444455556666',
      region: 'us-east-1',
      detail,
    }
    expect(finding(envelope).scope).toEqual({
      account: '444455556666',
      region: 'us-east-1',
      cluster: 'payments',
    })
    expect(finding({ ...envelope, detail: anonymous }).scope.account).toBe('111122223333')
  })

  test.each([{}, null, undefined, 'text', []])(
    'an envelope whose detail is %j is refused at /detail',
    (detail) => {
      expect(
        parseRecord({ source: 'aws.guardduty', 'detail-type': 'GuardDuty Finding', detail }),
      ).toMatchObject({
        kind: 'rejected',
        class: 'malformed',
        pointer: '/detail',
      })
    },
  )

  test('a fault inside an envelope is pointed at through it', () => {
    const detail = changed(anonymous, 'severity', undefined)
    expect(parseRecord({ 'detail-type': 'GuardDuty Finding', detail })).toMatchObject({
      pointer: '/detail/severity',
    })
  })

  test('a runtime finding names an instance and an image and no cluster', () => {
    const parsed = finding(fixture('guardduty/runtime.json'))
    expect(parsed.scope).toEqual({ account: '111122223333', region: 'eu-west-1' })
    expect(parsed).toMatchObject({
      instance: 'i-0abc',
      pod: null,
      ip: null,
      title: '',
      firstSeen: parseTime('2026-11-22T04:00:00Z'),
      lastSeen: parseTime('2026-11-22T05:00:00Z'),
    })
    expect(parsed.entities).toEqual([
      { kind: 'image', key: 'registry.example/web:3' },
      { kind: 'instance', key: 'i-0abc' },
      { kind: 'account', key: '111122223333' },
    ])
  })

  test('an IAM finding names principal, role and session', () => {
    const parsed = finding(fixture('guardduty/access-key.json'))
    expect(parsed).toMatchObject({
      principal: 'AROAEXAMPLE:i-0abc',
      ip: '203.0.113.77',
      verb: null,
      userAgent: 'aws-cli/2',
    })
    expect(parsed.entities).toEqual([
      { kind: 'ip', key: '203.0.113.77' },
      { kind: 'role', key: 'payments-node' },
      { kind: 'session', key: 'AROAEXAMPLE:i-0abc' },
      { kind: 'account', key: '111122223333' },
    ])
  })

  test('an attack sequence has no action and still lands', () => {
    const parsed = finding({
      id: 'f-sequence',
      type: 'AttackSequence:EKS/CompromisedCluster',
      severity: 9,
      updatedAt: '2026-11-22T05:00:00Z',
      resource: { resourceType: 'AttackSequence' },
      service: { featureName: 'Correlation' },
    })
    expect(parsed).toMatchObject({ scope: {}, entities: [], count: 1 })
  })

  test('network connections and port probes name their addresses', () => {
    const base = changed(fixture('guardduty/access-key.json'), 'service.action', undefined)
    const connection = { networkConnectionAction: { remoteIpDetails: { ipAddressV4: '203.0.113.1' } } }
    expect(finding(changed(base, 'service.action', connection)).ip).toBe('203.0.113.1')
    const probe = {
      portProbeAction: {
        portProbeDetails: ['203.0.113.2', '203.0.113.3'].map((ip) => ({
          remoteIpDetails: { ipAddressV4: ip },
        })),
      },
    }
    const probed = finding(changed(base, 'service.action', probe))
    expect(probed.entities.filter((one) => one.kind === 'ip').map((one) => one.key)).toEqual([
      '203.0.113.2',
      '203.0.113.3',
    ])
  })

  test('a workload that is no pod becomes a workload', () => {
    const path = 'Resource.KubernetesDetails.KubernetesWorkloadDetails.Type'
    const parsed = finding(changed(apiFinding, path, 'deployments'))
    expect(parsed.pod).toBeNull()
    expect(parsed.entities).toContainEqual({ kind: 'workload', key: 'shop/deployments/<!channel>' })
  })

  test('without a looked-up address the caller is the last of the source addresses', () => {
    const path = 'Service.Action.KubernetesApiCallAction.RemoteIpDetails'
    expect(finding(changed(apiFinding, path, null)).ip).toBe('203.0.113.9')
  })

  test('an unknown type and what the arn says of the scope', () => {
    const parsed = finding({
      id: 'f',
      type: 'Novelty:Kubernetes/Unheard.Of!Before',
      severity: 1,
      createdAt: '2026-11-22T05:00:00Z',
      arn: 'arn:aws-cn:guardduty:cn-north-1:111122223333:detector/d/finding/f',
      region: '<some_region>',
    })
    expect(parsed.scope).toEqual({ account: '111122223333', region: 'cn-north-1' })
  })
})

describe('samples', () => {
  test.each([
    ['a flag', 'Service.AdditionalInfo', { Sample: true }],
    ['a flag as text', 'Service.AdditionalInfo', { Sample: 'true' }],
    ['JSON in the value', 'Service.AdditionalInfo', { Value: '{"sample":true}' }],
    ['JSON in JSON', 'Service.AdditionalInfo', { Value: '{"value":"{\\"sample\\":true}"}' }],
    ['a generated cluster', 'Resource.EksClusterDetails.Name', 'GeneratedFindingEKSClusterName'],
    ['a generated access key', 'Resource.AccessKeyDetails', { AccessKeyId: 'GeneratedFindingAccessKeyId' }],
    ['the sample instance', 'Resource.InstanceDetails', { InstanceId: 'i-99999999' }],
    ['a title', 'Title', '[SAMPLE] A privileged container'],
  ])('%s marks a sample', (_name, path, value) => {
    expect(finding(changed(apiFinding, path, value)).sample).toBe(true)
  })

  test('an intruder does not turn a finding into a sample by the name of a pod or a user agent', () => {
    const named = changed(
      apiFinding,
      'Resource.KubernetesDetails.KubernetesWorkloadDetails.Name',
      'GeneratedFindingPod',
    )
    const agent = '{"sample":true}'
    const calling = changed(named, 'Service.Action.KubernetesApiCallAction.UserAgent', agent)
    const told = changed(calling, 'Service.AdditionalInfo', { Value: JSON.stringify({ userAgent: agent }) })
    expect(finding(told).sample).toBe(false)
  })
})

describe('what cannot be used', () => {
  test.each([
    ['id', undefined, 'malformed', '/id'],
    ['id', 7, 'malformed', '/id'],
    ['type', undefined, 'malformed', '/type'],
    ['type', { a: 1 }, 'malformed', '/type'],
    ['severity', undefined, 'malformed', '/severity'],
    ['severity', 'High', 'malformed', '/severity'],
    ['severity', 1e9, 'malformed', '/severity'],
    ['severity', { label: 'LOW' }, 'malformed', '/severity'],
    ['resource', 'a text', 'malformed', '/resource'],
    ['service', [1], 'malformed', '/service'],
    ['title', Number.POSITIVE_INFINITY, 'malformed', '/title'],
  ])('%s = %j is refused as %s at %s', (path, value, kind, pointer) => {
    expect(parseRecord(changed(anonymous, path, value))).toMatchObject({
      kind: 'rejected',
      class: kind,
      pointer,
    })
  })

  test('a reason names the field, and a pointer is spelled like the record', () => {
    const parsed = parseRecord(changed(apiFinding, 'Severity', undefined))
    expect(parsed).toMatchObject({
      pointer: '/Severity',
      reason: 'The field severity is missing; it must be a number from 1 to 10.',
    })
  })

  test('without any time it is refused as no-time', () => {
    const timeless = ['updatedAt', 'createdAt', 'service.eventLastSeen'].reduce(
      (record, path) => changed(record, path, 'soon'),
      anonymous,
    )
    expect(parseRecord(timeless)).toMatchObject({ class: 'no-time', pointer: '/updatedAt' })
  })

  test.each([
    ['resource', null],
    ['resource', undefined],
    ['service', null],
    ['resource.eksClusterDetails', 'text'],
    ['resource.kubernetesDetails', 5],
    ['resource.kubernetesDetails.kubernetesUserDetails', [1]],
    ['service.action', 'text'],
    ['service.action.kubernetesApiCallAction', null],
    ['service.action.kubernetesApiCallAction.sourceIPs', 'text'],
    ['service.action.kubernetesApiCallAction.statusCode', 'OK'],
    ['service.count', -1],
    ['accountId', 111122223333],
    ['title', null],
  ])('%s = %j is put up with', (path, value) => {
    expect(parseRecord(changed(anonymous, path, value)).kind).toBe('finding')
  })

  test('long text is cut, and what a database refuses is replaced', () => {
    const long = `\0\ud800${'😀'.repeat(2000)}`
    const { title, id } = finding(changed(changed(anonymous, 'title', long), 'id', 'a\0b'))
    expect(Array.from(title).length).toBe(1024)
    expect(title.isWellFormed()).toBe(true)
    expect(title.startsWith('\uFFFD\uFFFD😀')).toBe(true)
    expect(id).toMatch(/^a\uFFFDb…sha256:[0-9a-f]{16}$/)
  })
})

describe('the body', () => {
  test('does not depend on the order of keys', () => {
    const turned = Object.fromEntries(Object.entries(anonymous).toReversed())
    expect(finding(turned).body).toBe(finding(anonymous).body)
    const actions = [
      ['networkConnectionAction', { remoteIpDetails: { ipAddressV4: '203.0.113.1' } }],
      ['awsApiCallAction', { remoteIpDetails: { ipAddressV4: '203.0.113.2' } }],
    ] as const
    const [one, other] = [actions, actions.toReversed()].map((order) =>
      finding(changed(anonymous, 'service.action', Object.fromEntries(order))),
    )
    expect(one).toEqual(other)
  })

  test('is the same from GetFindings and in an EventBridge envelope', () => {
    const detail = camelCased(apiFinding) as JsonObject
    const envelope = {
      'detail-type': 'GuardDuty Finding',
      source: 'aws.guardduty',
      account: '111122223333',
      region: 'eu-west-1',
      detail,
    }
    expect(finding(envelope)).toEqual(finding(apiFinding))
  })

  test('is the same whatever the wording of numbers and of additional information', () => {
    const page = JSON.stringify(apiFinding)
    const reworded = JSON.parse(page.replace(/"Severity":5\b/, '"Severity":"5.0"')) as JsonObject
    expect(reworded).not.toEqual(apiFinding)
    const informed = changed(reworded, 'Service.AdditionalInfo', { Value: '{"a":1}', Type: 'default' })
    expect(finding(informed).body).toBe(finding(apiFinding).body)
  })

  test.each([
    ['severity', 7],
    ['title', 'Another title'],
    ['service.count', 3],
    ['service.archived', true],
    ['accountId', '999999999999'],
    ['resource.kubernetesDetails.kubernetesUserDetails.username', 'mallory'],
  ])('differs when %s, which is kept, does', (path, value) => {
    expect(finding(changed(anonymous, path, value)).body).not.toBe(finding(anonymous).body)
  })
})

function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCased)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.charAt(0).toLowerCase() + key.slice(1),
      camelCased(inner),
    ]),
  )
}
