import { expect, test } from 'vitest'
import { faultFrom } from '../../src/aws/faults.ts'

const ASKED = { action: 'sqs:ReceiveMessage', resource: 'arn:aws:sqs:eu-west-1:1:q' }
const named = (name: string, message = 'no', more: object = {}): Error =>
  Object.assign(new Error(message), { name, ...more })

test.each([
  [named('KmsAccessDenied'), 'access-denied'],
  [named('KmsThrottled'), 'throttled'],
  [named('Error', 'no', { code: 'AWS.SimpleQueueService.KmsThrottled' }), 'throttled'],
])('%s is %s', (error, code) => {
  expect(faultFrom(error, ASKED).code).toBe(code)
})

test('a key that may not be used is named as what has to be allowed', () => {
  expect(faultFrom(named('KmsAccessDenied'), ASKED).cure).toContain('kms:Decrypt on the key')
})

test('of what AWS says the first line is told, and nothing that it repeats of the request', () => {
  const message =
    "The request signature we calculated does not match. The Canonical String for this request should have been\n'POST\nx-amz-security-token:SECRET'"
  const wrong = faultFrom(named('InvalidSignatureException', message), ASKED)
  expect(wrong.message).toBe(
    'sqs:ReceiveMessage on arn:aws:sqs:eu-west-1:1:q failed: InvalidSignatureException: The request signature we calculated does not match.',
  )
  expect(faultFrom(named('Odd', 'first\nsecond'), ASKED).message).toMatch(/Odd: first\.$/)
  expect(faultFrom(named('Odd', ''), ASKED).message).toMatch(/no reason given\.$/)
})
