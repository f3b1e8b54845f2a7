import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatTime, fromMillis, HOUR, hourOf, hourStart, parseTime } from '../../src/model/time.ts'
import { clockWords, lengthWords, rangeWords } from '../../src/model/time-words.ts'

test.each([
  ['2026-11-22T04:21:18.641799Z', '2026-11-22T04:21:18.641799Z'],
  ['2026-11-22T04:21:18Z', '2026-11-22T04:21:18.000000Z'],
  ['2026-11-22T04:21Z', '2026-11-22T04:21:00.000000Z'],
  ['2026-11-22T04:21:18.6Z', '2026-11-22T04:21:18.600000Z'],
  ['2026-11-22T04:21:18.641799999Z', '2026-11-22T04:21:18.641799Z'],
  ['2026-11-22 04:21:18.641799', '2026-11-22T04:21:18.641799Z'],
  ['2026-11-22 04:21:18.641799+00', '2026-11-22T04:21:18.641799Z'],
  ['2026-11-22T04:21:18z', '2026-11-22T04:21:18.000000Z'],
  ['  2026-11-22T04:21:18Z ', '2026-11-22T04:21:18.000000Z'],
  ['2026-11-22T04:21:18+05:30', '2026-11-21T22:51:18.000000Z'],
  ['2026-11-22T04:21:18-0800', '2026-11-22T12:21:18.000000Z'],
  ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000000Z'],
  ['1969-12-31T23:59:59.999999Z', '1969-12-31T23:59:59.999999Z'],
])('%s is read as %s', (text, time) => {
  const at = parseTime(text)
  expect(at === null ? null : formatTime(at)).toBe(time)
})

test.each([
  '',
  'now',
  '2026-11-22',
  '2026-11-22T04',
  '2026-13-01T00:00:00Z',
  '2026-02-29T00:00:00Z',
  '2026-04-31T00:00:00Z',
  '2026-11-00T00:00:00Z',
  '2026-11-22T24:00:00Z',
  '2026-11-22T04:60:00Z',
  '2026-11-22T04:21:60Z',
  '2026-11-22T04:21:18.Z',
  '2026-11-22T04:21:18 UTC',
  '22/Nov/2026:04:21:18 +0000',
  '1763784000',
  '+002026-11-22T04:21:18Z',
])('%j is no time', (text) => {
  expect(parseTime(text)).toBeNull()
})

test('what is written is read back to the microsecond', () => {
  const from = parseTime('1700-01-01T00:00:00Z') ?? 0
  const to = parseTime('2250-01-01T00:00:00Z') ?? 0
  fc.assert(fc.property(fc.integer({ min: from, max: to }), (at) => parseTime(formatTime(at)) === at))
})

test('hours are whole, also before 1970, and hold the moments from their start on', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e15, max: 1e15 }), (at) => {
      const start = hourStart(hourOf(at))
      return start <= at && at < start + HOUR && Number.isInteger(hourOf(at))
    }),
  )
})

test('milliseconds become whole microseconds', () => {
  expect(fromMillis(1_763_784_000_123)).toBe(1_763_784_000_123_000)
  expect(fromMillis(0.1)).toBe(100)
})

const at = (text: string): number => parseTime(text) ?? Number.NaN
const now = at('2026-11-22T12:00:00Z')

test.each([
  ['2026-11-22T02:14:59Z', '02:14 UTC'],
  ['2026-11-21T02:14:00Z', '21 Nov 02:14 UTC'],
  ['2025-11-22T02:14:00Z', '22 Nov 2025 02:14 UTC'],
])('%s is said as %s', (text, words) => {
  expect(clockWords(at(text), now)).toBe(words)
})

test.each([
  ['2026-11-22T02:14:00Z', '2026-11-22T03:40:00Z', '02:14–03:40 UTC'],
  ['2026-11-22T02:14:00Z', '2026-11-22T02:14:30Z', '02:14 UTC'],
  ['2026-11-21T02:14:00Z', '2026-11-21T03:40:00Z', '21 Nov 02:14–03:40 UTC'],
  ['2026-11-20T18:00:00Z', '2026-11-21T03:40:00Z', '20 Nov 18:00 – 21 Nov 03:40 UTC'],
  ['2026-11-22T20:00:00Z', '2026-11-23T00:00:00Z', '20:00–24:00 UTC'],
  ['2025-12-31T23:00:00Z', '2026-01-01T01:00:00Z', '31 Dec 2025 23:00 – 1 Jan 01:00 UTC'],
])('%s to %s is said as %s', (from, to, words) => {
  expect(rangeWords({ from: at(from), to: at(to) }, now)).toBe(words)
})

test.each([
  [45 * 24 * HOUR, '45 days'],
  [24 * HOUR, '1 day'],
  [36 * HOUR, '36 hours'],
  [HOUR, '1 hour'],
])('a window of %i is %s long', (length, words) => {
  expect(lengthWords({ from: HOUR, to: HOUR + length })).toBe(words)
})
