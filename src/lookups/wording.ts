import type { Coverage, NextQuestion, Sentence } from '../model/answer.ts'
import type { EntityRef } from '../model/entity.ts'
import { canonicalIp } from '../model/ip.ts'
import { logsAbout, logWords } from '../model/logs.ts'
import type { Totals } from '../model/observation.ts'
import { hourOf, hourStart, type Micros } from '../model/time.ts'
import { clockWords } from '../model/time-words.ts'
import { isWide, type Match, shownKey } from './match.ts'

/** `1,204 calls`, `1 call`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`
}

export function sumOf(totals: Totals): number {
  return totals.success + totals.failure + totals.unauthorized + totals.forbidden
}

export const NONE: Totals = { success: 0, failure: 0, unauthorized: 0, forbidden: 0 }

/** The fields of the four counters, for the table in docs/. */
export const OUTCOME_FIELDS = {
  success: 'requests answered with a status below 400',
  failure: 'requests that failed otherwise, or without a status',
  unauthorized: 'requests answered with 401',
  forbidden: 'requests answered with 403',
} as const

/** ` (last in the hour of 04:00 UTC)`: ties are dated by the hour. */
export function lastHour(at: Micros, now: Micros): string {
  return ` (last in the hour of ${clockWords(hourStart(hourOf(at)), now)})`
}

/** What was asked about: its name, or how many match. */
export function placeWords({ entity, matched }: Match): Sentence {
  if (!isWide(entity)) return [{ code: shownKey(entity) }]
  const many = entity.kind === 'ip' ? count(matched, 'address', 'addresses') : count(matched, entity.kind)
  return [many, ' matching ', { code: entity.key }]
}

/** What is said of an entity without a row: that it proves nothing where the logs have holes, or `otherwise`. */
export function unlessUnproven(nothing: Sentence, otherwise: Sentence): Sentence {
  return nothing.some((words) => typeof words === 'string' && words.includes('proves nothing'))
    ? nothing
    : otherwise
}

/** Calls from which on single requests are beside the point. */
const NOISY = 10_000

/** True for one subject whose calls are many; requests of nobody are kept one by one whatever their number. */
export function isNoisy({ entity }: Match, totals: Totals): boolean {
  return (
    entity.kind === 'subject' &&
    !isWide(entity) &&
    shownKey(entity) !== 'system:anonymous' &&
    sumOf(totals) >= NOISY
  )
}

/** What an answer about such a subject rests on. */
export function rolledUp({ entity }: Match): Sentence {
  return [
    'Hourly counts for this subject (',
    { code: shownKey(entity) },
    '); secrets, RBAC, exec, token and anonymous calls are kept one by one.',
  ]
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
  const words = logWords(
    since === null ? logsAbout(entity.kind).slice(0, 1) : coverage.map((item) => item.source),
  )
  const logs =
    since === null ? `, and there are no ${words} yet` : ` (${words} since ${clockWords(since, now)})`
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

/** What the answer says when nothing was ever taken in for the scope that was named. */
export function unknownScope(scope: string, known: readonly string[]): Sentence {
  const [first, ...others] = known
  if (first === undefined)
    return ['Nothing has been taken in yet, for ', { code: scope }, ' or any other scope.']
  const more = others.length > 4 ? ` and ${count(others.length - 4, 'other')}` : ''
  return [
    'Nothing was ever taken in for ',
    { code: scope },
    '. Known are ',
    ...[first, ...others.slice(0, 4)].flatMap((name, at) => [at === 0 ? '' : ', ', { code: name }]),
    `${more}.`,
  ]
}
