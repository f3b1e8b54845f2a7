import { DAY, type Micros } from '../model/time.ts'

/** How a record's time stands to the clock; `future` and `old` ones are kept apart and counted. */
export type When = 'usual' | 'future' | 'old'

/** What a server's clock may be ahead without its events being taken for impossible. */
const AHEAD = DAY

/** How long the graph remembers, in calendar months. */
const MONTHS = 12

/** What lies beyond it is `future`. */
export function latestOf(now: Micros): Micros {
  return now + AHEAD
}

/** Says whether `at` lies more than a day ahead of the clock, more than twelve calendar months behind it, or neither. */
export function whenOf(at: Micros, now: Micros): When {
  if (at > latestOf(now)) return 'future'
  // No twelve months are shorter than this, and nearly every record is younger.
  if (at >= now - 365 * DAY) return 'usual'
  return at < monthsBefore(now) ? 'old' : 'usual'
}

/** The same day and time of day, so many months earlier; the 29 February of a leap year becomes the 1 March. */
function monthsBefore(now: Micros): Micros {
  const days = Math.floor(now / DAY)
  const date = new Date((days * DAY) / 1000)
  const earlier = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - MONTHS, date.getUTCDate())
  return earlier * 1000 + (now - days * DAY)
}
