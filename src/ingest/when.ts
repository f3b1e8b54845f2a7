import { DAY, type Micros } from '../model/time.ts'

/** What a server's clock may be ahead without its events being taken for impossible. */
const AHEAD = DAY

/** What lies beyond it is rejected as `future`. */
export function latestOf(now: Micros): Micros {
  return now + AHEAD
}

/** The beginning of the first month that is kept, so many calendar months ago: what is older is *old*, and kept apart. */
export function earliestOf(now: Micros, months: number): Micros {
  const date = new Date(Math.floor(now / 1000))
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months) * 1000
}
