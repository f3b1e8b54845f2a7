import { lookupNamed } from '../../src/lookups/index.ts'
import { baselineOf } from '../../src/lookups/parse-window.ts'
import type { LookupName, Window } from '../../src/model/answer.ts'
import { type EntityRef, exactKey } from '../../src/model/entity.ts'
import { DAY, HOUR } from '../../src/model/time.ts'
import { quoted } from '../duckdb.ts'
import { type About, type BenchQuestion, during, OUTCOMES } from './question.ts'

/** Rows that are asked for: a page of an answer, or a step for each day of a year. */
const PAGE = 50
const DAYS = 366

interface Asked {
  readonly name: string
  readonly lookup: LookupName
  readonly of: (about: About) => EntityRef
  readonly in: (about: About) => Window | null
  readonly limit?: number
  readonly duckdb?: (about: About) => string
}

function ask({ name, lookup, of, in: windowOf, limit = PAGE, duckdb }: Asked): BenchQuestion {
  return {
    name,
    async ask({ graph }, about) {
      const { total } = await lookupNamed(lookup).ask(graph, {
        entity: of(about),
        scope: about.scope.name,
        window: windowOf(about),
        limit,
        now: about.to,
      })
      return total
    },
    duckdb: duckdb ?? null,
  }
}

const subjectOf = ({ subject }: About): EntityRef => ({ kind: 'subject', key: exactKey(subject) })
const ipOf = ({ ip }: About): EntityRef => ({ kind: 'ip', key: ip })
const clusterOf = ({ scope }: About): EntityRef => ({
  kind: 'cluster',
  key: exactKey(scope.name.slice(scope.name.lastIndexOf('/') + 1)),
})

/** The network around an address, as so many of its four parts name it; one of version 6 is asked about alone. */
function networkOf(parts: 2 | 3): (about: About) => EntityRef {
  return ({ ip }) => {
    if (ip.includes(':')) return { kind: 'ip', key: `${ip}/128` }
    const zeros = ['0', '0', '0', '0'].slice(parts)
    return { kind: 'ip', key: `${[...ip.split('.').slice(0, parts), ...zeros].join('.')}/${8 * parts}` }
  }
}

/** The same for DuckDB, where addresses are texts. */
function inNetwork({ ip }: About, parts: 2 | 3): string {
  if (ip.includes(':')) return `ip = ${quoted(ip)}`
  return `starts_with(ip, ${quoted(`${ip.split('.').slice(0, parts).join('.')}.`)})`
}

const aDay = ({ from, to }: About): Window => ({ from, to })
const anHour = ({ to }: About): Window => ({ from: to - HOUR, to })
const aYear = ({ to }: About): Window => ({ from: to - 365 * DAY, to })
const everything = (): null => null

type WindowOf = (about: About) => Window

const bySubject = (about: About): string => `subject = ${quoted(about.subject)}`
const byIp = (about: About): string => `ip = ${quoted(about.ip)}`

function knownSpan(whose: (about: About) => string): (about: About) => string {
  return (about) => `select min(received), max(received) from requests where ${whose(about)}`
}

function knownAddresses(parts: 2 | 3): (about: About) => string {
  return (about) =>
    `select ip, min(received), max(received) from requests where ${inNetwork(about, parts)}
     group by all order by 2 desc limit ${PAGE}`
}

function callsBy(columns: string, whose: (about: About) => string): (about: About) => string {
  return (about) =>
    `select ${columns}, ${OUTCOMES}, min(received), max(received) from requests
     where ${whose(about)} and ${during(about)} group by all order by success desc limit ${PAGE}`
}

function byHour(whose: (about: About) => string): (about: About) => string {
  return (about) =>
    `select date_trunc('hour', received), ${OUTCOMES} from requests
     where ${whose(about)} and ${during(about)} group by all order by 1 desc`
}

function newlyIn(windowOf: WindowOf): (about: About) => string {
  return (about) => {
    const { from, to } = windowOf(about)
    return `select subject, verb, call, ${OUTCOMES}, min(received) as first from requests
      where ${during({ from: baselineOf({ from, to }).from, to })}
      group by all having first >= make_timestamp(${from}) order by first desc limit ${PAGE}`
  }
}

function moreIn(windowOf: WindowOf): (about: About) => string {
  return (about) => {
    const window = windowOf(about)
    const baseline = baselineOf(window)
    const spans = (baseline.to - baseline.from) / (window.to - window.from)
    return `select subject, count(*) filter (${during(window)}) as now,
        count(*) filter (${during(baseline)}) / ${spans} as before
      from requests where ${during({ from: baseline.from, to: window.to })}
      group by all having now >= 100 and now >= 3 * before order by now / before desc nulls last limit ${PAGE}`
  }
}

/** Questions that are asked through the product's own lookups. */
export const BY_LOOKUP = {
  seenIp: ask({
    name: 'first and last seen of an IP',
    lookup: 'seen',
    of: ipOf,
    in: everything,
    duckdb: knownSpan(byIp),
  }),
  seenSubject: ask({
    name: 'first and last seen of a subject',
    lookup: 'seen',
    of: subjectOf,
    in: everything,
    duckdb: knownSpan(bySubject),
  }),
  addresses: ask({
    name: 'known addresses of a /24',
    lookup: 'seen',
    of: networkOf(3),
    in: everything,
    duckdb: knownAddresses(3),
  }),
  manyAddresses: ask({
    name: 'known addresses of a /16',
    lookup: 'seen',
    of: networkOf(2),
    in: everything,
    duckdb: knownAddresses(2),
  }),
  ip: ask({
    name: 'calls of an IP in a day',
    lookup: 'ip',
    of: ipOf,
    in: aDay,
    duckdb: callsBy('subject, acting_as', byIp),
  }),
  network: ask({
    name: 'calls from a /24 in a day',
    lookup: 'ip',
    of: networkOf(3),
    in: aDay,
    duckdb: callsBy('ip, subject, acting_as', (about) => inNetwork(about, 3)),
  }),
  subject: ask({
    name: 'calls of a subject in a day',
    lookup: 'subject',
    of: subjectOf,
    in: aDay,
    duckdb: callsBy('ip, acting_as', bySubject),
  }),
  secrets: ask({
    name: 'secrets that a subject reached in a day',
    lookup: 'secrets',
    of: subjectOf,
    in: aDay,
    duckdb: callsBy('ns, object, verb', (about) => `${bySubject(about)} and resource = 'secrets'`),
  }),
  cluster: ask({
    name: 'a cluster, hour by hour for a day',
    lookup: 'activity',
    of: clusterOf,
    in: aDay,
    duckdb: byHour(() => 'true'),
  }),
  subjectHours: ask({
    name: 'a subject, hour by hour for a day',
    lookup: 'activity',
    of: subjectOf,
    in: aDay,
    duckdb: byHour(bySubject),
  }),
  ipHours: ask({
    name: 'an IP, hour by hour for a day',
    lookup: 'activity',
    of: ipOf,
    in: aDay,
    duckdb: byHour(byIp),
  }),
  hour: ask({
    name: 'who called what in one hour',
    lookup: 'activity',
    of: clusterOf,
    in: anHour,
    duckdb: (about) =>
      `select subject, verb, call, ${OUTCOMES} from requests
       where ${during(anHour(about))} group by all order by count(*) desc limit ${PAGE}`,
  }),
  newlyInDay: ask({
    name: 'calls newly observed in a day',
    lookup: 'newly',
    of: clusterOf,
    in: aDay,
    duckdb: newlyIn(aDay),
  }),
  newlyInHour: ask({
    name: 'calls newly observed in an hour',
    lookup: 'newly',
    of: clusterOf,
    in: anHour,
    duckdb: newlyIn(anHour),
  }),
  moreInDay: ask({
    name: 'subjects that do more in a day',
    lookup: 'volume',
    of: clusterOf,
    in: aDay,
    duckdb: moreIn(aDay),
  }),
  moreInHour: ask({
    name: 'subjects that do more in an hour',
    lookup: 'volume',
    of: clusterOf,
    in: anHour,
    duckdb: moreIn(anHour),
  }),
  subjectWhole: ask({
    name: 'calls of a subject, all that is known',
    lookup: 'subject',
    of: subjectOf,
    in: everything,
  }),
  ipWhole: ask({ name: 'calls of an IP, all that is known', lookup: 'ip', of: ipOf, in: everything }),
  secretsWhole: ask({
    name: 'secrets that a subject reached, all that is known',
    lookup: 'secrets',
    of: subjectOf,
    in: everything,
  }),
  clusterYear: ask({
    name: 'a cluster, day by day for a year',
    lookup: 'activity',
    of: clusterOf,
    in: aYear,
    limit: DAYS,
  }),
  subjectYear: ask({
    name: 'a subject, day by day for a year',
    lookup: 'activity',
    of: subjectOf,
    in: aYear,
    limit: DAYS,
  }),
  ipYear: ask({ name: 'an IP, day by day for a year', lookup: 'activity', of: ipOf, in: aYear, limit: DAYS }),
} as const
