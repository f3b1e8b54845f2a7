import type { NextQuestion, Sentence } from '../model/answer.ts'
import { exactKey } from '../model/entity.ts'
import type { Micros } from '../model/time.ts'
import { clockWords, rangeWords } from '../model/time-words.ts'
import { answerCalls, CALL_FIELDS, jsonRow } from './calls-answer.ts'
import type { Lookup } from './lookup.ts'
import { isWide, shownKey } from './match.ts'
import { type Principal, principalsOf } from './principal-path.ts'
import { borrowedRows, type CallRow, callRows } from './requests.ts'
import { count, isNoisy, lastHour, outcomeCell, outcomeWords, rolledUp, sumOf } from './wording.ts'

/** Who a subject is to this cluster: from where it called, with which outcome, and who called in its name. */
export const subject: Lookup = {
  name: 'subject',
  label: 'Subject',
  question: 'who is this, from where, with what outcome',
  about: ['subject'],
  defaultKind: 'subject',
  fields: CALL_FIELDS,
  ask: (graph, question) =>
    answerCalls(graph, question, {
      lookup: 'subject',
      // Calls that others made in its name: shown, and outside its totals.
      read: (asked) =>
        Promise.all([
          callRows(graph, asked, 'subject'),
          borrowedRows(graph, asked),
          principalsOf(graph, asked.match, asked.question.window),
        ] as const),
      tell([own, others, principals], { match, window, nothing }) {
        const { totals } = own
        const borrowed = others.totals
        const rows = [...own.rows, ...others.rows].slice(0, question.limit)
        const wide = isWide(question.entity)
        const who: Sentence = wide
          ? [count(match.matched, 'subject'), ' matching ', { code: question.entity.key }]
          : [{ code: shownKey(question.entity) }]
        const addresses = new Set(own.rows.map((row) => row.ip).filter((ip) => ip !== null))
        const busiest = own.rows.find((row) => row.ip !== null)
        return {
          totals,
          rows: rows.map(jsonRow),
          total: own.total + others.total,
          table:
            rows.length === 0
              ? null
              : {
                  head: wide
                    ? ['Subject', 'IP', 'ok/fail/401/403 ▼', 'Last seen']
                    : ['IP', 'ok/fail/401/403 ▼', 'User agent', 'Last seen'],
                  rows: rows.map((row) => {
                    const last = clockWords(row.lastSeen, question.now)
                    return wide
                      ? [whoCell(row), row.ip ?? '', outcomeCell(row), last]
                      : [
                          `${row.ip ?? ''}${asCell(row, shownKey(question.entity))}`,
                          outcomeCell(row),
                          row.userAgent ?? '',
                          last,
                        ]
                  }),
                },
          sentence:
            sumOf(totals) === 0
              ? nothing(who)
              : [
                  ...who,
                  `: ${count(sumOf(totals), 'call')} from ${own.total > own.rows.length ? 'at least ' : ''}${count(addresses.size, 'address', 'addresses')}, ${rangeWords(window, question.now)}: ${outcomeWords(totals)}.`,
                ],
          notes: [
            ...behindWords(principals, question.now),
            ...(sumOf(borrowed) === 0
              ? []
              : [
                  [
                    `Somebody else acted as it in ${count(sumOf(borrowed), 'more call')}, which ${sumOf(borrowed) === 1 ? 'counts' : 'count'} for them: ${outcomeWords(borrowed)}.`,
                  ],
                ]),
            ...(isNoisy(match, totals) ? [rolledUp(match)] : []),
          ],
          next: [
            { lookup: 'secrets', entity: question.entity },
            ...principals.slice(0, 1).map(
              ({ kind, key }): NextQuestion => ({
                lookup: 'principal',
                entity: { kind, key: exactKey(key) },
              }),
            ),
            ...(busiest?.ip === undefined || busiest.ip === null
              ? []
              : ([{ lookup: 'ip', entity: { kind: 'ip', key: busiest.ip } }] satisfies NextQuestion[])),
            ...(wide ? [] : ([{ lookup: 'seen', entity: question.entity }] satisfies NextQuestion[])),
            { lookup: 'newly', entity: question.entity },
          ],
          alarming: false,
        }
      },
    }),
}

/** The AWS identities behind it. */
function behindWords(principals: readonly Principal[], now: Micros): readonly Sentence[] {
  if (principals.length === 0) return []
  return [
    [
      'In AWS it is ',
      ...principals.flatMap(
        ({ kind, key, at }, nr): Sentence => [
          nr === 0 ? `${kind} ` : `, ${kind} `,
          { code: key },
          lastHour(at, now),
        ],
      ),
      '.',
    ],
  ]
}

function whoCell(row: CallRow): string {
  return `${row.subject ?? 'nobody logged in'}${row.as === null ? '' : ` as ${row.as}`}`
}

/** ` as alice` for calls in another's name, ` by admin` for calls that another made in the subject's. */
function asCell(row: CallRow, asked: string): string {
  if (row.as === null) return ''
  return row.as === asked ? ` by ${row.subject ?? 'nobody logged in'}` : ` as ${row.as}`
}
