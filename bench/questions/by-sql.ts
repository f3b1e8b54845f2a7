import { type RawBuilder, sql } from 'kysely'
import { SUM_KINDS } from '../../src/graph/counters.ts'
import type { Hours } from '../../src/graph/read.ts'
import { quoted } from '../duckdb.ts'
import { type About, type BenchQuestion, dayOf, during, hourOf, OUTCOMES } from './question.ts'

const TOTAL = sql.raw('sum(success + failure + unauthorized + forbidden)')
const SUMS = sql.raw(
  'sum(success) as success, sum(failure) as failure, sum(unauthorized) as unauthorized, sum(forbidden) as forbidden',
)

function own(
  name: string,
  statement: (about: About) => RawBuilder<unknown>,
  duckdb: BenchQuestion['duckdb'],
): BenchQuestion {
  return {
    name,
    ask: async ({ db }, about) => (await statement(about).execute(db)).rows.length,
    duckdb,
  }
}

function idOf(kind: 'subject' | 'ip', { scope, subject, ip }: About): RawBuilder<unknown> {
  const key = kind === 'ip' ? ip : subject
  return sql`(select id from entity where scope = ${scope.id} and kind = ${kind} and key = ${key})`
}

function hoursOf({ from, to }: About): Hours {
  return { from: hourOf(from), to: hourOf(to) }
}

/** The newest hour of the window. */
function lastHour({ to }: About): Hours {
  return { from: hourOf(to) - 1, to: hourOf(to) }
}

/** The sums of one kind in some hours. */
function sumsIn({ scope }: About, kind: number, hours: Hours): RawBuilder<unknown> {
  return sql`sum_hour where scope = ${scope.id} and kind = ${kind} and day >= ${Math.floor(hours.from / 24)}
    and day <= ${Math.floor((hours.to - 1) / 24)} and hour >= ${hours.from} and hour < ${hours.to}`
}

/** Sums of whole weeks: of packed hours, and of those that are still hot. */
function weekly({ scope }: About, kind: number, from: number, to: number): RawBuilder<unknown> {
  const key = sql`scope = ${scope.id} and kind = ${kind}`
  return sql`(
    select id, week, success, failure, unauthorized, forbidden from sum_week
    where ${key} and week >= ${from} and week < ${to}
    union all
    select id, hour / 168, success, failure, unauthorized, forbidden from sum_hot
    where ${key} and hour >= ${from * 168} and hour < ${to * 168}) as weekly`
}

const allWeeks = (kind: number, id: (about: About) => RawBuilder<unknown>) => (about: About) =>
  sql`select week, ${SUMS} from ${weekly(about, kind, 0, 10_000)} where id = ${id(about)} group by week order by week`

/** The four weeks before the one in which the window begins. */
function weeksBefore({ from }: About): { readonly from: number; readonly to: number } {
  const week = Math.floor(dayOf(from) / 7)
  return { from: week - 4, to: week }
}

const WEEK = 7 * 86_400_000_000

/** Questions that no lookup answers yet, asked of the same tables. */
export const BY_SQL = {
  scope: own(
    'all calls, hour by hour for a day',
    (about) =>
      sql`select hour, ${SUMS} from ${sumsIn(about, SUM_KINDS.all, hoursOf(about))} group by hour order by hour`,
    (about) =>
      `select date_trunc('hour', received), ${OUTCOMES} from requests where ${during(about)} group by all order by 1`,
  ),
  hour: own(
    'who did what in one hour',
    (about) => sql`
      select s.key, c.verb, c.resource, t.success, t.failure, t.unauthorized, t.forbidden from (
        select id, id2, ${SUMS} from ${sumsIn(about, SUM_KINDS['subject-call'], lastHour(about))}
        group by id, id2 order by ${TOTAL} desc limit 50
      ) t
      join entity s on s.scope = ${about.scope.id} and s.id = t.id
      join call c on c.scope = ${about.scope.id} and c.id = t.id2`,
    (about) =>
      `select subject, verb, resource, ${OUTCOMES} from requests
       where ${during({ ...about, from: (hourOf(about.to) - 1) * 3.6e9, to: about.to })}
       group by all order by count(*) desc limit 50`,
  ),
  calls: own(
    'what a subject called in a day',
    (about) => sql`
      select c.verb, c.resource, t.* from (
        select id2, ${SUMS} from ${sumsIn(about, SUM_KINDS['subject-call'], hoursOf(about))}
          and id = ${idOf('subject', about)} group by id2
      ) t join call c on c.scope = ${about.scope.id} and c.id = t.id2`,
    (about) =>
      `select verb, resource, ${OUTCOMES} from requests
       where subject = ${quoted(about.subject)} and ${during(about)} group by all`,
  ),
  fresh: own(
    'calls newly observed in a day',
    (about) => sql`
      select s.key, c.verb, c.resource, t.first_seen from (
        select subject, call, min(first_seen) as first_seen from edge
        where scope = ${about.scope.id} and first_seen >= ${at(about.from)} and first_seen < ${at(about.to)}
        group by subject, call
      ) t
      join entity s on s.scope = ${about.scope.id} and s.id = t.subject
      join call c on c.scope = ${about.scope.id} and c.id = t.call
      where not exists (
        select from edge old where old.scope = ${about.scope.id} and old.subject = t.subject and old.call = t.call
          and old.first_seen < ${at(about.from)})`,
    (about) =>
      `select subject, verb, resource, min(received) from requests where received < make_timestamp(${about.to})
       group by all having min(received) >= make_timestamp(${about.from})`,
  ),
  related: own(
    'who shares an IP, and where they went',
    (about) => sql`
      select s.key, e.namespace, count(*) from edge e
      join entity s on s.scope = ${about.scope.id} and s.id = e.subject
      where e.scope = ${about.scope.id} and e.ip = ${idOf('ip', about)} and e.ip <> 0
      group by s.key, e.namespace order by count(*) desc limit 50`,
    (about) =>
      `select subject, ns, count(*) from requests where ip = ${quoted(about.ip)}
       group by all order by 3 desc limit 50`,
  ),
  volume: own(
    'subjects that do more than before',
    (about) => {
      const { from, to } = weeksBefore(about)
      return sql`
      select s.key, t.now, b.before from (
        select id, ${TOTAL} as now from ${sumsIn(about, SUM_KINDS.subject, hoursOf(about))} group by id
      ) t
      left join (
        select id, sum(coalesce(success, 0) + coalesce(failure, 0) + coalesce(unauthorized, 0) + coalesce(forbidden, 0)) / 28 as before
        from ${weekly(about, SUM_KINDS.subject, from, to)} group by id
      ) b using (id)
      join entity s on s.scope = ${about.scope.id} and s.id = t.id
      order by t.now / greatest(b.before, 1) desc limit 50`
    },
    (about) => {
      const { from, to } = weeksBefore(about)
      const before = during({ ...about, from: from * WEEK, to: to * WEEK })
      return `select subject, count(*) filter (${during(about)}) as now, count(*) filter (${before}) / 28 as before
       from requests where received >= make_timestamp(${from * WEEK}) and received < make_timestamp(${about.to})
       group by all having now > 0 order by now / greatest(before, 1) desc limit 50`
    },
  ),
  scopeWeeks: own(
    'all calls, week by week',
    allWeeks(SUM_KINDS.all, () => sql`0`),
    null,
  ),
  subjectWeeks: own(
    'a subject week by week',
    allWeeks(SUM_KINDS.subject, (about) => idOf('subject', about)),
    null,
  ),
  ipWeeks: own(
    'an IP week by week',
    allWeeks(SUM_KINDS.ip, (about) => idOf('ip', about)),
    null,
  ),
} as const

/** A moment, as PostgreSQL reads it. */
function at(micros: number): RawBuilder<unknown> {
  return sql`${new Date(micros / 1000).toISOString()}::timestamptz`
}
