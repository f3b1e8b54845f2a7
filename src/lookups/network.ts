import { sql } from 'kysely'
import { LOST_FLOWS } from '../graph/coverage.ts'
import type { Hours } from '../graph/read.ts'
import type { Answer, Coverage, NextQuestion, Sentence, Window } from '../model/answer.ts'
import { canonicalIp } from '../model/ip.ts'
import { formatTime, HOUR, hourOf, hourStart, type Micros } from '../model/time.ts'
import { clockWords, rangeWords } from '../model/time-words.ts'
import { unseen } from './calls-answer.ts'
import { logsBegin, readCoverage } from './coverage.ts'
import { holesOf, holeWarnings } from './holes.ts'
import type { Graph, Lookup, Question } from './lookup.ts'
import { allScopes, countedHours, countedWindow, findMatch, type Scopes, scopesOf } from './match.ts'
import { type Ends, endsOf, nearScopes } from './network-owners.ts'
import { type Talks, talkRows } from './network-rows.ts'
import { bytesWords, directionWords, factorWords, protocolWord } from './network-words.ts'
import { baselineOf } from './parse-window.ts'
import { rowsOf } from './rows.ts'
import { count, placeWords } from './wording.ts'

/** Who an address talked to, or a pod, node or instance by the addresses that it had at that time. */
export const network: Lookup = {
  name: 'network',
  label: 'Network',
  question: 'who did this talk to',
  about: ['ip', 'pod', 'node', 'instance'],
  defaultKind: 'ip',
  fields: {
    peer: 'address at the other end; as it was before translation where the record says that',
    direction: 'out for what was sent to the peer, in for what came from it',
    port: "the service's port; null where the protocol has none",
    serving: 'true when the port is that of what was asked about, and the peer calls it',
    protocol: 'by name or number; null where the record does not say it',
    bytes: 'in the scope time, of accepted and rejected traffic',
    packets: 'the same in packets',
    before: 'bytes in as long a span of the baseline, on average; null where there is none to compare with',
    accepted:
      'records of accepted traffic, each a window of a minute or ten; where a log has no actions, all',
    rejected: 'records of traffic that a security group or network ACL refused',
    lastSeen: 'end of the last such window',
  },
  async ask(graph, question): Promise<Answer> {
    const all = await allScopes(graph)
    const asked = scopesOf(all, question)
    const places = question.scope === null ? all : nearScopes(asked, all)
    const match = await findMatch(graph, question, places)
    const scopes = nearScopes(match.scopes, places)
    const ends = await endsOf(graph, match, scopes)
    const hours = countedHours(question)
    const compared = await baselineFor(graph, question, ends, scopes)
    const talks = await talkRows(graph, {
      match,
      ends,
      scopes,
      hours,
      baseline: compared === null ? null : countedIn(compared.counted),
      limit: question.limit,
    })
    const window = widened(countedWindow(question, match), hours === null ? talks.hours : null)
    const { coverage, lost } = await flowCoverage(graph, match.matched === 0 ? places : scopes, window)
    const names = coverage.map(({ scope }) => scope)
    const holes = window === null ? [] : holesOf(names, window, coverage, question.now, () => 'flow')
    const isKnown = match.matched > 0 && window !== null
    const body = unseen(question, all, coverage)
    const scale = compared === null || window === null ? null : spanOf(window) / spanOf(compared.counted)
    const before = (bytes: number): number | null => (scale === null ? null : bytes * scale)
    return {
      lookup: 'network',
      entity: {
        ...question.entity,
        scopes: names.length === 0 ? [...match.scopes.values()] : names,
        matched: match.matched,
      },
      scopeTime: window,
      baseline: compared?.asked ?? null,
      coverage,
      firstSeen: match.firstSeen,
      lastSeen: match.lastSeen,
      totals: null,
      rows: talks.rows.map((row) => ({
        peer: row.peer,
        direction: row.outward ? 'out' : 'in',
        port: row.port === 0 ? null : row.port,
        serving: row.serving,
        protocol: protocolWord(row.protocol),
        bytes: row.bytes,
        packets: row.packets,
        before: before(row.before),
        accepted: row.accepted,
        rejected: row.rejected,
        lastSeen: formatTime(row.lastSeen),
      })),
      total: talks.total,
      truncated: talks.total > talks.rows.length,
      next: isKnown ? nextOf(question, ends, talks) : body.next,
      sentence: isKnown
        ? sentenceOf(placeWords(match), window, talks, {
            coverage,
            isWhole: holes.length + lost.length === 0,
            ends,
            now: question.now,
          })
        : body.sentence,
      warnings: isKnown
        ? [
            ...(coverage.length === 0 ? [] : holeWarnings(holes, names, question.now)),
            ...lostWarnings(lost, question.now),
            ...begunWarning(compared, question.now),
          ]
        : [],
      notes: ends === null ? [] : [...heldNotes(question, ends), ...otherNotes(ends, question.now)],
      alarming: false,
      table:
        talks.rows.length === 0
          ? null
          : {
              head: ['Peer', 'Direction and port', 'Bytes ▼', 'Accepted/rejected'],
              rows: talks.rows.map((row) => {
                const was = before(row.before)
                return [
                  row.peer,
                  directionWords(row),
                  was === null
                    ? bytesWords(row.bytes)
                    : `${bytesWords(row.bytes)} (${factorWords(row.bytes, was)})`,
                  `${row.accepted.toLocaleString('en-US')} / ${row.rejected.toLocaleString('en-US')}`,
                ]
              }),
            },
    }
  },
}

/** The baseline asked about, and that part of it which is counted: from when there are logs. */
interface Compared {
  readonly asked: Window
  readonly counted: Window
}

/** Null where nothing is compared: all that is known is asked about, the logs begin later, or the address was not yet its own. */
async function baselineFor(
  graph: Graph,
  { window, baseline }: Question,
  ends: Ends | null,
  scopes: Scopes,
): Promise<Compared | null> {
  if (window === null || scopes.size === 0) return null
  const asked = baselineOf(window, baseline)
  const begins = await logsBegin(graph, scopes, asked.from, ['flow'])
  const begun = Math.min(...begins.map(({ at }) => at))
  const held = Math.max(...(ends?.addresses ?? []).map(({ from }) => from))
  const from = Math.max(hourStart(hourOf(asked.from)), hourStart(hourOf(begun)))
  const to = hourStart(hourOf(window.from))
  // The first hour of a pod has no baseline, and to call all of its traffic new would say nothing.
  if (!Number.isFinite(begun) || to - from < HOUR || held > hourOf(from)) return null
  return { asked, counted: { from, to } }
}

function countedIn({ from, to }: Window): Hours {
  return { from: hourOf(from), to: hourOf(to) }
}

function spanOf({ from, to }: Window): Micros {
  return to - from
}

function widened(window: Window | null, hours: Hours | null): Window | null {
  if (window === null || hours === null) return window
  return {
    from: Math.min(window.from, hourStart(hours.from)),
    to: Math.max(window.to, hourStart(hours.to)),
  }
}

interface LostRow extends Window {
  readonly scope: number
}

/** The flow logs of a window; what AWS says it lost counts as gaps. */
async function flowCoverage(
  graph: Graph,
  scopes: Scopes,
  window: Window | null,
): Promise<{ readonly coverage: readonly Coverage[]; readonly lost: readonly Window[] }> {
  if (scopes.size === 0) return { coverage: [], lost: [] }
  const inside =
    window === null ? sql`` : sql`and hour >= ${hourOf(window.from)} and hour < ${hourOf(window.to - 1) + 1}`
  const [known, lost] = await Promise.all([
    readCoverage(graph, scopes, window, ['flow']),
    rowsOf(
      graph,
      sql<LostRow>`select scope, first_at as "from", last_at as "to" from coverage
        where scope in (${sql.join([...scopes.keys()])}) and source = ${LOST_FLOWS} ${inside} order by hour, scope`,
    ),
  ])
  const coverage = known.map((one) => {
    const own = lost.filter(({ scope }) => scopes.get(scope) === one.scope)
    const gaps = [...one.gaps, ...own.map(({ from, to }) => ({ from, to }))]
    return { ...one, gaps: gaps.toSorted((a, b) => a.from - b.from) }
  })
  return { coverage, lost }
}

interface Facts {
  readonly coverage: readonly Coverage[]
  /** Nothing of the window is missing. */
  readonly isWhole: boolean
  readonly ends: Ends | null
  readonly now: Micros
}

function sentenceOf(
  who: Sentence,
  window: Window,
  { total, peers, sent, received, rejected }: Talks,
  { coverage, isWhole, ends, now }: Facts,
): Sentence {
  const span = rangeWords(window, now)
  if (coverage.length === 0)
    return [
      'There are no flow logs here, ',
      `${span}, so nothing can be said of the traffic of `,
      ...who,
      '.',
    ]
  if (ends !== null && ends.addresses.length + ends.interfaces.length === 0)
    return ['No address of ', ...who, ' is known, so that its traffic cannot be told from that of others.']
  if (total > 0)
    return [
      ...who,
      ` talked to ${count(peers, 'address', 'addresses')}, ${span}: ${bytesWords(sent)} sent, ${bytesWords(received)} received`,
      rejected === 0 ? '.' : `, ${count(rejected, 'record')} rejected.`,
    ]
  if (!isWhole)
    return [
      'No traffic of ',
      ...who,
      `, ${span}, and flow logs are missing in part of it: this proves nothing.`,
    ]
  return ['No traffic of ', ...who, `, ${span}. Flow logs cover all of it, so this is a real zero.`]
}

/** Windows of lost records are told as one stretch. */
function lostWarnings(lost: readonly Window[], now: Micros): readonly Sentence[] {
  if (lost.length === 0) return []
  const span = { from: Math.min(...lost.map(({ from }) => from)), to: Math.max(...lost.map(({ to }) => to)) }
  return [
    [
      `AWS lost flow log records in ${count(lost.length, 'hour')}, ${rangeWords(span, now)} (SKIPDATA), so this count is a lower bound.`,
    ],
  ]
}

function begunWarning(compared: Compared | null, now: Micros): readonly Sentence[] {
  if (compared === null || compared.counted.from - compared.asked.from < HOUR) return []
  return [
    [`The flow logs begin ${clockWords(compared.counted.from, now)}, so the baseline is counted from then.`],
  ]
}

/** How traffic was found, where not by the address itself. */
function heldNotes({ entity }: Question, { names, interfaces }: Ends): readonly Sentence[] {
  if (entity.kind === 'ip') return []
  const through =
    interfaces.length === 0
      ? []
      : [[`Through ${count(interfaces.length, 'interface')} of it also goes what its pods send and receive.`]]
  const [name, ...more] = names
  if (name === undefined) return through
  const others = more.length === 0 ? '' : ` and ${count(more.length, 'other address', 'other addresses')}`
  return [
    ['Its address was ', { code: name }, `${others}, counted from when it was first seen there.`],
    ...through,
  ]
}

/** Owners that are told one by one. */
const TOLD = 3

function otherNotes({ others }: Ends, now: Micros): readonly Sentence[] {
  if (others.length === 0) return []
  const rest = others.length - TOLD
  return [
    [
      'Addresses are reused: ',
      ...others
        .slice(0, TOLD)
        .flatMap(
          ({ address, owner, first, last }, at): Sentence => [
            at === 0 ? '' : ', ',
            { code: address },
            ` was also ${owner.kind} `,
            { code: owner.key },
            ` (${rangeWords({ from: first, to: last }, now)})`,
          ],
        ),
      rest > 0 ? ` and ${count(rest, 'other')}.` : '.',
    ],
  ]
}

/** The peer that most was exchanged with, and what was read from the own address. */
function nextOf({ entity }: Question, ends: Ends | null, { rows }: Talks): readonly NextQuestion[] {
  const [busiest] = rows
  const own = entity.kind === 'ip' ? entity.key : ends?.names[0]
  const address = (key: string): NextQuestion['entity'] => ({ kind: 'ip', key: canonicalIp(key) ?? key })
  return [
    ...(busiest === undefined ? [] : [{ lookup: 'ip', entity: address(busiest.peer) } as const]),
    ...(own === undefined ? [] : [{ lookup: 'secrets', entity: address(own) } as const]),
    { lookup: 'seen', entity },
  ]
}
