import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eksConnection, kubeconfigConnection } from '../../src/kubernetes/connection.ts'

let home: string
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'firebreak-kubeconfig-'))
})
afterAll(() => rm(home, { recursive: true, force: true }))

async function kubeconfig(cluster: object): Promise<string> {
  const path = join(home, 'config')
  // JSON is YAML too.
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'prod', cluster }],
    users: [{ name: 'reader', user: { token: 'a-token' } }],
    contexts: [{ name: 'prod', context: { cluster: 'prod', user: 'reader' } }],
    'current-context': 'prod',
  }
  await writeFile(path, JSON.stringify(config))
  return path
}

test('an EKS cluster is trusted by its own CA alone, and asked with a new token each time', async () => {
  let made = 0
  const ca = Buffer.from('the CA').toString('base64')
  const connection = eksConnection({ endpoint: 'https://abc.example.com/', ca }, () =>
    Promise.resolve(`t${++made}`),
  )
  expect(connection.server).toBe('https://abc.example.com')
  expect(await connection.options()).toEqual({
    ca: Buffer.from('the CA'),
    rejectUnauthorized: true,
    headers: { authorization: 'Bearer t1' },
  })
  expect((await connection.options()).headers).toEqual({ authorization: 'Bearer t2' })
})

test('without a CA, or without TLS, nobody is asked', () => {
  const token = (): Promise<string> => Promise.resolve('t')
  expect(() => eksConnection({ endpoint: 'https://abc', ca: '' }, token)).toThrow('no certificate authority')
  expect(() => eksConnection({ endpoint: 'http://abc', ca: 'YQ==' }, token)).toThrow('not asked over TLS')
})

test('a kubeconfig says where, whom to trust and who asks', async () => {
  const ca = Buffer.from('the CA').toString('base64')
  const connection = await kubeconfigConnection(
    await kubeconfig({ server: 'https://abc:6443', 'certificate-authority-data': ca }),
  )
  expect(connection.server).toBe('https://abc:6443')
  const { headers } = await connection.options()
  expect(JSON.stringify(headers)).toContain('Bearer a-token')
})

test.each([
  [{ server: 'https://abc', 'insecure-skip-tls-verify': true }, 'insecure-skip-tls-verify'],
  [{ server: 'http://abc' }, 'not asked over TLS'],
])('one that anybody could answer is refused: %j', async (cluster, words) => {
  await expect(kubeconfigConnection(await kubeconfig(cluster))).rejects.toThrow(words)
})

test('one that is not there, or lacks the context, says so', async () => {
  await expect(kubeconfigConnection(join(home, 'missing'))).rejects.toThrow('cannot be read')
  await expect(kubeconfigConnection(await kubeconfig({ server: 'https://abc' }), 'other')).rejects.toThrow(
    'no context other',
  )
})
