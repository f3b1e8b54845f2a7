import type { NextQuestion, Sentence } from '../model/answer.ts'
import { clockWords, rangeWords } from '../model/time-words.ts'
import { answerCalls, CALL_FIELDS, jsonRow } from './calls-answer.ts'
import type { Lookup } from './lookup.ts'
import { countedHours, isWide } from './match.ts'
import { callRows } from './requests.ts'
import { count, noCalls, outcomeCell, outcomeWords, sumOf } from './wording.ts'

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
      side: 'ip',
      async read({ match, totals }, window, coverage) {
        const { rows, total } = await callRows(graph, question, match.scopes, countedHours(question), 'ip')
        const wide = isWide(question.entity)
        const who: Sentence = wide
          ? [count(match.matched, 'address', 'addresses'), ' in ', { code: question.entity.key }]
          : [{ code: question.entity.key }]
        const subjects = new Set(rows.map((row) => row.subject))
        const first = rows[0]
        return {
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
              ? noCalls(who, window, coverage, question.now)
              : [
                  ...who,
                  ` made ${count(sumOf(totals), 'call')} as ${total > rows.length ? 'at least ' : ''}${count(subjects.size, 'subject')}, ${rangeWords(window, question.now)}: ${outcomeWords(totals)}.`,
                ],
          notes: [
            ['The trusted element of sourceIPs is the last; earlier ones can be forged by the caller.'],
          ],
          next: [
            ...(first?.subject === null || first === undefined
              ? []
              : ([
                  { lookup: 'subject', entity: { kind: 'subject', key: first.subject } },
                ] satisfies NextQuestion[])),
            { lookup: 'secrets', entity: question.entity },
            ...(wide ? [] : ([{ lookup: 'seen', entity: question.entity }] satisfies NextQuestion[])),
          ],
          alarming: false,
        }
      },
    }),
}
