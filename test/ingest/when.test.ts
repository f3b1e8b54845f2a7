import { expect, test } from 'vitest'
import { whenOf } from '../../src/ingest/when.ts'
import { micros } from '../helpers/seed.ts'

const when = (at: string, now = '2026-11-22T12:00:00Z'): string => whenOf(micros(at), micros(now))

test('up to a day ahead of the clock is usual, a microsecond more is the future', () => {
  expect(when('2026-11-22T12:00:00Z')).toBe('usual')
  expect(when('2026-11-23T12:00:00Z')).toBe('usual')
  expect(when('2026-11-23T12:00:00.000001Z')).toBe('future')
  expect(when('2255-01-01T00:00:00Z')).toBe('future')
})

test('twelve months back to the microsecond is usual, whatever the length of the year; before it is old', () => {
  expect(when('2025-11-22T12:00:00Z')).toBe('usual')
  expect(when('2025-11-22T11:59:59.999999Z')).toBe('old')
  expect(when('2024-03-01T00:00:00Z', '2025-03-01T00:00:00Z')).toBe('usual')
  expect(when('2024-02-29T23:59:59Z', '2025-03-01T00:00:00Z')).toBe('old')
  expect(when('1969-12-31T23:59:59Z')).toBe('old')
})

test('a leap day has a year before it too', () => {
  expect(when('2023-03-01T06:00:00Z', '2024-02-29T06:00:00Z')).toBe('usual')
  expect(when('2023-03-01T05:59:59Z', '2024-02-29T06:00:00Z')).toBe('old')
})
