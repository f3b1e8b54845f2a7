import { expect, test } from 'vitest'
import { formatScope, isScopePart, parseScope, resolveScope } from '../../src/model/scope.ts'

test.each(['111122223333/eu-west-1/payments', '-/-/-', 'a.b_c/D/e-1'])(
  '%s is read and written back',
  (text) => {
    const scope = parseScope(text)
    expect(scope === null ? null : formatScope(scope)).toBe(text)
  },
)

test.each([
  '',
  'payments',
  'a/b',
  'a/b/c/d',
  'a//c',
  'a/b/',
  'a/b/c d',
  'a/b/é',
  `a/b/${'c'.repeat(101)}`,
  'a/b/c\n',
])('%j is no scope', (text) => {
  expect(parseScope(text)).toBeNull()
})

test.each([7, null, undefined, '', 'a/b', {}])('%j is no part of a scope', (value) => {
  expect(isScopePart(value)).toBe(false)
})

const given = { account: '111122223333', region: 'eu-west-1', cluster: 'payments' }

test.each([
  ['nothing said, nothing given', {}, null, '-/-/-'],
  ['nothing said: the given one', {}, given, '111122223333/eu-west-1/payments'],
  [
    'said without a given one',
    { account: '444455556666', region: 'us-east-1' },
    null,
    '444455556666/us-east-1/-',
  ],
  ['said in part: the rest is given', { account: '111122223333' }, given, '111122223333/eu-west-1/payments'],
  ['said alike', given, given, '111122223333/eu-west-1/payments'],
  [
    'said where the given one leaves a part open',
    given,
    { ...given, cluster: '-' },
    '111122223333/eu-west-1/payments',
  ],
  ["said to be no cluster's", { ...given, cluster: '-' }, given, '111122223333/eu-west-1/-'],
])('the scope of a record: %s', (_, said, from, expected) => {
  const resolved = resolveScope(said, from)
  expect('scope' in resolved ? formatScope(resolved.scope) : resolved).toBe(expected)
})

test.each([
  ['account', { ...given, account: '444455556666', region: 'us-east-1' }],
  ['region', { region: 'us-east-1' }],
  ['cluster', { cluster: 'staging' }],
  ['account', { account: '-', cluster: '-' }],
] as const)('a record that says another %s is told apart by it', (differs, said) => {
  expect(resolveScope(said, given)).toEqual({ differs })
})
