import type { SQSClient } from '@aws-sdk/client-sqs'
import { expect, test } from 'vitest'
import { HeldMessage } from '../../src/aws/sqs-message.ts'

test('whoever stops a message waits for the heartbeat that is under way, which would hide it again', async () => {
  let answer: () => void = () => undefined
  let beats = 0
  const client = {
    send: () => {
      beats += 1
      return new Promise<void>((done) => {
        answer = done
      })
    },
  } as unknown as SQSClient
  const message = new HeldMessage(client, 'http://127.0.0.1/q', { ReceiptHandle: 'r' }, 0.01)
  await expect.poll(() => beats).toBe(1)
  let isStopped = false
  const stopped = message.stop().then(() => {
    isStopped = true
  })
  await new Promise((done) => setTimeout(done, 20))
  expect(isStopped).toBe(false)
  answer()
  await stopped
  await new Promise((done) => setTimeout(done, 20))
  expect(beats).toBe(1)
})
