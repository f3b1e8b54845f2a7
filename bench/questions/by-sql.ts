import { type RawBuilder, sql } from 'kysely'
import { quoted } from '../duckdb.ts'
import { type About, type BenchQuestion, dayOf, during, hourOf, OUTCOMES } from './question.ts'

/** Kinds of sums. */
const SUM = { subjectCall: 1, ip: 2, call: 3, all: 4, subject: 5 } as const

const TOTAL = sql.raw('success + failure + unauthorized + forbidden')
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

/** The sums of one kind in the window. */
function inWindow({ scope, from, to }: About, kind: number): RawBuilder<unknown> {
  return sql`scope = ${scope.id} and kind = ${kind} and hour >= ${hourOf(from)} and hour < ${hourOf(to)}`
}

const weekly = (kind: number, id: (about: About) => RawBuilder<unknown>) => (about: About) =>
  sql`select week, ${SUMS} from sum_week where scope = ${about.scope.id} and kind = ${kind} and id = ${id(about)}
      group by week order by week`

/** Questions that no lookup answers yet, asked of the same tables. */
export const BY_SQL = {
  scope: own(
    'all calls, hour by hour for a day',
    (about) =>
      sql`select hour, ${SUMS} from sum_hour where ${inWindow(about, SUM.all)} group by hour order by hour`,
    (about) =>
      `select date_trunc('hour', received), ${OUTCOMES} from requests where ${during(about)} group by all order by 1`,
  ),
  hour: own(
    'who did what in one hour',
    (about) => sql`
      select s.key, c.verb, c.resource, t.success, t.failure, t.unauthorized, t.forbidden from (
        select id, id2, ${SUMS} from sum_hour
        where scope = ${about.scope.id} and kind = ${SUM.subjectCall} and hour = ${hourOf(about.to) - 1}
        group by id, id2 order by sum(${TOTAL}) desc limit 50
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
        select id2, ${SUMS} from sum_hour
        where ${inWindow(about, SUM.subjectCall)} and id = ${idOf('subject', about)} group by id2
      ) t join call c on c.scope = ${about.scope.id} and c.id = t.id2`,
    (about) =>
      `select verb, resource, ${OUTCOMES} from requests
       where subject = ${quoted(about.subject)} and ${during(about)} group by all`,
  ),
  fresh: own(
    'calls newly observed in a day',
    (about) => sql`
      select s.key, c.verb, c.resource from (
        select distinct id, id2 from sum_hour where ${inWindow(about, SUM.subjectCall)}
      ) t
      left join lateral (
        select 1 as known from sum_day d
        where d.scope = ${about.scope.id} and d.kind = ${SUM.subjectCall} and d.id = t.id and d.id2 = t.id2
          and d.day < ${dayOf(about.from)} limit 1
      ) before on true
      join entity s on s.scope = ${about.scope.id} and s.id = t.id
      join call c on c.scope = ${about.scope.id} and c.id = t.id2
      where before.known is null`,
    (about) =>
      `select subject, verb, resource, min(received) from requests where received < make_timestamp(${about.to})
       group by all having min(received) >= make_timestamp(${about.from})`,
  ),
  related: own(
    'who shares an IP, and where they went',
    (about) => sql`
      select s.key, e.namespace, count(*) from edge e
      join entity s on s.scope = e.scope and s.id = e.subject
      where e.scope = ${about.scope.id} and e.ip = ${idOf('ip', about)}
      group by s.key, e.namespace order by count(*) desc limit 50`,
    (about) =>
      `select subject, ns, count(*) from requests where ip = ${quoted(about.ip)}
       group by all order by 3 desc limit 50`,
  ),
  volume: own(
    'subjects that do more than before',
    (about) => sql`
      select s.key, t.now, b.before from (
        select id, sum(${TOTAL}) as now from sum_hour where ${inWindow(about, SUM.subject)} group by id
      ) t
      left join (
        select id, sum(${TOTAL}) / 30 as before from sum_day
        where scope = ${about.scope.id} and kind = ${SUM.subject}
          and day >= ${dayOf(about.from) - 30} and day < ${dayOf(about.from)} group by id
      ) b using (id)
      join entity s on s.scope = ${about.scope.id} and s.id = t.id
      order by t.now / greatest(b.before, 1) desc limit 50`,
    (about) =>
      `select subject, count(*) filter (${during(about)}) as now,
         count(*) filter (received < make_timestamp(${about.from})) / 30 as before
       from requests where received >= make_timestamp(${about.from}) - interval 30 day and received < make_timestamp(${about.to})
       group by all having now > 0 order by now / greatest(before, 1) desc limit 50`,
  ),
  scopeYear: own(
    'all calls, week by week',
    weekly(SUM.all, () => sql`0`),
    null,
  ),
  subjectWeeks: own(
    'a subject week by week',
    weekly(SUM.subject, (about) => idOf('subject', about)),
    null,
  ),
  ipWeeks: own(
    'an IP week by week',
    weekly(SUM.ip, (about) => idOf('ip', about)),
    null,
  ),
} as const
