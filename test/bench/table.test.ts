import { expect, test } from 'vitest'
import type { Goal } from '../../bench/goals.ts'
import { median, percentile } from '../../bench/measure.ts'
import { isMet, jsonOf, ratio, tableOf } from '../../bench/table.ts'

const faster: Goal = { name: 'ingest', unit: '×', against: 'COPY', goal: 5, better: 'higher' }
const smaller: Goal = { name: 'disk', unit: 'bytes', against: 'gzip', goal: 25, better: 'lower' }

test('a percentile lies between two values where it falls between them', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 2, 3])).toBe(2.5)
  expect(percentile([0, 10], 0.99)).toBeCloseTo(9.9)
  expect(percentile([7], 0.99)).toBe(7)
  expect(() => median([])).toThrow(RangeError)
})

test('a ratio is the median of its runs, and a goal is met on its own side, equality included', () => {
  expect(ratio(faster, [4, 6, 5])).toEqual({ goal: faster, value: 5, runs: 3, low: 4, high: 6 })
  expect(isMet(ratio(faster, [5]))).toBe(true)
  expect(isMet(ratio(faster, [4.99]))).toBe(false)
  expect(isMet(ratio(smaller, [25]))).toBe(true)
  expect(isMet(ratio(smaller, [25.1]))).toBe(false)
})

test('the JSON holds what the contract names and nothing else', () => {
  expect(jsonOf('a machine', [ratio(faster, [5.123456, 5.2, 4.9])])).toEqual({
    machine: 'a machine',
    ratios: [
      { name: 'ingest', value: 5.123, unit: '×', against: 'COPY', goal: 5, better: 'higher', runs: 3 },
    ],
  })
})

test('the table says of each figure what it is held against, and whether it is met', () => {
  expect(tableOf([ratio(faster, [4, 6.789, 5.4321]), ratio(smaller, [312.4])])).toBe(
    [
      '| what   | value     | goal |      | runs (spread) | against |',
      '|--------|-----------|------|------|---------------|---------|',
      '| ingest | 5.43 ×    | ≥ 5  | pass | 3 (4 – 6.79)  | COPY    |',
      '| disk   | 312 bytes | ≤ 25 | miss | 1             | gzip    |',
      '',
      '1 of 2 goals met.',
    ].join('\n'),
  )
})
