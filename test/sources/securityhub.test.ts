import { describe, expect, test } from 'vitest'
import type { FindingObservation } from '../../src/model/observation.ts'
import { parseTime } from '../../src/model/time.ts'
import { parseRecord, recognises, unwrap } from '../../src/sources/index.ts'
import type { JsonObject } from '../../src/sources/json.ts'
import { guarddutyType } from '../../src/sources/securityhub-type.ts'
import { asff } from './asff.ts'
import { called, probed } from './families.ts'
import { changed } from './fixture.ts'

function finding(value: unknown): FindingObservation {
  const parsed = parseRecord(value)
  if (parsed.kind !== 'finding') throw new Error(JSON.stringify(parsed))
  return parsed
}

test('a finding that Security Hub passes on is the finding that GuardDuty sent', () => {
  const own = finding(called)
  const passed = finding(asff(called))
  const { id, updatedAt, type, severity, scope, firstSeen, lastSeen, count, principal, ip } = own
  expect(passed).toMatchObject({
    id,
    updatedAt,
    type,
    severity,
    scope,
    firstSeen,
    lastSeen,
    count,
    principal,
    ip,
  })
  expect(passed.via).toBe('securityhub')
  expect(own.entities).toEqual(expect.arrayContaining([...passed.entities]))
  expect(own.traits).toEqual(expect.arrayContaining([...passed.traits]))
  expect(own.evidence).toEqual(expect.arrayContaining([...passed.evidence]))
})

test('an instance keeps its cluster by its tags, and a list its order', () => {
  const passed = finding(asff(probed))
  expect(passed.scope.cluster).toBe('payments')
  expect(passed.instance).toBe('i-0aaaabbbbcccc0001')
  expect(passed.ip).toBe('203.0.113.50')
})

describe('an event of EventBridge', () => {
  const event = (...findings: readonly object[]): JsonObject => ({
    source: 'aws.securityhub',
    'detail-type': 'Security Hub Findings - Imported',
    detail: { findings },
  })
  test('with one finding is that finding', () => {
    expect(finding(event(asff(called)))).toEqual(finding(asff(called)))
  })
  test('holds its findings as a list does', () => {
    expect(unwrap(event(asff(called), asff(probed)))).toHaveLength(2)
  })
  test('with several is refused where it cannot be taken apart', () => {
    expect(parseRecord(event(asff(called), asff(probed)))).toMatchObject({
      class: 'malformed',
      pointer: '/detail/findings',
    })
  })
})

test('what another product found is not read', () => {
  const other = { ...asff(called), ProductArn: 'arn:aws:securityhub:eu-west-1::product/aws/inspector' }
  expect(recognises(other)).toBe(false)
  expect(parseRecord(other)).toMatchObject({
    class: 'unrecognised',
    reason: expect.stringContaining('of another product') as string,
  })
})

test.each([
  [
    'TTPs/Defense Evasion/Stealth:IAMUser-CloudTrailLoggingDisabled',
    'Stealth:IAMUser/CloudTrailLoggingDisabled',
  ],
  ['TTPs/Command and Control/Backdoor:EC2-C&CActivity.B!DNS', 'Backdoor:EC2/C&CActivity.B!DNS'],
  ['TTPs/Discovery/IAMUser-AnomalousBehavior', 'Discovery:IAMUser/AnomalousBehavior'],
  ['TTPs/Initial Access/IAMUser-AnomalousBehavior', 'InitialAccess:IAMUser/AnomalousBehavior'],
  ['TTPs/Discovery/RDS-MaliciousIPCaller', 'Discovery:RDS/MaliciousIPCaller'],
  ['TTPs/Discovery:S3-AnomalousBehavior', 'Discovery:S3/AnomalousBehavior'],
  ['TTPs/PenTest:IAMUser/KaliLinux', 'PenTest:IAMUser/KaliLinux'],
  [
    'TTPs/AnomalousBehavior/Discovery:Kubernetes-PermissionChecked',
    'Discovery:Kubernetes/AnomalousBehavior.PermissionChecked',
  ],
  ['TTPs/DefenseEvasion/EC2:Unusual-DoH-Activity', 'DefenseEvasion:EC2/UnusualDoHActivity'],
  ['TTPs/Discovery', null],
  ['Software and Configuration Checks/AWS Security Best Practices', null],
  ['', null],
])('%s is %s', (said, type) => {
  expect(guarddutyType(said)).toBe(type)
})

describe('what Security Hub says otherwise', () => {
  const record = asff(called)
  test('severity: GuardDuty’s number, else the least that the word stands for', () => {
    expect(finding(record).severity).toBe(8)
    expect(finding({ ...record, Severity: { Label: 'CRITICAL' } }).severity).toBe(9)
    expect(parseRecord({ ...record, Severity: {} })).toMatchObject({ pointer: '/Severity' })
  })
  test('a person who changes severity or type changes no finding', () => {
    const provided = { Severity: { Label: 'HIGH', Original: '8' }, Types: record['Types'] }
    const touched = {
      ...record,
      FindingProviderFields: provided,
      Severity: { Label: 'LOW' },
      Types: ['TTPs/x'],
    }
    expect(finding(touched).body).toBe(finding(record).body)
  })
  test('no type of GuardDuty', () => {
    expect(parseRecord({ ...record, Types: [] })).toMatchObject({ class: 'malformed', pointer: '/Types' })
  })
  test('seen first and last, where the product fields do not say', () => {
    const bare = { ...record, ProductFields: {} }
    expect(finding(bare)).toMatchObject({ firstSeen: parseTime('2026-11-22T04:00:00Z'), count: 1, ip: null })
  })
  test('a sample', () => {
    expect(finding({ ...record, Sample: true }).sample).toBe(true)
  })
  test.each([
    ['Resources', null],
    ['Resources', [{ Type: 'AwsEc2Instance', Id: 7, Details: [] }, null, { Type: '__proto__', Id: 'x' }]],
    ['ProductFields', { 'aws/guardduty/__proto__/a': 'b', 'aws/guardduty/service/count/x': '1' }],
    ['ProductFields', { [`aws/guardduty/${'a/'.repeat(9_000)}`]: 'b' }],
    ['GeneratorId', 7],
    ['Region', null],
  ])('%s = %j is put up with', (path, value) => {
    expect(parseRecord(changed(record, path, value)).kind).toBe('finding')
  })
})
