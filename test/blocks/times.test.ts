import { expect, test } from 'vitest'
import { ago, bareClock, clock, range } from '../../blocks/times.ts'
import { HOUR } from '../../src/model/time.ts'
import { at, NOW } from './views.ts'

test('a time says its day only when it is another, and its year only when it is another', () => {
  expect(clock(at('2026-11-22T02:14:59.999999Z'), NOW)).toBe('02:14 UTC')
  expect(clock(at('2026-11-21T02:14:00Z'), NOW)).toBe('21 Nov 02:14 UTC')
  expect(clock(at('2025-11-22T02:14:00Z'), NOW)).toBe('22 Nov 2025 02:14 UTC')
  expect(bareClock(at('2026-11-22T02:14:00Z'), NOW)).toBe('02:14')
})

test.each([
  ['2026-11-22T02:14:00Z', '2026-11-22T03:40:00Z', '02:14–03:40 UTC'],
  ['2026-11-22T02:14:01Z', '2026-11-22T02:14:59Z', '02:14 UTC'],
  ['2026-11-21T02:14:00Z', '2026-11-21T03:40:00Z', '21 Nov 02:14–03:40 UTC'],
  ['2026-11-20T18:00:00Z', '2026-11-21T03:40:00Z', '20 Nov 18:00 – 21 Nov 03:40 UTC'],
  ['2026-11-22T00:00:00Z', '2026-11-23T00:00:00Z', '00:00–24:00 UTC'],
  ['2025-12-31T23:00:00Z', '2026-11-22T01:00:00Z', '31 Dec 2025 23:00 – 22 Nov 01:00 UTC'],
  ['2026-11-22T00:00:00Z', '2026-11-22T00:00:00Z', '00:00 UTC'],
])('the window %s to %s reads well', (from, to, expected) => {
  expect(range({ from: at(from), to: at(to) }, NOW)).toBe(expected)
})

test('the relative time is drawn by Slack, and only for what is past', () => {
  expect(ago(at('2026-11-22T02:19:44.9Z'), NOW)).toEqual({
    type: 'date',
    timestamp: 1795313984,
    format: '{ago}',
    fallback: '02:19 UTC',
  })
  expect(ago(NOW + HOUR, NOW)).toBeNull()
  expect(ago(0, NOW)).toBeNull()
})
