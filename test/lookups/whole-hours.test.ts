import { describe, expect, test } from 'vitest'
import { joined, passedOver } from '../../src/lookups/whole-hours.ts'
import { HOUR } from '../../src/model/time.ts'

const hours = (from: number, to: number) => ({ from, to })
const nothing = passedOver(undefined, null)

describe('of hours that were found whole', () => {
  test('all but both ends need no look', () => {
    expect(passedOver(hours(10, 20), null)).toEqual(hours(11, 19))
    expect(passedOver(hours(10, 12), null)).toEqual(nothing)
  })
  test('an hour that the window may cut is looked at, and the next one to it', () => {
    const window = { from: 12 * HOUR + 1, to: 17 * HOUR + 1 }
    expect(passedOver(hours(10, 20), window)).toEqual(hours(14, 16))
    expect(passedOver(hours(0, 10), window)).toEqual(nothing)
    expect(passedOver(hours(20, 30), window)).toEqual(nothing)
  })
  test('those that touch are joined, those that lie apart replaced', () => {
    expect(joined(undefined, hours(1, 3))).toEqual(hours(1, 3))
    expect(joined(hours(5, 8), hours(3, 5))).toEqual(hours(3, 8))
    expect(joined(hours(5, 8), hours(9, 11))).toEqual(hours(9, 11))
  })
})
