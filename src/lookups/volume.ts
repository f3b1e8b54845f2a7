import { sql } from 'kysely'
import { CALLS, type Hours, sums } from '../graph/read.ts'
import { sumsOf } from '../graph/read-sums.ts'
import type { NextQuestion, Sentence } from '../model/answer.ts'
import { exactKey } from '../model/entity.ts'
import { logsAbout } from '../model/logs.ts'
import type { Totals } from '../model/observation.ts'
import { HOUR, hourOf } from '../model/time.ts'
import { lengthWords, rangeWords } from '../model/time-words.ts'
import { type Asked, answerCalls } from './calls-answer.ts'
import { logsBegin } from './coverage.ts'
import type { Graph, Lookup } from './lookup.ts'
import { OVER_ALL, type OverAll, overAll } from './requests.ts'
import { rowsOf } from './rows.ts'
import { count, placeWords, unlessUnproven } from './wording.ts'

/** Fewer calls than these are told by other questions better: three calls are three times one. */
const FEWEST = 100
/** Below it a busy day cannot be told from an intruder. */
const LEAST_FACTOR = 3
/** Hours of a baseline from which on it is counted in whole days: the hours at its ends weigh nothing, and take longest. */
const IN_DAYS = 7 * 24

interface Busy {
  readonly subject: string | null
  readonly calls: number
  /** Calls in as long a span of the baseline; null where there was none. */
  readonly before: number | null
  readonly factor: number | null
}

/** Subjects of a cluster that call far more than they did before. */
export const volume: Lookup = {
  name: 'volume',
  label: 'Increased volume',
  question: 'who is far above its baseline',
  about: ['cluster'],
  defaultKind: 'cluster',
  fields: {
    subject: 'who called; null when nobody was authenticated',
    calls: `requests in the scope time, ${FEWEST} or more`,
    before: 'requests in as long a span of the baseline, on average; null when there was none',
    factor: `calls divided by before, ${LEAST_FACTOR} or more; null when there was none before`,
  },
  ask: (graph, question) =>
    answerCalls(graph, question, {
      lookup: 'volume',
      sinceThen: 'the baseline is counted from then',
      read: (asked) => busiest(graph, asked),
      tell({ rows, total, totals }, { match, baseline, window, nothing }) {
        const who = placeWords(match)
        const span = rangeWords(window, question.now)
        const before = baseline === null ? '' : lengthWords(baseline)
        const fresh = rows.filter((row) => row.factor === null).length
        return {
          totals,
          rows: rows.map((row) => ({ ...row })),
          total,
          table:
            rows.length === 0
              ? null
              : {
                  head: ['Subject', 'Calls in scope', 'Per same span before', 'Factor ▼'],
                  rows: rows.map((row) => [
                    row.subject ?? 'nobody logged in',
                    number(row.calls),
                    row.before === null ? '0' : number(row.before),
                    row.factor === null ? 'new' : `× ${number(row.factor)}`,
                  ]),
                },
          sentence:
            total === 0
              ? unlessUnproven(nothing(who), calm(who, span))
              : risen(who, rows[0], total, span, before),
          notes:
            fresh === 0
              ? []
              : [
                  [
                    `${count(fresh, 'of them was', 'of them were')} not seen in the baseline: ask what is newly observed.`,
                  ],
                ],
          next: nextOf(rows[0], match.entity),
          alarming: false,
        }
      },
    }),
}

function risen(
  who: Sentence,
  first: Busy | undefined,
  total: number,
  span: string,
  before: string,
): Sentence {
  const top: Sentence =
    first?.factor === null || first === undefined
      ? []
      : [
          ' First is ',
          { code: first.subject ?? 'nobody logged in' },
          `, ${number(first.factor)} times as many.`,
        ]
  return [
    ...who,
    `: ${count(total, 'subject')} called ${LEAST_FACTOR} times as much or more as in the ${before} before, ${span}.`,
    ...top,
  ]
}

function calm(who: Sentence, span: string): Sentence {
  return [
    'No subject of ',
    ...who,
    ` made ${FEWEST} calls and ${LEAST_FACTOR} times as many as before, ${span}.`,
  ]
}

function number(n: number): string {
  return n.toLocaleString('en-US', { maximumFractionDigits: 1 })
}

function nextOf(first: Busy | undefined, cluster: NextQuestion['entity']): readonly NextQuestion[] {
  const subject = first?.subject ?? null
  const next: NextQuestion[] = [{ lookup: 'newly', entity: cluster }]
  if (subject === null) return next
  const entity = { kind: 'subject' as const, key: exactKey(subject) }
  return [{ lookup: 'activity', entity }, { lookup: 'subject', entity }, ...next]
}

/** Subjects with their calls now and before, the largest factor first, then those that are new. */
async function busiest(
  graph: Graph,
  { match, hours, baseline, question }: Asked,
): Promise<{ readonly rows: readonly Busy[]; readonly total: number; readonly totals: Totals }> {
  if (hours === null || baseline === null) return { rows: [], ...overAll(undefined) }
  const ids = sql.join([...match.scopes.keys()])
  const begun = await logsBegin(graph, match.scopes, baseline.from, logsAbout(match.entity.kind))
  const since = Math.max(baseline.from, ...begun.map(({ at }) => at))
  const counted = compared({ from: Math.ceil(since / HOUR), to: hourOf(baseline.to) })
  const sides = { kind: 'subject', scopes: match.scopes } as const
  const spans = counted === null ? 0 : (counted.to - counted.from) / (hours.to - hours.from)
  const past =
    counted === null
      ? sql`select scope, id, 0 as calls from (${sumsOf({ ...sides, hours })}) as nothing where false`
      : sql`
      select scope, id, ${CALLS} / ${spans}::float8 as calls
      from (${sumsOf({ ...sides, hours: counted })}) as counted group by scope, id`
  const rows = await rowsOf(
    graph,
    sql<Busy & OverAll>`
    with made as (
      select scope, id, ${sums('counted')} from (${sumsOf({ ...sides, hours })}) as counted
      group by scope, id having ${CALLS} >= ${FEWEST}),
    past as (${past}),
    joined as (
      select s.key as subject, success, failure, unauthorized, forbidden,
        success + failure + unauthorized + forbidden as calls, nullif(past.calls, 0) as before
      from made
      left join past on past.scope = made.scope and past.id = made.id
      left join entity s on s.scope = made.scope and s.id = made.id
      where made.scope in (${ids}))
    select subject, sum(calls)::bigint as calls, round(sum(before)::numeric, 1) as before,
      round((sum(calls) / sum(before))::numeric, 1) as factor, ${OVER_ALL}
    from joined group by subject
    having sum(before) is null or sum(calls) >= ${LEAST_FACTOR} * sum(before)
    order by sum(calls) / sum(before) desc nulls last, sum(calls) desc, subject
    limit ${question.limit}`,
  )
  return {
    rows: rows.map(({ subject, calls, before, factor }) => ({ subject, calls, before, factor })),
    ...overAll(rows[0]),
  }
}

/** The hours of a baseline that are counted; null where there is none. */
function compared(hours: Hours): Hours | null {
  if (hours.to <= hours.from) return null
  if (hours.to - hours.from < IN_DAYS) return hours
  return { from: Math.ceil(hours.from / 24) * 24, to: Math.floor(hours.to / 24) * 24 }
}
