import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { Clients } from '../../src/aws/clients.ts'
import { openObject } from '../../src/aws/s3-object.ts'
import { PLACE } from '../helpers/fake-aws.ts'

test('an object that stops coming is let go at the signal', async () => {
  process.env['AWS_ACCESS_KEY_ID'] = 'testing'
  process.env['AWS_SECRET_ACCESS_KEY'] = 'testing'
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-length': 1_000 })
    response.write('the beginning')
  })
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  const clients = new Clients(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const stop = new AbortController()
  const object = { bucket: 'logs', key: 'a', region: null, version: null, size: null }
  try {
    const stream = await openObject(clients, PLACE, [], object, stop.signal)
    const read = async (): Promise<string> => {
      let text = ''
      for await (const chunk of stream) {
        text += Buffer.from(chunk).toString()
        stop.abort()
      }
      return text
    }
    await expect(read()).rejects.toMatchObject({ code: 'unreachable' })
  } finally {
    await clients.close()
    server.closeAllConnections()
    await new Promise((done) => {
      server.close(done)
    })
  }
}, 20_000)
