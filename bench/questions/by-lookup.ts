import { lookupNamed } from '../../src/lookups/index.ts'
import type { LookupName, Window } from '../../src/model/answer.ts'
import type { EntityRef } from '../../src/model/entity.ts'
import { quoted } from '../duckdb.ts'
import { type About, type BenchQuestion, during, OUTCOMES } from './question.ts'

const LIMIT = 50

function lookup(
  name: string,
  lookupName: LookupName,
  entityOf: (about: About) => EntityRef,
  windowOf: (about: About) => Window | null,
  duckdb: BenchQuestion['duckdb'],
): BenchQuestion {
  return {
    name,
    async ask({ graph }, about) {
      const { total } = await lookupNamed(lookupName).ask(graph, {
        entity: entityOf(about),
        scope: about.scope.name,
        window: windowOf(about),
        limit: LIMIT,
        now: about.to,
      })
      return total
    },
    duckdb,
  }
}

const ofSubject = ({ subject }: About): EntityRef => ({ kind: 'subject', key: subject })
const ofIp = ({ ip }: About): EntityRef => ({ kind: 'ip', key: ip })
const ofNetwork = (about: About): EntityRef => ({ kind: 'ip', key: networkOf(about) })
const aDay = ({ from, to }: About): Window => ({ from, to })
const everything = (): null => null

function networkOf({ ip }: About): string {
  return ip.includes(':') ? `${ip}/128` : `${ip.split('.').slice(0, 3).join('.')}.0/24`
}

/** Questions that are asked through the product's own lookups. */
export const BY_LOOKUP = {
  seen: lookup(
    'first and last seen of an IP',
    'seen',
    ofIp,
    everything,
    ({ ip }) => `select min(received), max(received) from requests where ip = ${quoted(ip)}`,
  ),
  ip: lookup(
    'calls of an IP in a day',
    'ip',
    ofIp,
    aDay,
    (about) =>
      `select subject, acting_as, ${OUTCOMES}, min(received), max(received) from requests
       where ip = ${quoted(about.ip)} and ${during(about)} group by all order by success desc limit ${LIMIT}`,
  ),
  subject: lookup(
    'calls of a subject in a day',
    'subject',
    ofSubject,
    aDay,
    (about) =>
      `select ip, acting_as, ${OUTCOMES}, min(received), max(received) from requests
       where subject = ${quoted(about.subject)} and ${during(about)} group by all order by success desc limit ${LIMIT}`,
  ),
  secrets: lookup(
    'secrets that a subject reached in a day',
    'secrets',
    ofSubject,
    aDay,
    (about) =>
      `select ns, object, verb, ${OUTCOMES}, min(received), max(received) from requests
       where subject = ${quoted(about.subject)} and resource = 'secrets' and ${during(about)}
       group by all order by success desc limit ${LIMIT}`,
  ),
  network: lookup(
    'calls from a network in a day',
    'ip',
    ofNetwork,
    aDay,
    (about) =>
      `select ip, subject, ${OUTCOMES}, min(received), max(received) from requests
       where starts_with(ip, ${quoted(networkOf(about).replace(/0\/24$|\/128$/, ''))}) and ${during(about)}
       group by all order by success desc limit ${LIMIT}`,
  ),
  subjectWhole: lookup('calls of a subject', 'subject', ofSubject, everything, null),
  ipWhole: lookup('calls of an IP', 'ip', ofIp, everything, null),
  secretsWhole: lookup('secrets that a subject reached', 'secrets', ofSubject, everything, null),
} as const
