import { expect, test } from 'vitest'
import { eksToken, eksTokens } from '../../src/aws/eks-token.ts'

/** The example of aws-iam-authenticator's own test, with credentials that were never real. */
const GOLDEN = {
  region: 'us-west-2',
  cluster: 'test-cluster',
  now: new Date(1_682_640_000_000),
  credentials: {
    accessKeyId: Buffer.from('QVNJQVIyVEc0NFY2QVMzWlpFN0M=', 'base64').toString(),
    secretAccessKey: Buffer.from(
      'NEtENWNudEdjVm1MV1JkRjV3dk5SdXpOTDVReG1wNk9LVlk2RnovUQ==',
      'base64',
    ).toString(),
  },
}
const SIGNATURE = 'e211dba77aba9dc44b0b6be38b8eaad092599c5157f6314444c5b9d85747f5ce'

function addressIn(token: string): string {
  return Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString()
}

test('a token is the one that the authenticator makes, byte by byte', async () => {
  const token = await eksToken(GOLDEN)
  expect(token).toMatch(/^k8s-aws-v1\.[\w-]+$/)
  expect(addressIn(token)).toBe(
    `https://sts.us-west-2.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256` +
      `&X-Amz-Credential=${GOLDEN.credentials.accessKeyId}%2F20230428%2Fus-west-2%2Fsts%2Faws4_request&X-Amz-Date=20230428T000000Z` +
      `&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Amz-Signature=${SIGNATURE}`,
  )
})

test('it is good for one cluster, and is signed for the partition of its region', async () => {
  const other = addressIn(await eksToken({ ...GOLDEN, cluster: 'other' }))
  expect(other).not.toContain(SIGNATURE)
  const china = new URL(addressIn(await eksToken({ ...GOLDEN, region: 'cn-north-1' })))
  expect(china.host).toBe('sts.cn-north-1.amazonaws.com.cn')
})

test('session credentials are named, and the token stays shorter than the server takes', async () => {
  const sessionToken = 'IQoJb3JpZ2luX2VjE/+='.repeat(50)
  const token = await eksToken({ ...GOLDEN, credentials: { ...GOLDEN.credentials, sessionToken } })
  expect(new URL(addressIn(token)).searchParams.get('X-Amz-Security-Token')).toBe(sessionToken)
  expect(token.length).toBeLessThan(4_096)
})

test('a token is kept for at most 14 minutes', async () => {
  let now = 0
  let made = 0
  const token = eksTokens(() => Promise.resolve(`t${++made}`), { now: () => now, random: () => 0.5 })
  expect([await token(), await token()]).toEqual(['t1', 't1'])
  now = 13.4 * 60_000
  expect(await token()).toBe('t1')
  now = 13.6 * 60_000
  expect(await token()).toBe('t2')
})
