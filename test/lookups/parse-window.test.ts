import { expect, test } from 'vitest'
import { baselineOf, parseBaseline, parseWindow } from '../../src/lookups/parse-window.ts'
import { micros, NOW, plain } from '../helpers/seed.ts'

test.each([
  ['90m', null, '2026-11-22T10:30:00Z', '2026-11-22T12:00:00Z'],
  ['1h', null, '2026-11-22T11:00:00Z', '2026-11-22T12:00:00Z'],
  ['7d', '1d', '2026-11-15T12:00:00Z', '2026-11-21T12:00:00Z'],
  ['2w', null, '2026-11-08T12:00:00Z', '2026-11-22T12:00:00Z'],
  ['1y', null, '2025-11-22T12:00:00Z', '2026-11-22T12:00:00Z'],
  ['2026-11-20', '2026-11-21', '2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z'],
  ['2026-11-22T02:00Z', '2026-11-22T04:00:00.000001Z', '2026-11-22T02:00:00Z', '2026-11-22T04:00:00.000001Z'],
  ['2026-11-22T02:00+02:00', null, '2026-11-22T00:00:00Z', '2026-11-22T12:00:00Z'],
  [null, '1d', '2025-11-21T12:00:00Z', '2026-11-21T12:00:00Z'],
  ['1h', '2026-11-22T13:00Z', '2026-11-22T11:00:00Z', '2026-11-22T13:00:00Z'],
])('since %s until %s', (since, until, from, to) => {
  expect(parseWindow(since, until, NOW)).toEqual({ window: { from: micros(from), to: micros(to) } })
})

test('neither asks about all that is known', () => {
  expect(parseWindow(null, null, NOW)).toEqual({ window: null })
})

test.each([
  ['366d', null, 'A question covers at most one year. Try since 365d.'],
  ['99999y', null, 'A question covers at most one year. Try since 365d.'],
  ['1d', '2d', '2d is not after 1d. Swap them, or leave until out.'],
  ['0h', null, 'now is not after 0h. Swap them, or leave until out.'],
  ['2026-11-20', '2026-11-20', '2026-11-20 is not after 2026-11-20. Swap them, or leave until out.'],
  ['2026-02-30', null, /^2026-02-30 is not a time\./],
  ['-1h', null, /^-1h is not a time\./],
  ['1 h', null, /^1 h is not a time\./],
  ['1h', 'soon', /^soon is not a time\./],
  ['next-week', null, /^next-week is in the future\./],
  ['2027-01-01', null, /^2027-01-01 is in the future\./],
])('since %s until %s is refused', (since, until, sentence) => {
  const read = parseWindow(since, until, NOW)
  expect('refused' in read ? plain(read.refused) : read).toEqual(
    typeof sentence === 'string' ? sentence : expect.stringMatching(sentence),
  )
})

test.each([
  ['30d', 30 * 24 * 3_600_000_000],
  ['1h', 3_600_000_000],
  ['365d', 365 * 24 * 3_600_000_000],
])('a baseline of %s is a length', (text, baseline) => {
  expect(parseBaseline(text)).toEqual({ baseline })
})

test.each(['', '59m', '366d', '2026-11-20', '-1d', 'month'])('a baseline of %j is refused', (text) => {
  const read = parseBaseline(text)
  expect('refused' in read ? read.refused.map(plain) : read).toEqual([
    `${text} is not the length of a baseline. It goes from 1h to 365d, for example 30d.`,
  ])
})

test('the baseline is the 45 days before a window, unless it is said', () => {
  const window = { from: micros('2026-11-22T02:00:00Z'), to: NOW }
  expect(baselineOf(window)).toEqual({ from: micros('2026-10-08T02:00:00Z'), to: window.from })
  expect(baselineOf(window, 3_600_000_000)).toEqual({
    from: micros('2026-11-22T01:00:00Z'),
    to: window.from,
  })
})
