import type { Coverage, NextQuestion, Sentence, Window } from '../model/answer.ts'
import type { EntityRef } from '../model/entity.ts'
import { canonicalIp } from '../model/ip.ts'
import type { Totals } from '../model/observation.ts'
import { HOUR, hourOf, hourStart, type Micros } from '../model/time.ts'
import { clockWords, rangeWords } from '../model/time-words.ts'
import type { Match } from './match.ts'

/** `1,204 calls`, `1 call`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`
}

export function sumOf(totals: Totals): number {
  return totals.success + totals.failure + totals.unauthorized + totals.forbidden
}

/** `41 / 0 / 0 / 9`: success, failure, unauthorized, forbidden. */
export function outcomeCell(totals: Totals): string {
  return [totals.success, totals.failure, totals.unauthorized, totals.forbidden]
    .map((n) => n.toLocaleString('en-US'))
    .join(' / ')
}

/** `41 success, 3 forbidden`; outcomes that did not happen are left out. */
export function outcomeWords(totals: Totals): string {
  const parts = (['success', 'failure', 'unauthorized', 'forbidden'] as const)
    .filter((outcome) => totals[outcome] > 0)
    .map((outcome) => `${totals[outcome].toLocaleString('en-US')} ${outcome}`)
  return parts.length === 0 ? 'none' : parts.join(', ')
}

/** What the answer says in place of numbers when the entity was never seen. */
export function neverSeen(entity: EntityRef, coverage: readonly Coverage[], now: Micros): Sentence {
  const since = coverage.length === 0 ? null : Math.min(...coverage.map((item) => item.from))
  const logs =
    since === null ? ', and there are no audit logs yet' : ` (audit logs since ${clockWords(since, now)})`
  if (entity.kind === 'subject' && canonicalIp(entity.key) !== null) {
    return [
      { code: entity.key },
      ` was never seen here as a subject${logs}. It is an address: ask the question ip about it.`,
    ]
  }
  return [
    { code: entity.key },
    ` was never seen here${logs}. Check the spelling, or widen it with `,
    { code: '*' },
    '.',
  ]
}

/** What to ask instead about an entity that was never seen. */
export function insteadOf(entity: EntityRef): readonly NextQuestion[] {
  const address = entity.kind === 'subject' ? canonicalIp(entity.key) : null
  return address === null ? [] : [{ lookup: 'ip', entity: { kind: 'ip', key: address } }]
}

/** The sentence for a known entity without a request in the window: a real zero, or no proof of anything. */
export function noCalls(who: Sentence, window: Window, coverage: readonly Coverage[], now: Micros): Sentence {
  const missing = hoursMissing(window, coverage)
  const all = Math.round((window.to - window.from) / HOUR)
  const span = rangeWords(window, now)
  if (coverage.length === 0) {
    return ['Nothing counted for ', ...who, `, ${span}: there are no audit logs, so this proves nothing.`]
  }
  if (missing === 0)
    return ['No calls by ', ...who, `, ${span}. Audit logs cover all of it, so this is a real zero.`]
  return [
    'Nothing seen of ',
    ...who,
    `, ${span}, and ${missing} of ${count(all, 'hour')} have no logs: this proves nothing.`,
  ]
}

/** Warnings that stand above an answer: findings alone, gaps, a window that the logs do not reach. */
export function coverageWarnings(
  match: Match,
  window: Window | null,
  coverage: readonly Coverage[],
  now: Micros,
): readonly Sentence[] {
  if (match.matched === 0 || window === null) return []
  if (coverage.length === 0) {
    return [[`No audit logs here, ${rangeWords(window, now)}. The answer rests on findings alone.`]]
  }
  return coverage.flatMap((item) =>
    [...before(item, window), ...item.gaps.slice(0, 3), ...after(item, window, now)].map(
      (gap): Sentence => [`Audit logs are missing ${rangeWords(gap, now)}, so this count is a lower bound.`],
    ),
  )
}

/** The hours of the window before the first record. */
function before(item: Coverage, window: Window): readonly Window[] {
  return item.from - window.from >= HOUR ? [{ from: window.from, to: item.from }] : []
}

/** The hours of the window after the last record; what has not happened yet is not missing. */
function after(item: Coverage, window: Window, now: Micros): readonly Window[] {
  const end = Math.min(window.to, now)
  const isMissing = end - item.to >= HOUR && end > hourStart(hourOf(item.to) + 1)
  return isMissing ? [{ from: item.to, to: end }] : []
}

/** Whole hours of a window in which no scope has a record. */
export function hoursMissing(window: Window, coverage: readonly Coverage[]): number {
  let missing = 0
  for (let start = window.from; start < window.to; start += HOUR) {
    const covered = coverage.some(
      (item) =>
        item.from < start + HOUR &&
        item.to >= start &&
        !item.gaps.some((gap) => gap.from <= start && gap.to >= start + HOUR),
    )
    if (!covered) missing += 1
  }
  return missing
}
