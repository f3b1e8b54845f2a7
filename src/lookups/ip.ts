import type { NextQuestion, Sentence } from '../model/answer.ts'
import { exactKey } from '../model/entity.ts'
import { clockWords, rangeWords } from '../model/time-words.ts'
import { answerCalls, CALL_FIELDS, jsonRow } from './calls-answer.ts'
import type { Lookup } from './lookup.ts'
import { isWide, shownKey } from './match.ts'
import { callRows } from './requests.ts'
import { count, outcomeCell, outcomeWords, sumOf } from './wording.ts'

/** What an address did here: who called from it, with which outcome, since when. */
export const ip: Lookup = {
  name: 'ip',
  label: 'IP',
  question: 'what did this address do here',
  about: ['ip'],
  defaultKind: 'ip',
  fields: CALL_FIELDS,
  ask: (graph, question) =>
    answerCalls(graph, question, {
      lookup: 'ip',
      read: (asked) => callRows(graph, asked, 'ip'),
      tell({ rows, total, totals }, { match, window, nothing }) {
        const wide = isWide(question.entity)
        const who: Sentence = wide
          ? [count(match.matched, 'address', 'addresses'), ' in ', { code: question.entity.key }]
          : [{ code: shownKey(question.entity) }]
        const subjects = new Set(rows.map((row) => row.subject).filter((subject) => subject !== null))
        const first = rows.find((row) => row.subject !== null)?.subject
        const atLeast = total > rows.length ? 'at least ' : ''
        const isAnybody = rows.some((row) => row.subject === null)
        const named = `as ${atLeast}${count(subjects.size, 'subject')}${isAnybody ? ' and without logging in' : ''}`
        const asWhom = subjects.size === 0 ? 'without logging in' : named
        return {
          totals,
          rows: rows.map(jsonRow),
          total,
          table:
            rows.length === 0
              ? null
              : {
                  head: wide
                    ? ['IP', 'Subject', 'ok/fail/401/403 ▼', 'Last seen']
                    : ['Subject', 'ok/fail/401/403 ▼', 'First seen', 'Last seen'],
                  rows: rows.map((row) => {
                    const subject = `${row.subject ?? 'nobody logged in'}${row.as === null ? '' : ` as ${row.as}`}`
                    const last = clockWords(row.lastSeen, question.now)
                    return wide
                      ? [row.ip ?? '', subject, outcomeCell(row), last]
                      : [subject, outcomeCell(row), clockWords(row.firstSeen, question.now), last]
                  }),
                },
          sentence:
            sumOf(totals) === 0
              ? nothing(who)
              : [
                  ...who,
                  ` made ${count(sumOf(totals), 'call')} ${asWhom}, ${rangeWords(window, question.now)}: ${outcomeWords(totals)}.`,
                ],
          notes:
            sumOf(totals) === 0
              ? []
              : [['The trusted element of sourceIPs is the last; earlier ones can be forged by the caller.']],
          next: [
            ...(first === undefined || first === null
              ? []
              : ([
                  { lookup: 'subject', entity: { kind: 'subject', key: exactKey(first) } },
                ] satisfies NextQuestion[])),
            { lookup: 'secrets', entity: question.entity },
            ...(wide ? [] : ([{ lookup: 'seen', entity: question.entity }] satisfies NextQuestion[])),
            { lookup: 'newly', entity: question.entity },
          ],
          alarming: false,
        }
      },
    }),
}
