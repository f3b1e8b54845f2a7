import type { LookupName, NextQuestion, Sentence, Window } from '../model/answer.ts'
import { type EntityRef, exactKey } from '../model/entity.ts'
import { DAY, formatTime, HOUR } from '../model/time.ts'
import { clockWords, dayWords, rangeWords } from '../model/time-words.ts'
import { type Activity, type Bucket, bucketsIn, type CallOfHour, callsInHour } from './activity-counts.ts'
import { answerCalls, type Body, type CallFacts } from './calls-answer.ts'
import type { Lookup } from './lookup.ts'
import {
  count,
  isNoisy,
  OUTCOME_FIELDS,
  outcomeCell,
  outcomeWords,
  placeWords,
  rolledUp,
  sumOf,
} from './wording.ts'

/** What a cluster, a subject or an address called over time, by outcome; for one hour of a cluster, who called what. */
export const activity: Lookup = {
  name: 'activity',
  label: 'API activity',
  question: 'what was called, with what outcome',
  about: ['cluster', 'subject', 'ip'],
  defaultKind: 'cluster',
  fields: {
    from: 'beginning of the hour or, over more than three days, of the UTC day; steps without a request are left out',
    to: 'its end',
    subject: 'for one hour of a cluster: who called; null when nobody was authenticated, and for steps',
    verb: 'for one hour of a cluster: verb of the call; else null',
    resource: 'for one hour of a cluster: resource of the call; else null',
    ...OUTCOME_FIELDS,
  },
  ask: (graph, question) =>
    answerCalls(graph, question, {
      lookup: 'activity',
      read: async (asked) => {
        const { hours, match } = asked
        const isOneHour = hours !== null && hours.to - hours.from === 1
        return match.entity.kind === 'cluster' && isOneHour
          ? { calls: await callsInHour(graph, asked, hours) }
          : { steps: await bucketsIn(graph, asked) }
      },
      tell: (read, facts) => ('calls' in read ? ofHour(read.calls, facts) : overTime(read.steps, facts)),
    }),
}

/** Who called what in one hour, most calls first. */
function ofHour(
  { rows, total, totals }: Activity<CallOfHour>,
  { match, window, nothing, question }: CallFacts,
): Body {
  const who = placeWords(match)
  const [first] = rows
  const subject = first?.subject ?? null
  const next: NextQuestion[] =
    subject === null ? [] : [{ lookup: 'subject', entity: { kind: 'subject', key: exactKey(subject) } }]
  return {
    totals,
    rows: rows.map((row) => ({ from: formatTime(window.from), to: formatTime(window.to), ...row })),
    total,
    table: {
      head: ['Subject', 'Call', 'ok/fail/401/403 ▼'],
      rows: rows.map((row) => [
        row.subject ?? 'nobody logged in',
        `${row.verb} ${row.resource}`,
        outcomeCell(row),
      ]),
    },
    sentence:
      sumOf(totals) === 0
        ? nothing(who)
        : [
            ...who,
            `: ${count(sumOf(totals), 'call')}, ${rangeWords(window, question.now)}: ${outcomeWords(totals)}; ${count(total, 'pair')} of subject and call.`,
          ],
    notes: [],
    next: [...next, { lookup: 'newly', entity: match.entity }],
    alarming: false,
  }
}

/** Steps of an hour or a day, newest first. */
function overTime(
  { rows, total, totals, step }: Activity<Bucket> & { readonly step: 'hour' | 'day' },
  { match, window, nothing, question }: CallFacts,
): Body {
  const who = placeWords(match)
  const { now } = question
  const length = step === 'hour' ? HOUR : DAY
  const words = (from: number): string => (step === 'hour' ? clockWords(from, now) : dayWords(from, now))
  const peak = rows.toSorted((a, b) => sumOf(b) - sumOf(a))[0]
  const top =
    total > rows.length || peak === undefined
      ? ''
      : ` Peak ${words(peak.from)} with ${count(sumOf(peak), 'call')}.`
  const spans: Sentence = [
    ...who,
    `: ${count(sumOf(totals), 'call')}, ${rangeWords(window, now)}, in ${count(total, step)}: ${outcomeWords(totals)}.${top}`,
  ]
  return {
    totals,
    rows: rows.map(({ from, ...counts }) => ({
      ...part(from, length, window),
      subject: null,
      verb: null,
      resource: null,
      ...counts,
    })),
    total,
    table:
      rows.length === 0
        ? null
        : {
            head: [step === 'hour' ? 'Hour ▼' : 'Day ▼', 'Calls', 'ok/fail/401/403'],
            rows: rows.map((row) => [words(row.from), sumOf(row).toLocaleString('en-US'), outcomeCell(row)]),
          },
    sentence: sumOf(totals) === 0 ? nothing(who) : spans,
    notes: isNoisy(match, totals) ? [rolledUp(match)] : [],
    next: nextOf(match.entity),
    alarming: false,
  }
}

/** A step, cut to the window. */
function part(from: number, length: number, window: Window): { readonly from: string; readonly to: string } {
  return {
    from: formatTime(Math.max(from, window.from)),
    to: formatTime(Math.min(from + length, window.to)),
  }
}

function nextOf(entity: EntityRef): readonly NextQuestion[] {
  const others: Partial<Record<EntityRef['kind'], readonly LookupName[]>> = {
    cluster: ['newly', 'volume'],
    subject: ['subject', 'newly', 'secrets'],
    ip: ['ip', 'newly', 'secrets'],
  }
  return (others[entity.kind] ?? []).map((lookup) => ({ lookup, entity }))
}
