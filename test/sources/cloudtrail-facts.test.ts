import { expect, test } from 'vitest'
import type { RequestObservation } from '../../src/model/observation.ts'
import { parseRecord } from '../../src/sources/index.ts'
import {
  ACCOUNT,
  asSession,
  assumeRole,
  asUser,
  roleArn,
  sessionArn,
  type TrailSpec,
  trailEvent,
  userArn,
} from '../helpers/seed-cloudtrail.ts'
import { fixture } from './fixture.ts'

const ADMIN = { role: 'admin', session: 'alice-laptop' }

function request(value: unknown): RequestObservation {
  const parsed = parseRecord(value)
  if (parsed.kind !== 'request') throw new Error(JSON.stringify(parsed))
  return parsed
}

/** Links and traits in one line each; those of the caller itself are left out. */
function says(value: unknown): readonly string[] {
  const { links, traits, caller } = request(value)
  const key = (ref: { kind: string; key: string }): string => `${ref.kind}:${ref.key}`
  const own = caller === null ? '' : key(caller)
  return [
    ...links.map(({ from, tie, to }) => `${key(from)} ${tie} ${key(to)}`),
    ...traits.map(({ entity, name, value: text }) => `${key(entity)} ${name} ${text}`),
  ].filter((line) => !line.startsWith(`${own} is `) && !/^\S+ (principal-id|session-name) /.test(line))
}

test('a session is of its role, and one that EC2 named of its instance', () => {
  const { links, traits } = request(
    trailEvent({ by: asSession({ role: 'nodes', session: 'i-0123456789abcdef0', isInstances: true }) }),
  )
  const session = { kind: 'session', key: sessionArn({ role: 'nodes', session: 'i-0123456789abcdef0' }) }
  const role = { kind: 'role', key: roleArn('nodes') }
  expect(links).toEqual([
    { from: session, tie: 'is', to: { kind: 'instance', key: 'i-0123456789abcdef0' } },
    { from: session, tie: 'is', to: role },
  ])
  expect(traits).toEqual([
    { entity: session, name: 'access-key', value: 'ASIASESSIONEXAMPLE' },
    { entity: session, name: 'principal-id', value: 'AROANODES:i-0123456789abcdef0' },
    { entity: session, name: 'session-name', value: 'i-0123456789abcdef0' },
    { entity: role, name: 'principal-id', value: 'AROANODES' },
  ])
})

test('whoever names a session like an instance has none: only what EC2 delivered says so', () => {
  const { links } = request(trailEvent({ by: asSession({ role: 'nodes', session: 'i-0123456789abcdef0' }) }))
  expect(links.map(({ to }) => to.kind)).toEqual(['role'])
  const opened = assumeRole(asSession(ADMIN), { role: 'nodes', session: 'i-0123456789abcdef0' })
  expect(request(opened).links.map(({ to }) => to.kind)).not.toContain('instance')
})

test('a session that opens another one is behind it; one that was refused opened nothing', () => {
  const next = { role: 'prod', session: 'hop', key: 'ASIAHOPEXAMPLE' }
  expect(says(assumeRole(asSession(ADMIN), next))).toContain(
    `session:${sessionArn(ADMIN)} opened session:${sessionArn(next)}`,
  )
  const refused = assumeRole(asSession(ADMIN), next, { error: 'AccessDenied', response: null })
  expect(says(refused).filter((line) => line.includes(' opened '))).toEqual([])
  expect(request(refused)).toMatchObject({ object: roleArn('prod'), outcome: 'forbidden' })
})

test('without an answer the session is known by its role and name', () => {
  const parameters = { roleArn: roleArn('teams/pay/prod'), roleSessionName: 'hop' }
  expect(says(assumeRole(asUser('alice'), ADMIN, { request: parameters, response: null }))).toContain(
    `user:${userArn('alice')} opened session:${sessionArn({ role: 'prod', session: 'hop' })}`,
  )
})

const IRSA = { role: 'api', session: 'botocore-1', key: 'ASIAIRSAEXAMPLE' }
const CLAIM = 'system:serviceaccount:shop:api'

function webIdentity(issuer: string, userName = CLAIM): object {
  return assumeRole(
    {
      type: 'WebIdentityUser',
      principalId: `${issuer}:sts.amazonaws.com:${userName}`,
      userName,
      identityProvider: issuer,
    },
    IRSA,
    { name: 'AssumeRoleWithWebIdentity' },
  )
}

test.each([
  [`arn:aws:iam::${ACCOUNT}:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC`, true],
  ['oidc.eks.eu-west-1.amazonaws.com/id/ABC', true],
  ['oidc.eks.eu-west-1.amazonaws.com', true],
  [`arn:aws:iam::${ACCOUNT}:oidc-provider/oidc.eks.eu-west-1.amazonaws.com.evil.example/id/A`, false],
  [`arn:aws:iam::${ACCOUNT}:oidc-provider/evil.example`, false],
  [`arn:aws:iam::${ACCOUNT}:oidc-provider/evil.example/oidc.eks.eu-west-1.amazonaws.com/id/ABC`, false],
  ['https://oidc.eks.eu-west-1.amazonaws.com/id/ABC', true],
  ['https://evil.example/oidc.eks.eu-west-1.amazonaws.com/id/ABC', false],
  [`arn:aws-cn:iam::${ACCOUNT}:oidc-provider/oidc.eks.cn-north-1.amazonaws.com.cn/id/ABC`, true],
])('IRSA: a service account opened a session when EKS vouches for it: %s %s', (issuer, isOne) => {
  const opened = `subject:${CLAIM} opened session:${sessionArn(IRSA)}`
  expect(says(webIdentity(issuer)).includes(opened)).toBe(isOne)
  // Whoever it was, it is told.
  expect(says(webIdentity(issuer))).toContain(
    `user:${issuer}:sts.amazonaws.com:${CLAIM} opened session:${sessionArn(IRSA)}`,
  )
})

test('where the service account stands that opened a session is told with it: clusters have one of the same name', () => {
  const session = `session:${sessionArn(IRSA)}`
  expect(says(webIdentity('oidc.eks.eu-west-1.amazonaws.com/id/ABC'))).toContain(
    `${session} opened-in oidc:ABC ${CLAIM}`,
  )
  expect(says(webIdentity('oidc.eks.eu-west-1.amazonaws.com')).join()).not.toContain('opened-in')
  expect(says(fixture('cloudtrail/pod-identity.json')).join()).toContain(
    'opened-in payments system:serviceaccount:shop:api',
  )
})

test('EKS Pod Identity: the service account and the node opened the session', () => {
  const session = `session:${sessionArn({ role: 'api', session: 'eks-payments-api-7f-1' })}`
  const node = `session:${sessionArn({ role: 'nodes', session: 'i-0123456789abcdef0' })}`
  expect(says(fixture('cloudtrail/pod-identity.json'))).toEqual(
    expect.arrayContaining([
      `subject:system:serviceaccount:shop:api opened ${session}`,
      `${node} opened ${session}`,
      `${session} access-key ASIAPODEXAMPLE`,
    ]),
  )
  expect(request(fixture('cloudtrail/pod-identity.json')).object).toBe('payments')
})

test('SAML and federation: a person opened the session', () => {
  const person = { type: 'SAMLUser', principalId: 'q:alice', userName: 'alice' }
  expect(says(assumeRole(person, ADMIN, { name: 'AssumeRoleWithSAML' }))).toContain(
    `user:q:alice opened session:${sessionArn(ADMIN)}`,
  )
  const federated = trailEvent({
    service: 'sts',
    name: 'GetFederationToken',
    response: {
      credentials: { accessKeyId: 'ASIAFEDEXAMPLE' },
      federatedUser: { arn: `arn:aws:sts::${ACCOUNT}:federated-user/bob`, federatedUserId: `${ACCOUNT}:bob` },
    },
  })
  const session = `session:arn:aws:sts::${ACCOUNT}:federated-user/bob`
  expect(says(federated)).toEqual([
    `user:${userArn('alice')} opened ${session}`,
    `user:${userArn('alice')} access-key AKIAUSEREXAMPLE`,
    `${session} access-key ASIAFEDEXAMPLE`,
  ])
})

const CREATED = {
  name: 'payments',
  roleArn: roleArn('eks-control'),
  arn: `arn:aws:eks:eu-west-1:${ACCOUNT}:cluster/payments`,
}

test.each<[what: string, spec: TrailSpec, object: string | null, said: readonly string[]]>([
  [
    'who made a cluster, and its role',
    { service: 'eks', name: 'CreateCluster', request: { name: 'payments' }, response: { cluster: CREATED } },
    'payments',
    [
      `cluster:payments owned-by session:${sessionArn(ADMIN)}`,
      `cluster:payments uses role:${roleArn('eks-control')}`,
    ],
  ],
  [
    'an older event, which calls it clusterName',
    { service: 'eks', name: 'CreateCluster', request: { clusterName: 'payments' } },
    'payments',
    [`cluster:payments owned-by session:${sessionArn(ADMIN)}`],
  ],
  [
    'the policy that a principal is given, whose ARN is encoded',
    {
      service: 'eks',
      name: 'AssociateAccessPolicy',
      request: {
        name: 'payments',
        principalArn: encodeURIComponent(roleArn('intruder')),
        policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy',
      },
    },
    'payments',
    [`role:${roleArn('intruder')} cluster-access payments AmazonEKSClusterAdminPolicy`],
  ],
  [
    'a new access key, of another user',
    {
      service: 'iam',
      name: 'CreateAccessKey',
      request: { userName: 'bob' },
      response: { accessKey: { accessKeyId: 'AKIABOBEXAMPLE', userName: 'bob' } },
    },
    'bob',
    [`user:${userArn('bob')} access-key AKIABOBEXAMPLE`],
  ],
  [
    'new instances and their addresses',
    {
      service: 'ec2',
      name: 'RunInstances',
      request: { instancesSet: { items: [{ minCount: 1 }] } },
      response: { instancesSet: { items: [{ instanceId: 'i-0abc', privateIpAddress: '10.0.0.7' }] } },
    },
    null,
    ['instance:i-0abc at ip:10.0.0.7'],
  ],
  [
    'a security group that is opened',
    { service: 'ec2', name: 'AuthorizeSecurityGroupIngress', request: { groupId: 'sg-1' } },
    'sg-1',
    [],
  ],
  [
    'a network ACL',
    { service: 'ec2', name: 'CreateNetworkAclEntry', request: { networkAclId: 'acl-1' } },
    'acl-1',
    [],
  ],
  [
    'a secret by the ARN that it has, whatever it was asked for by',
    {
      service: 'secretsmanager',
      name: 'GetSecretValue',
      request: { secretId: 'db' },
      response: { aRN: `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:db-AbCdEf` },
    },
    `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:db-AbCdEf`,
    [],
  ],
  [
    'what is of no interest later',
    { service: 's3', name: 'PutObject', request: { bucketName: 'b', key: 'k' } },
    null,
    [],
  ],
])('%s', (_, spec, object, said) => {
  const event = trailEvent({ by: asSession(ADMIN), readOnly: false, ...spec })
  expect(request(event).object).toBe(object)
  const own = says(event).filter((line) => !line.startsWith(`session:${sessionArn(ADMIN)} access-key`))
  expect(own).toEqual(said)
})

test('an access entry: who is let in, as whom, in which groups', () => {
  const entry = fixture('cloudtrail/access-entry.json')
  expect(says(entry)).toEqual(
    expect.arrayContaining([
      `subject:breakglass is role:${roleArn('intruder')}`,
      `role:${roleArn('intruder')} cluster-access payments group:ops`,
    ]),
  )
  expect(request(entry).entities).toContainEqual({ kind: 'cluster', key: 'payments' })
})

test('IAM changes name the role and the user that they are about', () => {
  const { entities } = request(
    trailEvent({
      service: 'iam',
      name: 'AttachRolePolicy',
      readOnly: false,
      request: { roleName: 'admin', policyArn: 'p' },
    }),
  )
  expect(entities).toContainEqual({ kind: 'role', key: roleArn('admin') })
})

test('a long answer keeps to a hundred links', () => {
  const items = Array.from({ length: 500 }, (_, n) => ({
    instanceId: `i-${n}`,
    privateIpAddress: `10.0.${n % 256}.1`,
  }))
  const { links } = request(
    trailEvent({
      service: 'ec2',
      name: 'RunInstances',
      readOnly: false,
      response: { instancesSet: { items } },
    }),
  )
  expect(links.length).toBe(100)
})
