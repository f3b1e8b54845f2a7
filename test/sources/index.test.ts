import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseRecord, unwrap } from '../../src/sources/index.ts'
import { fixture } from './fixture.ts'

describe('records of other kinds are refused by name', () => {
  test.each([
    ['Security Hub', { ProductArn: 'arn', GeneratorId: 'g', Id: 'x', Severity: {}, Types: ['TTPs/a/b:c-d'] }],
    ['CloudWatch Logs', { awslogs: { data: 'H4sI' } }],
    ['CloudWatch Logs', { messageType: 'DATA_MESSAGE', logGroup: 'g', logEvents: [] }],
    ['S3 notification', { eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', s3: { object: {} } }],
    ['S3 notification', { Records: [{ eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', s3: {} }] }],
    ['DynamoDB', { eventSource: 'aws:dynamodb', eventName: 'INSERT', dynamodb: {} }],
    [
      'CloudWatch Logs',
      { kinesis: { data: 'H4sI' }, eventSource: 'aws:kinesis', eventName: 'aws:kinesis:record' },
    ],
    ['GKE', { protoPayload: { methodName: 'io.k8s.core.v1.pods.list' }, operation: {} }],
    ['AKS', { category: 'kube-audit', operationName: 'x', properties: { log: '{"kind":"Event"}' } }],
    ['OCSF', { class_uid: 6003, category_uid: 6, metadata: {} }],
    [
      'another kind',
      { 'detail-type': 'EC2 Spot Instance Interruption Warning', detail: {}, source: 'aws.ec2' },
    ],
    ['not an audit event', { kind: 'Event', apiVersion: 'v1', involvedObject: {}, reason: 'Pulled' }],
    ['Kubernetes object', { kind: 'Pod', apiVersion: 'v1', metadata: { name: 'x' } }],
    ['none of the fields', { hello: 'world' }],
    ['none of the fields', {}],
    ['a text', 'hello'],
    ['null', null],
    ['a list', []],
    ['a number', 7],
  ])('%s', (name, value) => {
    const parsed = parseRecord(value)
    expect(parsed).toMatchObject({ kind: 'rejected', class: 'unrecognised', pointer: '' })
    expect(parsed.kind === 'rejected' && parsed.reason).toContain(name)
    expect(parsed.kind === 'rejected' && parsed.reason).toContain('GuardDuty findings')
  })
})

test('containers and lists hold records, records do not', () => {
  expect(unwrap({ Findings: [1, 2], NextToken: 'x' })).toEqual([1, 2])
  expect(unwrap({ findings: [] })).toEqual([])
  expect(unwrap({ kind: 'EventList', items: [1] })).toEqual([1])
  expect(unwrap({ kind: 'PodList', items: [1] })).toBeNull()
  expect(unwrap({ items: [1] })).toBeNull()
  expect(unwrap({ Records: [1] })).toEqual([1])
  expect(unwrap({ Events: [1], NextToken: 'x' })).toEqual([1])
  expect(unwrap([1])).toEqual([1])
  expect(unwrap(fixture('audit/exec.json'))).toBeNull()
  expect(unwrap('text')).toBeNull()
})

test('nothing that JSON can say makes a parser throw', () => {
  const records = [
    'guardduty/anonymous.json',
    'guardduty/runtime.json',
    'audit/exec.json',
    'cloudtrail/assume-role.json',
    'cloudtrail/pod-identity.json',
    'cloudtrail/access-entry.json',
  ].map(fixture)
  fc.assert(
    fc.property(fc.constantFrom(...records), fc.nat(), fc.jsonValue(), (record, which, value) => {
      const paths = pathsOf(record)
      const spoiled = structuredClone(record)
      set(spoiled, paths[which % paths.length] ?? [], value)
      expect(['finding', 'request', 'ignored', 'rejected']).toContain(parseRecord(spoiled).kind)
    }),
    { numRuns: 2000 },
  )
})

function pathsOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [[...path, key], ...pathsOf(inner, [...path, key])])
}

function set(value: unknown, [key, ...rest]: readonly string[], to: unknown): void {
  if (key === undefined) return
  const holder = value as { [key: string]: unknown }
  if (rest.length === 0) holder[key] = to
  else set(holder[key], rest, to)
}
