import type { Sentence, Window } from '../model/answer.ts'
import { DAY, HOUR, type Micros, parseTime } from '../model/time.ts'

const YEAR = 365 * DAY
const UNITS: { readonly [unit: string]: Micros } = { m: HOUR / 60, h: HOUR, d: DAY, w: 7 * DAY, y: YEAR }

/**
 * The scope time that `since` and `until` name: `90m`, `1h`, `7d`, `2w`, a date, or a time in ISO 8601. Null when
 * neither is given (then all that is known counts). A sentence says what was wrong and what to type instead.
 */
export function parseWindow(
  since: string | null,
  until: string | null,
  now: Micros,
): { readonly window: Window | null } | { readonly refused: Sentence } {
  if (since === null && until === null) return { window: null }
  const to = until === null ? now : momentOf(until, now)
  if (to === null) return unreadable(until ?? '')
  const from = since === null ? to - YEAR : momentOf(since, now)
  if (from === null) return unreadable(since ?? '')
  if (from > now) return future(since ?? '')
  if (from >= to) {
    return {
      refused: [
        { code: until ?? 'now' },
        ' is not after ',
        { code: since ?? '' },
        '. Swap them, or leave until out.',
      ],
    }
  }
  if (to - from > YEAR) return { refused: ['A question covers at most one year. Try since 365d.'] }
  return { window: { from, to } }
}

/** How long before the scope time "newly observed" looks back, unless it is said. */
const BASELINE = 45 * DAY

/** The time just before a window, `length` long. */
export function baselineOf(window: Window, length: Micros = BASELINE): Window {
  return { from: window.from - length, to: window.from }
}

/** The length of a baseline as typed: `30d`, `12h`; an hour to a year. */
export function parseBaseline(
  text: string,
): { readonly baseline: Micros } | { readonly refused: readonly Sentence[] } {
  const length = lengthOf(text)
  if (length !== null && length >= HOUR && length <= YEAR) return { baseline: length }
  return {
    refused: [
      [
        { code: text.slice(0, 60) },
        ' is not the length of a baseline. It goes from 1h to 365d, for example 30d.',
      ],
    ],
  }
}

/** A length of time as typed; null for anything else. */
function lengthOf(text: string): Micros | null {
  const length = /^(\d{1,5})([mhdwy])$/.exec(text)
  return length === null ? null : Number(length[1]) * (UNITS[length[2] ?? ''] ?? 0)
}

function momentOf(text: string, now: Micros): Micros | null {
  const length = lengthOf(text)
  if (length !== null) return now - length
  return parseTime(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text)
}

function unreadable(text: string): { readonly refused: Sentence } {
  if (/^(tomorrow|next)/i.test(text)) return future(text)
  return {
    refused: [
      { code: text.slice(0, 60) },
      ' is not a time. Use since 1h, since 7d, or since 2026-11-22T02:00Z until 2026-11-22T04:00Z.',
    ],
  }
}

function future(text: string): { readonly refused: Sentence } {
  return {
    refused: [
      { code: text.slice(0, 60) },
      ' is in the future. Use since 1h, since 7d, or since 2026-11-22T02:00Z until 2026-11-22T04:00Z.',
    ],
  }
}
