import type { RichTextDate } from '@slack/types'
import type { Window } from '../src/model/answer.ts'
import { type Micros, SECOND } from '../src/model/time.ts'
import { bareClockWords, clockWords, rangeWords } from '../src/model/time-words.ts'
import { inert, type Safe } from './safe.ts'

/** `02:14 UTC` on the day of `now`, else `21 Nov 02:14 UTC`; another year stands after the month. */
export function clock(at: Micros, now: Micros): Safe {
  return inert(clockWords(at, now))
}

/** The same without its zone, for lists whose other times carry it. */
export function bareClock(at: Micros, now: Micros): Safe {
  return inert(bareClockWords(at, now))
}

/** `02:14–03:40 UTC`, in the same words as the sentences of an answer. */
export function range(window: Window, now: Micros): Safe {
  return inert(rangeWords(window, now))
}

/** The time since `at`, drawn by Slack so that it never goes stale; null for what is not past. */
export function ago(at: Micros, now: Micros): RichTextDate | null {
  const timestamp = Math.floor(at / SECOND)
  if (timestamp <= 0 || at > now) return null
  return { type: 'date', timestamp, format: '{ago}', fallback: clock(at, now) }
}
