import type { NextQuestion, Sentence } from '../model/answer.ts'
import { exactKey, formatEntity } from '../model/entity.ts'
import { isAccounts, parseScope, UNKNOWN_PART } from '../model/scope.ts'
import { formatTime, type Micros } from '../model/time.ts'
import { clockWords, rangeWords } from '../model/time-words.ts'
import { answerCalls } from './calls-answer.ts'
import type { Lookup, Question } from './lookup.ts'
import { isWide, type Scopes, scopesOf } from './match.ts'
import { type ServiceCall, serviceCalls } from './principal-calls.ts'
import { type Background, backgroundOf, type Step } from './principal-path.ts'
import { count, lastHour, outcomeWords, placeWords, sumOf } from './wording.ts'

/** What an AWS identity called, who stands behind it, and as whom clusters saw it. */
export const principal: Lookup = {
  name: 'principal',
  label: 'AWS activity',
  question: 'what did this AWS identity do',
  about: ['session', 'role', 'user'],
  defaultKind: 'session',
  kindOf: (key) => (key.includes(':role/') ? 'role' : /:user\/|:root$/.test(key) ? 'user' : 'session'),
  fields: {
    verb: 'name of the call',
    service: 'what was called: `ec2.amazonaws.com`',
    ip: 'from where; null when the record named no address, as for calls of AWS services in its name',
    success: 'calls without an error code',
    failure: 'calls with another error code; for what reads configuration that is ordinary',
    unauthorized: 'calls with credentials that were wrong or expired, and failed sign-ins',
    forbidden: 'calls that were denied',
    firstSeen: 'first call of the row',
    lastSeen: 'last call of the row',
  },
  ask: (graph, question) =>
    answerCalls(graph, question, {
      lookup: 'principal',
      placesOf,
      read: (asked) =>
        Promise.all([
          serviceCalls(graph, asked),
          backgroundOf(graph, asked.match, asked.scopes, asked.question.window),
        ] as const),
      tell([{ rows, total, totals }, background], { match, window, nothing, scopes }) {
        const who = placeWords(match)
        const { now } = question
        return {
          totals,
          rows: rows.map((row) => ({
            ...row,
            firstSeen: formatTime(row.firstSeen),
            lastSeen: formatTime(row.lastSeen),
          })),
          total,
          table:
            rows.length === 0
              ? null
              : {
                  head: ['Service call', 'ok/fail ▼', 'IP', 'Last seen'],
                  rows: rows.map((row) => [
                    `${row.verb} ${row.service.replace(/\.amazonaws\.com(\.cn)?$/, '')}`,
                    `${row.success.toLocaleString('en-US')} / ${failed(row).toLocaleString('en-US')}`,
                    row.ip ?? '',
                    clockWords(row.lastSeen, now),
                  ]),
                },
          sentence:
            sumOf(totals) === 0
              ? nothing(who)
              : [
                  ...who,
                  `: ${count(sumOf(totals), 'call')} of ${count(total, 'kind')} to AWS, ${rangeWords(window, now)}: ${outcomeWords(totals)}.`,
                ],
          notes: isWide(question.entity)
            ? []
            : [...behindWords(background, now), ...seenAsWords(background, now)],
          next: nextOf(question, scopes, background),
          alarming: false,
        }
      },
    }),
}

/** The scope asked about and those of its account: whoever is seen in a cluster does the rest in the account. */
function placesOf(all: Scopes, question: Question): Scopes {
  const asked = question.scope === null ? null : parseScope(question.scope)
  if (asked === null || asked.account === UNKNOWN_PART) return scopesOf(all, question)
  return new Map(
    [...all].filter(([, name]) => {
      const scope = parseScope(name)
      const isTheirs = asked.cluster === UNKNOWN_PART || scope?.cluster === UNKNOWN_PART
      return name === question.scope || (scope?.account === asked.account && isTheirs)
    }),
  )
}

function failed({ failure, unauthorized, forbidden }: ServiceCall): number {
  return failure + unauthorized + forbidden
}

/** Steps of a path that are told; the others are counted. */
const TOLD = 4

/** One line: the session was opened by, which is, which was opened by. */
function behindWords({ behind }: Background, now: Micros): readonly Sentence[] {
  if (behind.length === 0) return []
  const rest = behind.length - TOLD
  return [
    [
      'Behind it: ',
      ...behind
        .slice(0, TOLD)
        .flatMap((step, at): Sentence => [at === 0 ? '' : '; ', ...stepWords(step, now)]),
      rest > 0 ? `; and ${count(rest, 'more step')}.` : '.',
    ],
  ]
}

function stepWords({ of, tie, entity, at, place }: Step, now: Micros): Sentence {
  const from = { code: of.key }
  const to = { code: entity.key }
  if (tie === 'opened')
    return [`${entity.kind} `, to, ...placeOfWords(place), ' opened ', from, lastHour(at, now)]
  if (tie === 'same') return [from, ' is also known as ', to]
  return entity.kind === 'instance' ? [from, ' is of instance ', to] : [from, ` is of ${entity.kind} `, to]
}

/** The cluster of a service account: others have one of the same name. */
function placeOfWords(place: string | null): Sentence {
  if (place === null) return []
  return place.startsWith(OIDC)
    ? [' of the cluster with the issuer ', { code: place.slice(OIDC.length) }]
    : [' of cluster ', { code: place }]
}

const OIDC = 'oidc:'

function seenAsWords({ subjects }: Background, now: Micros): readonly Sentence[] {
  if (subjects.length === 0) return []
  const rest = subjects.length - TOLD
  return [
    [
      'Clusters saw it as ',
      ...subjects
        .slice(0, TOLD)
        .flatMap(({ key, at }, nr): Sentence => [nr === 0 ? '' : ', ', { code: key }, lastHour(at, now)]),
      rest > 0 ? ` and ${count(rest, 'other')}.` : '.',
    ],
  ]
}

/** Who it was in clusters, then who opened it. */
function nextOf(
  { entity, scope }: Question,
  scopes: Scopes,
  { subjects, behind }: Background,
): readonly NextQuestion[] {
  const steps = behind.filter(({ tie }) => tie === 'opened')
  const openers = steps.map((step) => step.entity)
  const accounts = steps
    .filter((step) => step.entity.kind === 'subject' && isOfAsked(step, scope, scopes))
    .map((step) => step.entity.key)
  const next: readonly NextQuestion[] = [
    ...[...new Set([...subjects.map(({ key }) => key), ...accounts])].map(
      (key) => ({ lookup: 'subject', entity: { kind: 'subject', key: exactKey(key) } }) as const,
    ),
    ...openers
      .filter(({ kind }) => principal.about.includes(kind))
      .map(({ kind, key }) => ({ lookup: 'principal', entity: { kind, key: exactKey(key) } }) as const),
    ...(isWide(entity) ? [] : [{ lookup: 'seen', entity } as const]),
  ]
  const once = new Map(next.map((one) => [`${one.lookup} ${formatEntity(one.entity)}`, one]))
  return [...once.values()].slice(0, MOST_NEXT)
}

/**
 * True when the next question would find this service account and no other of its name: it is asked where this one was, which is in its
 * cluster, or where no other cluster is known.
 */
function isOfAsked({ place }: Step, scope: string | null, scopes: Scopes): boolean {
  const clusters = [...scopes.values()].filter((name) => !isAccounts(name))
  const asked = scope === null || isAccounts(scope) ? clusters : [scope]
  return asked.length > 0 && asked.every((name) => parseScope(name)?.cluster === place)
}

const MOST_NEXT = 6
