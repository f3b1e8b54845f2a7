import { DAY, type Micros } from './time.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `02:14 UTC` on the day of `now`, else `21 Nov 02:14 UTC`; another year stands after the month. */
export function clockWords(at: Micros, now: Micros): string {
  return `${bareClockWords(at, now)} UTC`
}

/** The same without its zone, for lists whose other times carry it. */
export function bareClockWords(at: Micros, now: Micros): string {
  return dayNumber(at) === dayNumber(now) ? time(at) : `${day(at, now)} ${time(at)}`
}

/** `02:14–03:40 UTC`; over more than one day `20 Nov 18:00 – 21 Nov 03:40 UTC`; one minute is one time. */
export function rangeWords(window: { readonly from: Micros; readonly to: Micros }, now: Micros): string {
  const { from, to } = window
  if (dayNumber(from) === dayNumber(to)) {
    const end = time(to)
    return time(from) === end ? `${bareClockWords(from, now)} UTC` : `${bareClockWords(from, now)}–${end} UTC`
  }
  if (to - from <= DAY && to % DAY === 0) return `${bareClockWords(from, now)}–24:00 UTC`
  return `${day(from, now)} ${time(from)} – ${day(to, now)} ${time(to)} UTC`
}

function time(at: Micros): string {
  return dateOf(at).toISOString().slice(-13, -8)
}

function day(at: Micros, now: Micros): string {
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
