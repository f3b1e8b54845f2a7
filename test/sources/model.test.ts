import { describe, expect, test } from 'vitest'
import { KNOWN_TYPES, meaningOf, severityWord, titleOf } from '../../src/model/finding-types.ts'
import { canonicalIp, isPublicIp, parseCidr } from '../../src/model/ip.ts'
import { isSystemComponent } from '../../src/model/system-components.ts'

test.each([
  ['198.51.100.7', '198.51.100.7'],
  ['::ffff:198.51.100.7', '198.51.100.7'],
  ['2001:DB8:0:0:0:0:0:7', '2001:db8::7'],
  ['fe80::1%eth0', 'fe80::1'],
  ['12.000.22.33', null],
  ['010.0.0.1', null],
  ['10.1', null],
  ['0x7f000001', null],
  ['1.2.3.4%eth0', null],
  ['1.2.3.4:443', null],
  ['[::1]', null],
  [' 1.2.3.4', null],
  ['', null],
  ['not-an-ip', null],
])('the address %s is %s', (text, ip) => {
  expect(canonicalIp(text)).toBe(ip)
})

test.each([
  '8.8.8.8',
  '192.0.2.1',
  '198.51.100.7',
  '203.0.113.9',
  '2001:db8::7',
  '2a00::1',
  '::ffff:8.8.8.8',
])('%s is public', (ip) => {
  expect(isPublicIp(ip)).toBe(true)
})
test.each([
  '10.0.0.1',
  '172.16.0.1',
  '192.168.1.1',
  '127.0.0.1',
  '169.254.169.254',
  '100.64.0.1',
  '224.0.0.1',
  '0.0.0.0',
  '255.255.255.255',
  '::1',
  '::',
  'fe80::1',
  'fd00::1',
  'ff02::1',
  '::ffff:10.0.0.1',
  'nonsense',
])('%s is not public', (ip) => {
  expect(isPublicIp(ip)).toBe(false)
})

test.each([
  ['10.0.0.7/8', { network: '10.0.0.0/8' }],
  ['198.51.100.7/32', { network: '198.51.100.7/32' }],
  ['2001:db8::7/32', { network: '2001:db8::/32' }],
  ['::ffff:10.0.0.7/104', { network: '10.0.0.0/8' }],
  ['0.0.0.0/0', { network: '0.0.0.0/0' }],
  ['10.0.0.0/33', { problem: 'The number after the slash goes from 0 to 32.', suggestion: '10.0.0.0/32' }],
  [
    '2001:db8::/129',
    { problem: 'The number after the slash goes from 0 to 128.', suggestion: '2001:db8::/128' },
  ],
  ['10.0.0.0/x', { problem: 'The number after the slash goes from 0 to 32.', suggestion: '10.0.0.0/32' }],
  ['10.0.0.0', { problem: 'A network is an address, a slash and a number.', suggestion: '10.0.0.0/32' }],
  ['10.0.0/24', { problem: 'The part before the slash is not an IP address.', suggestion: '10.0.0.0/8' }],
])('the network %s', (text, result) => {
  expect(parseCidr(text)).toEqual(result)
})

test.each([
  'system:node:ip-10-0-0-1',
  'system:kube-scheduler',
  'system:serviceaccount:kube-system:coredns',
  'eks:addon-manager',
])('%s is a component', (subject) => {
  expect(isSystemComponent(subject)).toBe(true)
})
test.each([
  'system:anonymous',
  'system:serviceaccount:kube-system:kube-controller',
  'system:serviceaccount:kube-system:default',
  'system:serviceaccount:shop:coredns',
  'system:serviceaccount:__proto__:x',
  'kubernetes-admin',
  '',
])('%s is no component', (subject) => {
  expect(isSystemComponent(subject)).toBe(false)
})

describe('finding types', () => {
  test('every audit-log type has words of ours', () => {
    for (const tactic of ['CredentialAccess', 'DefenseEvasion', 'Discovery', 'Impact', 'Persistence'])
      for (const kind of [
        'MaliciousIPCaller',
        'MaliciousIPCaller.Custom',
        'SuccessfulAnonymousAccess',
        'TorIPCaller',
      ])
        expect(titleOf(`${tactic}:Kubernetes/${kind}`)).not.toBeNull()
    expect(titleOf('Policy:Kubernetes/AnonymousAccessGranted')).toBe('Anonymous access granted')
  })
  test.each([
    'Backdoor:EC2/DenialOfService.UdpOnTcpPorts',
    'Trojan:Runtime/DGADomainRequest.C!DNS',
    'Trojan:Lambda/DropPoint',
    'DefenseEvasion:Runtime/ProcessInjection.VirtualMemoryWrite',
    'CryptoCurrency:Runtime/BitcoinTool.B!DNS',
    'Impact:EC2/MaliciousDomainRequest.Custom',
    'PenTest:S3/PentooLinux',
    'Recon:IAMUser/NetworkPermissions',
    'CredentialAccess:RDS/TorIPCaller.FailedLogin',
    'Policy:S3/BucketPublicAccessGranted',
    'Execution:EC2/MaliciousFile!AMI',
    'Persistence:Runtime/SensitiveFileModified',
    'AttackSequence:EC2/CompromisedInstanceGroup',
  ])('%s has words of ours', (type) => {
    expect(titleOf(type)).not.toBeNull()
  })
  test('titles fit a card and sentences are sentences', () => {
    for (const type of KNOWN_TYPES) {
      expect(titleOf(type)?.length, type).toBeLessThanOrEqual(60)
      expect(meaningOf(type), type).toMatch(/^[A-Z].*[A-Za-z]\.$/)
    }
    expect(new Set(KNOWN_TYPES.map(titleOf)).size).toBe(KNOWN_TYPES.length)
  })
  test('suffixes fall back to the type without them', () => {
    expect(titleOf('Backdoor:EC2/C&CActivity.B!DNS')).toBe(titleOf('Backdoor:EC2/C&CActivity.B'))
    expect(titleOf('Policy:Kubernetes/ExposedDashboard.Custom')).toBe('Dashboard open to the internet')
    expect(titleOf('Policy:Kubernetes/Unheard.Of')).toBeNull()
    expect(titleOf('toString')).toBeNull()
    expect(titleOf('')).toBeNull()
  })
  test.each([
    [10, 'Critical'],
    [9, 'Critical'],
    [8.9, 'High'],
    [7, 'High'],
    [4, 'Medium'],
    [3.9, 'Low'],
  ])('severity %d is %s', (number, word) => {
    expect(severityWord(number)).toBe(word)
  })
})
