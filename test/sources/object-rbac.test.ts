import { describe, expect, test } from 'vitest'
import { readRequest, saidBy, write } from './written.ts'

describe('RBAC', () => {
  const bindings = 'clusterrolebindings.rbac.authorization.k8s.io'
  test('a binding of the whole cluster grants a role to users, groups and accounts', () => {
    const answer = {
      kind: 'ClusterRoleBinding',
      metadata: { name: 'anon', uid: 'u1' },
      subjects: [
        { kind: 'User', name: 'system:anonymous' },
        { kind: 'Group', name: 'system:unauthenticated' },
        { kind: 'ServiceAccount', name: 'default', namespace: 'web' },
        { kind: 'ServiceAccount', name: 'nowhere' },
        { kind: 'Robot', name: 'r' },
        'alice',
      ],
      roleRef: { kind: 'ClusterRole', name: 'cluster-admin' },
    }
    expect(saidBy({ resource: bindings, name: 'anon', answer })).toEqual([
      'binding:-/anon uid u1',
      'binding:-/anon binds role:-/ClusterRole/cluster-admin',
      'binding:-/anon grants-to subject:system:anonymous',
      'binding:-/anon grants-to subject:group:system:unauthenticated',
      'binding:-/anon grants-to subject:system:serviceaccount:web:default',
    ])
  })
  test.each([
    ['Role', 'role:web/Role/editor'],
    ['ClusterRole', 'role:-/ClusterRole/editor'],
  ])('a binding in a namespace may bind a %s', (kind, role) => {
    const answer = { kind: 'RoleBinding', roleRef: { kind, name: 'editor' } }
    const resource = 'rolebindings.rbac.authorization.k8s.io'
    expect(saidBy({ resource, namespace: 'web', name: 'b', answer })).toEqual([`binding:web/b binds ${role}`])
  })
  test('a patch that has only the subjects says only them', () => {
    const sent = { subjects: [{ kind: 'User', name: 'mallory' }] }
    expect(saidBy({ verb: 'patch', resource: bindings, name: 'anon', sent, code: 200 })).toEqual([
      'binding:-/anon grants-to subject:mallory',
    ])
  })
  test.each([
    [{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list'] }, 'secrets get,list'],
    [{ apiGroups: ['', 'apps'], resources: ['pods'], verbs: ['get'] }, 'pods,pods.apps get'],
    [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }, '*.* *'],
    [{ apiGroups: [''], resources: ['*'], verbs: ['*'] }, '* *'],
    [{ nonResourceURLs: ['*', '/metrics'], verbs: ['get'] }, '/*,/metrics get'],
    [
      { apiGroups: [''], resources: ['secrets'], resourceNames: ['a', 'b'], verbs: ['get'] },
      'secrets/a,secrets/b get',
    ],
  ])('the rule %j grants %s', (rule, grants) => {
    const answer = { kind: 'Role', metadata: { uid: 'u1' }, rules: [rule] }
    const resource = 'roles.rbac.authorization.k8s.io'
    expect(saidBy({ resource, namespace: 'web', name: 'r', answer })).toEqual([
      'role:web/Role/r uid u1',
      `role:web/Role/r grants ${grants}`,
    ])
  })
  test('a rule that is too long is cut where one sees it, and keeps its verbs', () => {
    const long = Array.from({ length: 100 }, (_, i) => `resource-${i}`)
    const rule = { apiGroups: long, resources: long, resourceNames: long, verbs: ['get', 'escalate'] }
    const answer = {
      kind: 'ClusterRole',
      rules: [rule, { verbs: ['get'] }, { apiGroups: [''], resources: ['pods'] }],
    }
    const said = saidBy({ resource: 'clusterroles.rbac.authorization.k8s.io', name: 'r', answer })
    expect(said).toHaveLength(1)
    expect(said[0]).toMatch(
      /^role:-\/ClusterRole\/r grants resource-0\.resource-0\/resource-0,.{500,600}… get,escalate$/,
    )
  })
  test.each([
    ['delete', bindings, undefined, 'binding', '-/anon'],
    ['get', 'clusterroles.rbac.authorization.k8s.io', undefined, 'role', '-/ClusterRole/anon'],
    ['get', 'roles.rbac.authorization.k8s.io', 'web', 'role', 'web/Role/anon'],
    ['get', 'rolebindings.rbac.authorization.k8s.io', 'web', 'binding', 'web/anon'],
    ['get', 'namespaces', 'anon', 'namespace', 'anon'],
    ['get', 'deployments.apps', 'web', 'workload', 'web/deployments/anon'],
  ])('%s of %s names its object', (verb, resource, namespace, kind, key) => {
    const one = { verb, resource, name: 'anon', ...(namespace !== undefined && { namespace }) }
    expect(readRequest(write(one)).entities).toEqual([{ kind, key }])
  })
})
