import { expect, test } from 'vitest'
import { isLoopback, tokenProblem } from '../../src/model/practice.ts'

const HERE = 'http://127.0.0.1:7070/api/'
const SLACK = 'https://slack.com/api/'

test('practice tokens stay on this machine, real ones leave it', () => {
  expect(tokenProblem(HERE, ['xoxb-sim-1', 'xapp-sim-1'])).toBeNull()
  expect(tokenProblem(SLACK, ['xoxb-1-2', 'xapp-1-A'])).toBeNull()
  expect(tokenProblem(SLACK, ['xoxb-sim-1', 'xapp-1-A'])).toContain('would be sent to slack.com')
  expect(tokenProblem('http://127.0.0.1.evil.example/api/', ['xoxb-sim-1'])).toContain('evil.example')
  expect(tokenProblem(HERE, ['xoxb-sim-1', 'xapp-1-A'])).toContain('A token of a real workspace')
  expect(tokenProblem('nonsense', [])).toContain('"nonsense"')
})

test.each([
  'http://0.0.0.0:7070/api/',
  'https://0.0.0.0/api/',
  'https://[::]/api/',
  'https://[::ffff:0.0.0.0]/api/',
  'http://localhost.:7070/api/',
  'https://LOCALHOST/api/',
  'https://127.1/api/',
  'https://127.0.0.1./api/',
  'http://[::ffff:127.0.0.1]:7070/api/',
  'https://[::1]/api/',
])('a real token is not sent to %s, whatever its spelling', (address) => {
  expect(tokenProblem(address, ['xoxb-1-2'])).toContain('The simulator takes the tokens it made itself')
})

test('a real token is not sent in clear', () => {
  expect(tokenProblem('http://slack.com/api/', ['xoxb-1-2'])).toBe(
    'A token of a real workspace would be sent to slack.com in clear. Use an address that begins with https.',
  )
})

test('only names and addresses of this machine are its own', () => {
  for (const host of [
    '127.0.0.1',
    '127.8.9.10',
    'localhost',
    'localhost.',
    '::1',
    '[::1]',
    '[::ffff:7f00:1]',
  ])
    expect(isLoopback(host), host).toBe(true)
  for (const host of [
    '0.0.0.0',
    '::',
    '[::]',
    '::ffff:10.0.0.1',
    '10.0.0.1',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '1127.0.0.1',
  ])
    expect(isLoopback(host), host).toBe(false)
})
