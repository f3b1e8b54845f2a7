import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { RequestGuard } from '../../src/slack/request-guard.ts'

const NOW = 1_795_000_000
const body = Buffer.from('payload=%7B%7D')

function signed(
  at: number,
  secret = 'secret',
  over = body,
): { timestamp: string; signature: string; body: Buffer } {
  const timestamp = String(at)
  const mac = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(over).digest('hex')
  return { timestamp, signature: `v0=${mac}`, body }
}

test('a signed request is fresh once and a replay from then on', () => {
  const guard = new RequestGuard('secret')
  expect(guard.judge(signed(NOW), NOW)).toBe('fresh')
  expect(guard.judge(signed(NOW), NOW + 200)).toBe('replay')
  expect(guard.judge(signed(NOW + 1), NOW + 200)).toBe('fresh')
})

test('five minutes of skew are allowed, into the past and into the future, and no second more', () => {
  const guard = new RequestGuard('secret')
  for (const off of [-300, 300]) expect(guard.judge(signed(NOW + off), NOW), String(off)).toBe('fresh')
  for (const off of [-301, 301, 31_536_000])
    expect(guard.judge(signed(NOW + off), NOW), String(off)).toBe('skewed')
})

test('another secret, another body, a cut signature and none are unsigned, and cannot use a signature up', () => {
  const guard = new RequestGuard('secret')
  const good = signed(NOW)
  const bad = [
    signed(NOW, 'other'),
    signed(NOW, 'secret', Buffer.from('other')),
    { ...good, signature: good.signature.slice(0, -1) },
    { ...good, timestamp: `${NOW} ` },
    { timestamp: undefined, signature: undefined, body },
  ]
  for (const request of bad) expect(guard.judge(request, NOW)).toBe('unsigned')
  expect(guard.judge(good, NOW)).toBe('fresh')
})
