import { describe, expect, test } from 'vitest'
import { saidBy } from './written.ts'

describe('service accounts', () => {
  const account = (arn: unknown) =>
    saidBy({
      resource: 'serviceaccounts',
      namespace: 'web',
      name: 'ci',
      answer: {
        kind: 'ServiceAccount',
        metadata: { uid: 'u1', annotations: { 'eks.amazonaws.com/role-arn': arn } },
      },
    })
  test('one that is given an AWS role is that role to AWS', () => {
    expect(account('arn:aws:iam::111122223333:role/team/ci')).toEqual([
      'subject:system:serviceaccount:web:ci uid u1',
      'subject:system:serviceaccount:web:ci is role:arn:aws:iam::111122223333:role/team/ci',
    ])
  })
  test.each([undefined, '', 'admin', 'arn:aws:iam::111122223333:user/alice', ['arn'], 7])(
    '%j is no role',
    (arn) => {
      expect(account(arn)).toEqual(['subject:system:serviceaccount:web:ci uid u1'])
    },
  )
})
