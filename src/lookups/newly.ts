import type { NextQuestion, Sentence } from '../model/answer.ts'
import { exactKey } from '../model/entity.ts'
import { formatTime } from '../model/time.ts'
import { clockWords, lengthWords, rangeWords } from '../model/time-words.ts'
import { answerCalls } from './calls-answer.ts'
import type { Lookup } from './lookup.ts'
import { type NewCall, newCalls } from './newly-calls.ts'
import { count, OUTCOME_FIELDS, outcomeCell, outcomeWords, placeWords, unlessUnproven } from './wording.ts'

/** Calls that a subject made in the scope time and not in the baseline: what an intruder does first. */
export const newly: Lookup = {
  name: 'newly',
  label: 'Newly observed',
  question: 'what never happened before',
  about: ['cluster', 'subject', 'ip'],
  defaultKind: 'cluster',
  fields: {
    subject: 'who called; null when nobody was authenticated',
    verb: 'verb of the call',
    resource: 'resource of the call, with its group and subresource; a path where it is none',
    namespace: 'where; null when in several namespaces, or in none',
    ip: 'from where; null when from several addresses, or the records named none',
    ...OUTCOME_FIELDS,
    firstSeen: 'first of these calls, exact; before the baseline when it was made then and not since',
  },
  ask: (graph, question) =>
    answerCalls(graph, question, {
      lookup: 'newly',
      sinceThen: '"new" means new since then',
      read: (asked) => newCalls(graph, asked),
      tell({ rows, total, totals }, { match, baseline, window, nothing }) {
        const who = placeWords(match)
        const span = rangeWords(window, question.now)
        const before = baseline === null ? '' : lengthWords(baseline)
        const again = baseline === null ? 0 : rows.filter((row) => row.firstSeen < baseline.from).length
        return {
          totals,
          rows: rows.map((row) => ({ ...row, firstSeen: formatTime(row.firstSeen) })),
          total,
          table:
            rows.length === 0
              ? null
              : {
                  head: ['Subject', 'Call', 'ok/fail/401/403', 'First seen ▼'],
                  rows: rows.map((row) => [
                    row.subject ?? 'nobody logged in',
                    callCell(row),
                    outcomeCell(row),
                    clockWords(row.firstSeen, question.now),
                  ]),
                },
          sentence:
            total === 0
              ? unlessUnproven(nothing(who), noneNew(who, span, before))
              : someNew(who, total, span, before, totals),
          notes:
            again === 0
              ? []
              : [
                  [
                    `${count(again, 'of them was', 'of them were')} made before the baseline too, and not in it.`,
                  ],
                ],
          next: nextOf(match.entity.kind, rows[0]),
          alarming: false,
        }
      },
    }),
}

function someNew(
  who: Sentence,
  total: number,
  span: string,
  before: string,
  totals: Parameters<typeof outcomeWords>[0],
): Sentence {
  return [
    ...who,
    `: ${count(total, 'call')} newly observed, ${span}, not seen in the ${before} before: ${outcomeWords(totals)}.`,
  ]
}

function noneNew(who: Sentence, span: string, before: string): Sentence {
  return ['Nothing newly observed of ', ...who, `, ${span}: each call was seen in the ${before} before.`]
}

function callCell({ verb, resource, namespace }: NewCall): string {
  return `${verb} ${resource}${namespace === null ? '' : ` in ${namespace}`}`
}

function nextOf(asked: string, newest: NewCall | undefined): readonly NextQuestion[] {
  if (newest === undefined) return []
  const { subject, ip } = newest
  const next: NextQuestion[] = []
  if (subject !== null && asked !== 'subject')
    next.push({ lookup: 'subject', entity: { kind: 'subject', key: exactKey(subject) } })
  if (ip !== null && asked !== 'ip') next.push({ lookup: 'ip', entity: { kind: 'ip', key: ip } })
  if (subject !== null) next.push({ lookup: 'secrets', entity: { kind: 'subject', key: exactKey(subject) } })
  return next
}
