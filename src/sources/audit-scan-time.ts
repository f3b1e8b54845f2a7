import { DAY, HOUR, type Micros, SECOND } from '../model/time.ts'
import type { ScanBytes } from './audit-scan-bytes.ts'

const MINUTE: Micros = 60 * SECOND

/** A time that could not be read. */
export const NO_TIME = -1

/**
 * Reads the times of events, exactly `YYYY-MM-DDTHH:MM:SS(.f{1,9})?Z` from 1970 to 2199. It remembers the last day: most
 * events are of the same one.
 */
export class TimeReader {
  #date = -1
  #day: Micros = NO_TIME

  /** The time between the two positions; NO_TIME for anything else than such a time. */
  read(source: ScanBytes, from: number, to: number): Micros {
    const length = to - from
    if (length < 20 || length > 30) return NO_TIME
    const separators =
      source.byte(from + 4) === 0x2d &&
      source.byte(from + 7) === 0x2d &&
      source.byte(from + 10) === 0x54 &&
      source.byte(from + 13) === 0x3a &&
      source.byte(from + 16) === 0x3a &&
      source.byte(to - 1) === 0x5a
    const date =
      twoDigits(source, from) * 1_000_000 +
      twoDigits(source, from + 2) * 10_000 +
      twoDigits(source, from + 5) * 100 +
      twoDigits(source, from + 8)
    const hour = twoDigits(source, from + 11)
    const minute = twoDigits(source, from + 14)
    const second = twoDigits(source, from + 17)
    // Something that is no digit makes NaN, which no comparison lets through.
    if (!(separators && date > 0 && hour < 24 && minute < 60 && second < 60)) return NO_TIME
    if (date !== this.#date) {
      this.#date = date
      this.#day = dayOf(date)
    }
    const fraction = length === 20 ? 0 : microsOf(source, from + 19, to - 1)
    if (this.#day < 0 || !(fraction >= 0)) return NO_TIME
    return this.#day + hour * HOUR + minute * MINUTE + second * SECOND + fraction
  }
}

function dayOf(date: number): Micros {
  const year = Math.floor(date / 10_000)
  const month = Math.floor(date / 100) % 100
  const day = date % 100
  if (year < 1970 || year > 2199 || month < 1 || month > 12) return NO_TIME
  const at = new Date(Date.UTC(year, month - 1, day))
  // A day that the month does not have comes out as one of the next month.
  return at.getUTCDate() === day ? (at.getTime() / 86_400_000) * DAY : NO_TIME
}

function twoDigits(source: ScanBytes, at: number): number {
  return digit(source, at) * 10 + digit(source, at + 1)
}

function digit(source: ScanBytes, at: number): number {
  const value = source.byte(at) - 0x30
  return value >= 0 && value <= 9 ? value : Number.NaN
}

/** The point and up to nine digits, cut to microseconds; NaN when they are none. */
function microsOf(source: ScanBytes, from: number, to: number): number {
  if (source.byte(from) !== 0x2e || to === from + 1) return Number.NaN
  let micros = 0
  for (let at = from + 1; at < to; at++) {
    const value = digit(source, at)
    if (at <= from + 6) micros = micros * 10 + value
    else if (!(value >= 0)) return Number.NaN
  }
  for (let at = to; at <= from + 6; at++) micros *= 10
  return micros
}
