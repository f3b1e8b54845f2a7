import type { Coverage, Sentence, Window } from '../model/answer.ts'
import { logWords } from '../model/logs.ts'
import type { CoveredLog } from '../model/observation.ts'
import { HOUR, hourOf, hourStart, type Micros } from '../model/time.ts'
import { rangeWords } from '../model/time-words.ts'
import { count } from './wording.ts'

/** A stretch of an hour or more of the window asked about in which a scope has no log. */
export interface Hole extends Window {
  readonly scope: string
  readonly source: CoveredLog
  /** Whole clock hours in it, without a single record. */
  readonly hours: number
}

/**
 * Where the logs do not reach: in each of the given scopes before the first record, after the last one, and in the gaps
 * between; the whole window where a scope has none, which is then missing what is expected of it. What has not happened yet is no hole.
 */
export function holesOf(
  scopes: readonly string[],
  window: Window,
  coverage: readonly Coverage[],
  now: Micros,
  expectedOf: (scope: string) => CoveredLog,
): readonly Hole[] {
  const end = Math.min(window.to, now)
  return scopes.flatMap((scope): readonly Hole[] => {
    const logs = coverage.filter((one) => one.scope === scope)
    if (logs.length === 0)
      return end > window.from
        ? [{ scope, source: expectedOf(scope), from: window.from, to: end, hours: hoursOf(window.from, end) }]
        : []
    return logs.flatMap((log) => holesIn(log, window.from, end))
  })
}

/** The holes of one log between two moments. */
function holesIn(
  { scope, source, from: first, to: last, gaps }: Coverage,
  from: Micros,
  end: Micros,
): readonly Hole[] {
  const before = first - from >= HOUR ? [{ scope, source, from, to: first, hours: hoursOf(from, first) }] : []
  // The hour of a record has a log, also when the record stands on its first microsecond.
  const between = [...gaps, { from: last, to: end }].filter(
    (gap) => gap.to - gap.from >= HOUR && (gap.to !== end || end > hourStart(hourOf(gap.from) + 1)),
  )
  return [
    ...before,
    ...between.map((gap) => ({ scope, source, ...gap, hours: hoursOf(gap.from + 1, gap.to) })),
  ]
}

/** Whole clock hours between two moments. */
function hoursOf(from: Micros, to: Micros): number {
  return Math.max(0, Math.floor(to / HOUR) - Math.ceil(from / HOUR))
}

/** Two holes are told one by one, the longest first; the rest is counted. */
const TOLD = 2

/** The holes as warnings that stand above an answer. */
export function holeWarnings(
  holes: readonly Hole[],
  scopes: readonly string[],
  now: Micros,
): readonly Sentence[] {
  const longest = holes.toSorted((a, b) => b.to - b.from - (a.to - a.from) || b.from - a.from)
  const told = longest
    .slice(0, TOLD)
    .toSorted((a, b) => a.from - b.from)
    .map(
      (hole): Sentence => [
        ...(scopes.length > 1
          ? [`${capitalised(logWords([hole.source]))} of `, { code: hole.scope }]
          : [capitalised(logWords([hole.source]))]),
        ` are missing ${rangeWords(hole, now)}, so this count is a lower bound.`,
      ],
    )
  const rest = longest.slice(TOLD)
  if (rest.length === 0) return told
  return [
    ...told,
    [
      `${count(rest.length, 'more gap')} in the ${logWords(holes.map(({ source }) => source))}, ${count(hoursIn(rest), 'hour')} in all.`,
    ],
  ]
}

function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Whole hours of holes, at least one. */
function hoursIn(holes: readonly Hole[]): number {
  return Math.max(
    1,
    holes.reduce((sum, hole) => sum + hole.hours, 0),
  )
}

/** The sentence for a known entity without a request in the window: a real zero, or no proof of anything. */
export function noCalls(
  who: Sentence,
  window: Window,
  holes: readonly Hole[],
  scopes: readonly string[],
  now: Micros,
  sources: readonly CoveredLog[],
): Sentence {
  const logs = logWords(sources)
  const span = rangeWords(window, now)
  const all = Math.max(1, Math.round((Math.min(window.to, now) - window.from) / HOUR))
  const without = new Set(
    holes
      .filter((hole) => hole.from === window.from && hole.to >= Math.min(window.to, now))
      .map((hole) => hole.scope),
  )
  if (without.size > 0 && without.size === scopes.length) {
    return ['Nothing counted for ', ...who, `, ${span}: there are no ${logs}, so this proves nothing.`]
  }
  if (holes.length === 0)
    return [
      'No calls by ',
      ...who,
      `, ${span}. ${capitalised(logs)} cover all of it, so this is a real zero.`,
    ]
  if (scopes.length > 1) {
    const short = new Set(holes.map((hole) => hole.scope)).size
    return [
      'Nothing seen of ',
      ...who,
      `, ${span}, and logs are missing in ${short} of ${scopes.length} scopes: this proves nothing.`,
    ]
  }
  const missing = Math.min(all, hoursIn(holes))
  return [
    'Nothing seen of ',
    ...who,
    `, ${span}, and ${missing} of ${count(all, 'hour')} have no logs: this proves nothing.`,
  ]
}
