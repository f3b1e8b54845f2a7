import { Random } from '../../src/gameday/random.ts'

const FOUR_DIGITS = Array.from({ length: 65_536 }, (_, n) => n.toString(16).padStart(4, '0'))

/** The scenario's random numbers, quick enough for millions of events: hexadecimal digits come four at a time. */
export class Draw extends Random {
  override hex(length: number): string {
    let digits = ''
    while (digits.length < length) digits += FOUR_DIGITS[(this.next() * 65_536) | 0] ?? ''
    return digits.length === length ? digits : digits.slice(0, length)
  }

  /** True once in so many times. */
  once(inSoMany: number): boolean {
    return this.next() * inSoMany < 1
  }

  /** An index below `length`; low ones come far more often, as with everything that people use. */
  skewed(length: number): number {
    return Math.floor(length * this.next() ** 3)
  }

  /** A time to the next one of things that come by chance, with this mean. */
  after(mean: number): number {
    return -mean * Math.log(1 - this.next())
  }

  /** One item of a list that is known not to be empty, low ones more often. */
  often<T>(list: readonly T[]): T {
    return at(list, this.skewed(list.length))
  }

  /** One item of a list that is known not to be empty. */
  any<T>(list: readonly T[]): T {
    return at(list, this.whole(0, list.length - 1))
  }
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index]
  if (item === undefined) throw new RangeError('drawing from an empty list')
  return item
}
