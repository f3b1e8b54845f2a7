import { expect, test } from 'vitest'
import { changed, fixture } from './fixture.ts'
import { readRequest, sentences } from './written.ts'

const exec = fixture('audit/exec.json')
const secret = fixture('audit/secret.json')
const ROLE = 'role:arn:aws:iam::111122223333:role/ops'
const SESSION = 'session:arn:aws:sts::111122223333:assumed-role/ops/mallory'
const ACCOUNT = 'subject:system:serviceaccount:shop:builder'

function said(event: unknown): readonly string[] {
  return sentences(readRequest(event))
}

test('a pod that calls is found by its uid, on its node, behind its account', () => {
  const extra = {
    'authentication.kubernetes.io/pod-name': ['builder-7f'],
    'authentication.kubernetes.io/pod-uid': ['u1'],
    'authentication.kubernetes.io/node-name': ['n1'],
  }
  const expected = [
    'pod:shop/builder-7f uid u1',
    'pod:shop/builder-7f on node:n1',
    `${ACCOUNT} is pod:shop/builder-7f`,
  ]
  expect(said(changed(secret, 'user.extra', extra))).toEqual(expected)
  const spelledOut = Object.fromEntries(
    Object.entries(extra).map(([key, value]) => [key.replaceAll('.', '_').replace('/', '_slash_'), value]),
  )
  expect(said(changed(secret, 'user.extra', spelledOut))).toEqual(expected)
})

test('the principal id stands in the uid, or for itself', () => {
  const old = changed(exec, 'user.uid', 'heptio-authenticator-aws:111122223333:AROAOLD')
  expect(said(old)).toContain(`${ROLE} principal-id AROAOLD`)
  const own = changed(exec, 'user.extra.principalId', ['AROANEW'])
  expect(said(own)).toContain(`${ROLE} principal-id AROANEW`)
  expect(said(own)).toContain(`${SESSION} principal-id AROANEW:mallory`)
})

test.each(['admin', '', 'aws-iam-authenticator:1:AROA', 'aws-iam-authenticator:111122223333:AROA:x', 7])(
  'the uid %j holds no principal id',
  (uid) => {
    expect(said(changed(exec, 'user.uid', uid)).join()).not.toContain('principal-id')
  },
)

test('a session without a name of its own has the one in its ARN', () => {
  expect(said(changed(exec, 'user.extra.sessionName', undefined))).toContain(
    `${SESSION} session-name mallory`,
  )
})

test('an IAM user has no session, and the access key is its own', () => {
  const arn = 'arn:aws:iam::111122223333:user/alice'
  const extra = { arn: [arn], canonicalArn: [arn], accessKeyId: ['AKIAEXAMPLE'], sessionName: [''] }
  expect(said(changed(exec, 'user.extra', extra))).toEqual([
    `role:${arn} access-key AKIAEXAMPLE`,
    `role:${arn} principal-id AROAEXAMPLE`,
    `subject:kubernetes-admin is role:${arn}`,
  ])
})

test('whoever is behind nobody stands for nobody', () => {
  expect(said(changed(exec, 'user.username', undefined)).join()).not.toContain(' is ')
})

test.each([undefined, null, 'x', [], { arn: 7, canonicalArn: {}, accessKeyId: [[]], sessionName: [1] }])(
  'extra %j says nothing',
  (extra) => {
    expect(said(changed(exec, 'user.extra', extra))).toEqual([])
  },
)
