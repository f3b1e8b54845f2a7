import { type RawBuilder, sql } from 'kysely'
import { type Hours, sums } from '../../src/graph/read.ts'
import { sumsOf } from '../../src/graph/read-sums.ts'
import { hourOf } from '../../src/model/time.ts'
import { quoted } from '../duckdb.ts'
import { type About, type BenchQuestion, during, OUTCOMES } from './question.ts'

function own(
  name: string,
  statement: (about: About) => RawBuilder<unknown>,
  duckdb: (about: About) => string,
): BenchQuestion {
  return {
    name,
    ask: async ({ db }, about) => (await statement(about).execute(db)).rows.length,
    duckdb,
  }
}

function idOf(kind: 'subject' | 'ip' | 'image', key: string, { scope }: About): RawBuilder<unknown> {
  return sql`(select id from entity where scope = ${scope.id} and kind = ${kind} and key = ${key})`
}

/** What a subject called in the window, by outcome. */
function called(name: string, subjectOf: (about: About) => string): BenchQuestion {
  return own(
    name,
    (about) => {
      const { scope, from, to } = about
      const hours: Hours = { from: hourOf(from), to: hourOf(to) }
      const condition = sql`sum.id = ${idOf('subject', subjectOf(about), about)}`
      const scopes = new Map([[scope.id, scope.name]])
      return sql`
      select c.verb, c.resource, t.* from (
        select id2, ${sums('counted')} from (${sumsOf({ kind: 'subject-call', scopes, hours, condition })}) as counted
        group by id2
      ) t join call c on c.scope = ${scope.id} and c.id = t.id2`
    },
    (about) =>
      `select verb, call, ${OUTCOMES} from requests
       where subject = ${quoted(subjectOf(about))} and ${during(about)} group by all`,
  )
}

/** Questions that no lookup answers yet, asked of the same tables. */
export const BY_SQL = {
  calls: called('what a subject called in a day', ({ subject }) => subject),
  anonymousCalls: called('what was called anonymously in a day', () => 'system:anonymous'),
  related: own(
    'who shares an IP, and where they went',
    (about) => sql`
      select s.key, e.namespace, count(*) from edge e
      left join entity s on s.scope = ${about.scope.id} and s.id = e.subject
      where e.scope = ${about.scope.id} and e.ip = ${idOf('ip', about.ip, about)} and e.ip <> 0
      group by s.key, e.namespace order by count(*) desc limit 50`,
    (about) =>
      `select subject, ns, count(*) from requests where ip = ${quoted(about.ip)}
       group by all order by 3 desc limit 50`,
  ),
  pods: own(
    'pods that ran an image',
    (about) => sql`
      select p.key, l.first_seen, l.last_seen from link l
      join entity p on p.scope = ${about.scope.id} and p.id = l.source and p.kind = 'pod'
      where l.scope = ${about.scope.id} and l.target = ${idOf('image', about.image, about)} and l.tie = 'runs'
      order by l.last_seen desc limit 50`,
    (about) =>
      `select ns, pod, min(received), max(received) from requests
       where resource = 'pods' and list_contains(images, ${quoted(about.image)})
       group by all order by 4 desc limit 50`,
  ),
} as const
