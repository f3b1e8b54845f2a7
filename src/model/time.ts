/**
 * A point in time as whole microseconds since 1970-01-01T00:00:00Z. Audit events carry microseconds and
 * JavaScript dates do not; a microsecond count stays an exact integer until the year 2255.
 */
export type Micros = number

export const SECOND: Micros = 1_000_000
export const HOUR: Micros = 3_600 * SECOND
export const DAY: Micros = 24 * HOUR

const TIME =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,12}))?)?\s*(Z|z|[+-]\d{2}(?::?\d{2})?)?$/

/**
 * Reads RFC 3339 and its looser relatives seen in real records: a space for the `T`, no zone (then UTC),
 * one to nine fraction digits (cut to microseconds). Returns null for anything else, including dates that
 * do not exist.
 */
export function parseTime(text: string): Micros | null {
  const match = TIME.exec(text.trim())
  if (match === null) return null
  const [, year, month, day, hour, minute, second = '00', fraction = '', zone = 'Z'] = match
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`
  const millis = Date.parse(iso)
  // Date.parse rolls some impossible days over; the round trip catches that.
  if (Number.isNaN(millis) || !new Date(millis).toISOString().startsWith(iso.slice(0, 19))) return null
  const micros = Number(fraction.slice(0, 6).padEnd(6, '0'))
  return millis * 1000 + micros - zoneOffset(zone)
}

function zoneOffset(zone: string): Micros {
  if (zone === 'Z' || zone === 'z') return 0
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0')
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2, 4))
  return (zone.startsWith('-') ? -1 : 1) * minutes * 60 * SECOND
}

/** ISO 8601 in UTC with six fraction digits: `2026-11-22T04:21:18.641799Z`. */
export function formatTime(at: Micros): string {
  const whole = Math.floor(at / SECOND)
  const micros = at - whole * SECOND
  return `${new Date(whole * 1000).toISOString().slice(0, 19)}.${String(micros).padStart(6, '0')}Z`
}

export function fromMillis(millis: number): Micros {
  return Math.round(millis * 1000)
}

/** Whole hours since 1970: the key of every hourly counter. */
export function hourOf(at: Micros): number {
  return Math.floor(at / HOUR)
}

export function hourStart(hour: number): Micros {
  return hour * HOUR
}
