import { describe, expect, test } from 'vitest'
import { saidBy } from './written.ts'

describe('nodes', () => {
  const node = (providerID: unknown) => ({ kind: 'Node', metadata: { uid: 'u1' }, spec: { providerID } })
  const said = (answer: unknown) => saidBy({ resource: 'nodes', name: 'n1', answer })
  test('a node says which instance it is', () => {
    expect(said(node('aws:///us-east-1a/i-0abc1234def567890'))).toEqual([
      'node:n1 uid u1',
      'node:n1 provider-id aws:///us-east-1a/i-0abc1234def567890',
      'node:n1 is instance:i-0abc1234def567890',
    ])
  })
  test.each([
    'aws:///us-east-1a/0123-abc/fargate-ip-10-0-0-1',
    'kind://docker/a/b',
    'aws:///us-east-1a/i-<b>',
    7,
  ])('of %j no instance is made', (provider) => {
    expect(said(node(provider)).join()).not.toContain('instance:')
  })
  test('its addresses are addresses, not host names', () => {
    const addresses = [
      { type: 'InternalIP', address: '10.0.1.11' },
      { type: 'ExternalIP', address: '203.0.113.9' },
      { type: 'Hostname', address: '10.9.9.9' },
      { type: 'InternalIP', address: 'ip-10-0-1-11.ec2.internal' },
    ]
    const one = {
      verb: 'patch',
      resource: 'nodes/status',
      name: 'n1',
      sent: { status: { addresses } },
      code: 200,
    }
    expect(saidBy(one)).toEqual(['node:n1 at ip:10.0.1.11', 'node:n1 at ip:203.0.113.9'])
  })
})
