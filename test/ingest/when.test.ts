import { expect, test } from 'vitest'
import { earliestOf, latestOf } from '../../src/ingest/when.ts'
import { formatTime } from '../../src/model/time.ts'
import { micros } from '../helpers/seed.ts'

test('a clock may be a day ahead', () => {
  expect(formatTime(latestOf(micros('2026-11-22T12:00:00Z')))).toBe('2026-11-23T12:00:00.000000Z')
})

test.each([
  ['2026-11-22T12:00:00Z', 12, '2025-11-01'],
  ['2026-11-30T23:59:59.999999Z', 12, '2025-11-01'],
  ['2026-12-01T00:00:00Z', 12, '2025-12-01'],
  ['2024-02-29T06:00:00Z', 12, '2023-02-01'],
  ['2026-05-31T00:00:00Z', 3, '2026-02-01'],
  ['2026-05-31T00:00:00Z', 120, '2016-05-01'],
])('at %s, %i months are kept from %s on', (now, months, day) => {
  expect(formatTime(earliestOf(micros(now), months))).toBe(`${day}T00:00:00.000000Z`)
})
