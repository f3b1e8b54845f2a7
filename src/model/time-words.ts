import { DAY, HOUR, type Micros } from './time.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `02:14 UTC` on the day of `now`, else `21 Nov 02:14 UTC`; another year stands after the month. */
export function clockWords(at: Micros, now: Micros): string {
  return `${bareClockWords(at, now)} UTC`
}

/** The same without its zone, for lists whose other times carry it. */
export function bareClockWords(at: Micros, now: Micros): string {
  return dayNumber(at) === dayNumber(now) ? time(at) : `${dayWords(at, now)} ${time(at)}`
}

/** `02:14–03:40 UTC`; over more than one day `20 Nov 18:00 – 21 Nov 03:40 UTC`; one minute is one time. */
export function rangeWords(window: { readonly from: Micros; readonly to: Micros }, now: Micros): string {
  const { from, to } = window
  if (dayNumber(from) === dayNumber(to)) {
    const end = time(to)
    return time(from) === end ? `${bareClockWords(from, now)} UTC` : `${bareClockWords(from, now)}–${end} UTC`
  }
  if (to - from <= DAY && to % DAY === 0) return `${bareClockWords(from, now)}–24:00 UTC`
  return `${dayWords(from, now)} ${time(from)} – ${dayWords(to, now)} ${time(to)} UTC`
}

/** `45 days`, `12 hours`: how long a window is, in whole days where it is. */
export function lengthWords({ from, to }: { readonly from: Micros; readonly to: Micros }): string {
  const [n, unit] =
    (to - from) % DAY === 0 ? [(to - from) / DAY, 'day'] : [Math.round((to - from) / HOUR), 'hour']
  return `${n.toLocaleString('en-US')} ${unit}${n === 1 ? '' : 's'}`
}

function time(at: Micros): string {
  return dateOf(at).toISOString().slice(-13, -8)
}

/** `21 Nov`; another year stands after the month. */
export function dayWords(at: Micros, now: Micros): string {
  const date = dateOf(at)
  const year = date.getUTCFullYear()
  const text = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ''}`
  return year === dateOf(now).getUTCFullYear() ? text : `${text} ${year}`
}

function dayNumber(at: Micros): number {
  return Math.floor(at / DAY)
}

function dateOf(at: Micros): Date {
  return new Date(Math.floor(at / 1000))
}
