import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { afterEach, expect, test } from 'vitest'
import { Clients } from '../../src/aws/clients.ts'
import { PLACE } from '../helpers/fake-aws.ts'

const before = { ...process.env }
afterEach(() => {
  process.env = { ...before }
})

test('credentials that were renewed in their file are used once the old ones have expired', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'firebreak-credentials-'))
  const file = join(folder, 'credentials')
  const write = (key: string): Promise<void> =>
    writeFile(file, `[default]\naws_access_key_id = ${key}\naws_secret_access_key = s\n`)
  delete process.env['AWS_ACCESS_KEY_ID']
  delete process.env['AWS_SECRET_ACCESS_KEY']
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = file
  process.env['AWS_CONFIG_FILE'] = join(folder, 'config')
  process.env['AWS_EC2_METADATA_DISABLED'] = 'true'
  const keys: string[] = []
  const server = createServer((request, response) => {
    const key = /Credential=(\w+)/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    keys.push(key)
    const isGood = key === 'AKIANEW'
    response.writeHead(isGood ? 200 : 403, { 'content-type': 'application/x-amz-json-1.0' })
    response.end(isGood ? '{}' : '{"__type": "ExpiredTokenException", "message": "expired"}')
  })
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const clients = new Clients(url)
  const ask = async (): Promise<string> => {
    const client = await clients.sqs(PLACE)
    const asked = { action: 'sqs:ReceiveMessage', resource: 'q' }
    return client.send(new ReceiveMessageCommand({ QueueUrl: `${url}/1/q` })).then(
      () => 'well',
      (error: unknown) => clients.failed(error, asked, PLACE).code,
    )
  }
  try {
    await write('AKIAOLD')
    expect(await ask()).toBe('credentials-expired')
    await write('AKIANEW')
    expect(await ask()).toBe('well')
    expect(new Set(keys)).toEqual(new Set(['AKIAOLD', 'AKIANEW']))
  } finally {
    await clients.close()
    server.closeAllConnections()
    await new Promise((done) => {
      server.close(done)
    })
    await rm(folder, { recursive: true })
  }
})
