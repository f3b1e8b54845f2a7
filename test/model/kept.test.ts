import { describe, expect, test } from 'vitest'
import { isCallKept, isKept } from '../../src/model/kept.ts'

const alice = 'alice'

test.each([
  ['get', 'secrets'],
  ['list', 'secrets'],
  ['deletecollection', 'secrets'],
  ['get', 'secrets/status'],
  ['create', 'pods/exec'],
  ['get', 'pods/exec'],
  ['get', 'pods/attach'],
  ['create', 'pods/portforward'],
  ['create', 'serviceaccounts/token'],
  ['create', 'clusterrolebindings.rbac.authorization.k8s.io'],
  ['patch', 'rolebindings.rbac.authorization.k8s.io'],
  ['delete', 'roles.rbac.authorization.k8s.io'],
  ['propfind', 'clusterroles.rbac.authorization.k8s.io'],
])('%s on %s is kept', (verb, resource) => {
  expect(isKept({ verb, resource, subject: alice })).toBe(true)
})

test.each([
  ['create', 'pods'],
  ['get', 'pods/log'],
  ['get', 'serviceaccounts'],
  ['list', 'clusterroles.rbac.authorization.k8s.io'],
  ['watch', 'rolebindings.rbac.authorization.k8s.io'],
  ['create', 'secrets.example.com'],
  ['get', 'secretsets'],
  ['create', 'pods.metrics.k8s.io/exec'],
  ['create', 'roles.rbac.authorization.k8s.io.example.com'],
  ['get', '/readyz'],
])('%s on %s is only counted', (verb, resource) => {
  expect(isKept({ verb, resource, subject: alice })).toBe(false)
})

describe('without a name', () => {
  test.each(['system:anonymous', null])('everything that %s asks for is kept', (subject) => {
    expect(isKept({ verb: 'get', resource: '/readyz', subject })).toBe(true)
  })
  test('somebody whose name only begins like that has one', () => {
    expect(isKept({ verb: 'get', resource: 'pods', subject: 'system:anonymous2' })).toBe(false)
  })
})

describe('calls to AWS', () => {
  const call = {
    source: 'cloudtrail',
    resource: 'iam.amazonaws.com',
    isReadOnly: false,
    outcome: 'success',
  } as const

  test.each([
    [{ verb: 'CreateUser' }, true],
    [{ verb: 'RunInstances', resource: 'ec2.amazonaws.com' }, true],
    [{ verb: 'ListUsers', isReadOnly: true }, false],
    [{ verb: 'ListUsers', isReadOnly: true, outcome: 'forbidden' }, true],
    [{ verb: 'ListUsers', isReadOnly: true, outcome: 'unauthorized' }, true],
    [{ verb: 'ListUsers', isReadOnly: true, outcome: 'failure' }, false],
    [{ verb: 'PutObject', resource: 's3.amazonaws.com' }, false],
    [{ verb: 'PutObject', resource: 's3.amazonaws.com', outcome: 'forbidden' }, true],
    [{ verb: 'GetSecretValue', resource: 'secretsmanager.amazonaws.com', isReadOnly: true }, true],
    [{ verb: 'AssumeRole', resource: 'sts.amazonaws.com', isReadOnly: true }, true],
    [{ verb: 'CreateUser', source: 'audit' }, false],
  ] as const)('%j is kept: %s', (more, kept) => {
    expect(isCallKept({ ...call, ...more })).toBe(kept)
  })
})
