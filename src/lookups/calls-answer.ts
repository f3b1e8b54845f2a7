import type { Hours } from '../graph/read.ts'
import type {
  Answer,
  Coverage,
  LookupName,
  NextQuestion,
  RowValue,
  Sentence,
  Table,
  Window,
  Words,
} from '../model/answer.ts'
import { severityWord, titleOf } from '../model/finding-types.ts'
import { logsAbout, logWords } from '../model/logs.ts'
import { LOG_SOURCES, type LogSource, type Totals } from '../model/observation.ts'
import { isAccounts } from '../model/scope.ts'
import { DAY, formatTime, HOUR, hourOf, hourStart, type Micros } from '../model/time.ts'
import { clockWords, rangeWords } from '../model/time-words.ts'
import { logsBegin, readCoverage } from './coverage.ts'
import { holesOf, holeWarnings, noCalls } from './holes.ts'
import type { Graph, Question } from './lookup.ts'
import {
  allScopes,
  clustersOf,
  countedHours,
  countedWindow,
  findMatch,
  type Match,
  type Scopes,
  scopesOf,
} from './match.ts'
import { aboutCallers } from './next-callers.ts'
import { baselineOf } from './parse-window.ts'
import { type CallRow, findingsNaming, type Naming } from './requests.ts'
import { count, insteadOf, NONE, neverSeen, OUTCOME_FIELDS, unknownScope } from './wording.ts'

/** What is known before anything is read of an entity that was matched. */
export interface Asked {
  readonly match: Match
  /** All scopes that are looked in. */
  readonly scopes: Scopes
  /** The question, with the window that the lookup itself sets where none was asked about. */
  readonly question: Question
  /** Hours to count; null: all that is known. */
  readonly hours: Hours | null
  readonly baseline: Window | null
}

/** What an answer is told from, beside what the lookup read itself. */
export interface CallFacts extends Asked {
  /** The window counted. */
  readonly window: Window
  /** Where the logs begin within the baseline or after it; null where they cover it from its beginning. */
  readonly begun: Micros | null
  /** The sentence for an answer without a call. */
  readonly nothing: (who: Sentence) => Sentence
}

/** A row of `ask --json` from a row of calls; times become ISO 8601. */
export function jsonRow(row: CallRow): { readonly [field: string]: RowValue } {
  return {
    subject: row.subject,
    ip: row.ip,
    as: row.as,
    success: row.success,
    failure: row.failure,
    unauthorized: row.unauthorized,
    forbidden: row.forbidden,
    userAgent: row.userAgent,
    firstSeen: formatTime(row.firstSeen),
    lastSeen: formatTime(row.lastSeen),
  }
}

/** The fields of such a row, for the table in docs/. */
export const CALL_FIELDS = {
  subject: 'who called; null when nobody was authenticated',
  ip: 'from where; null when the record named no address',
  as: 'in whose name, for calls made by impersonation; else null',
  ...OUTCOME_FIELDS,
  userAgent: 'a user agent of this subject at this address; written by the caller',
  firstSeen: 'first request of the row',
  lastSeen: 'last request of the row',
} as const

/** What a lookup about requests decides itself; the frame fills in the rest. */
export interface Body {
  readonly totals: Totals
  readonly rows: readonly { readonly [field: string]: RowValue }[]
  readonly total: number
  readonly table: Table | null
  readonly sentence: Sentence
  readonly notes: readonly Sentence[]
  readonly next: readonly NextQuestion[]
  readonly alarming: boolean
}

/** A lookup about requests: what it reads of an entity that is known, and what it tells of it. */
export interface CallsLookup<Read> {
  readonly lookup: LookupName
  /**
   * Given where the answer compares with a baseline: what it means that the logs begin within that, `so …`. Where no window is
   * asked about, such an answer is about the last day that is known.
   */
  readonly sinceThen?: string
  /** Where to look, other than in the scope asked about. */
  readonly placesOf?: (all: Scopes, question: Question) => Scopes
  /** The logs that can answer it, where they are fewer than those that tell of the entity. */
  readonly restsOn?: readonly [LogSource, ...LogSource[]]
  readonly read: (asked: Asked) => Promise<Read>
  readonly tell: (read: Read, facts: CallFacts) => Body
}

/**
 * The frame that all answers about requests share: what matched, the window counted, coverage and what the answer rests
 * on. What does not wait for each other is read side by side.
 */
export async function answerCalls<Read>(
  graph: Graph,
  given: Question,
  { lookup, sinceThen, placesOf = scopesOf, restsOn, read, tell }: CallsLookup<Read>,
): Promise<Answer> {
  const { now } = given
  const compares = sinceThen !== undefined
  const all = await allScopes(graph)
  const scopes = placesOf(all, given)
  const { kind } = given.entity
  const logs: readonly [LogSource, ...LogSource[]] = restsOn ?? logsAbout(kind)
  const match = await findMatch(graph, given, scopes, kind === 'cluster' ? clustersOf(scopes) : scopes)
  const question = compares && given.window === null ? { ...given, window: lastDay(match) } : given
  const window = countedWindow(question, match)
  const baseline = compares && question.window !== null ? baselineOf(question.window, given.baseline) : null
  const asked = { match, scopes, question, hours: countedHours(question), baseline }
  const isKnown = match.matched > 0 && window !== null
  const [every, naming, own, begun] = await Promise.all([
    readCoverage(graph, match.matched === 0 ? scopes : match.scopes, window, LOG_SOURCES),
    findingsNaming(graph, given, scopes),
    isKnown ? read(asked) : null,
    isKnown && baseline !== null ? beginning(graph, match.scopes, baseline, logs) : null,
  ])
  const coverage = every.filter(({ source }) => logs.some((log) => log === source))
  const names = telling([...match.scopes.values()], every, coverage)
  // An account's own log is CloudTrail's.
  const expectedOf = (scope: string): LogSource =>
    isAccounts(scope) && logs.includes('cloudtrail') ? 'cloudtrail' : logs[0]
  const holes = isKnown ? holesOf(names, window, coverage, now, expectedOf) : []
  const told = coverage.length === 0 ? names.map(expectedOf) : coverage.map(({ source }) => source)
  const body: Body =
    isKnown && own !== null
      ? tell(own, {
          ...asked,
          window,
          begun,
          nothing: (who) => noCalls(who, window, holes, names, now, told),
        })
      : unseen(given, all, coverage)
  return {
    lookup,
    entity: { ...given.entity, scopes: names, matched: match.matched },
    scopeTime: window,
    baseline,
    coverage,
    firstSeen: match.firstSeen,
    lastSeen: match.lastSeen,
    totals: body.totals,
    rows: body.rows,
    total: body.total,
    truncated: body.total > body.rows.length,
    next: every.some(({ source }) => source === 'cloudtrail')
      ? await aboutCallers(graph, match.scopes, body.next)
      : body.next,
    sentence: body.sentence,
    warnings: [
      ...(isKnown && coverage.length === 0
        ? [[`No ${logWords(told)} here, ${rangeWords(window, now)}. The answer rests on findings alone.`]]
        : holeWarnings(holes, names, now)),
      ...(begun === null || coverage.length === 0
        ? []
        : [[`The logs begin ${clockWords(begun, now)}, so ${sinceThen ?? ''}.`]]),
    ],
    notes: [...body.notes, ...namingWords(naming)],
    alarming: body.alarming,
    table: body.table,
  }
}

/**
 * The scopes from which an answer is told. One that has other logs alone, which only mention what was asked about, is none
 * while there are others.
 */
function telling(
  names: readonly string[],
  every: readonly Coverage[],
  coverage: readonly Coverage[],
): readonly string[] {
  const own = names.filter(
    (name) => coverage.some(({ scope }) => scope === name) || !every.some(({ scope }) => scope === name),
  )
  return own.length === 0 ? names : own
}

/** The last 24 hours of what is known. */
function lastDay({ lastSeen }: Match): Window | null {
  if (lastSeen === null) return null
  const to = hourStart(hourOf(lastSeen) + 1)
  return { from: to - DAY, to }
}

/** When the logs of a baseline begin, in the scope where they begin last; null where all of them reach back over it. */
async function beginning(
  graph: Graph,
  scopes: Scopes,
  baseline: Window,
  logs: readonly LogSource[],
): Promise<Micros | null> {
  const first = await logsBegin(graph, scopes, baseline.from, logs)
  const last = Math.max(...first.map(({ at }) => at))
  return last - baseline.from < HOUR ? null : last
}

/** `2 findings name it: Foothold attempted anonymously (High), …`. */
function namingWords({ count: n, gravest }: Naming): readonly Sentence[] {
  if (n === 0) return []
  const named = gravest.flatMap(({ type, severity }, at): Words[] => {
    const title = titleOf(type)
    return [at === 0 ? ' ' : ', ', title ?? { code: type }, ` (${severityWord(severity)})`]
  })
  return [
    [`${count(n, 'finding names', 'findings name')} it:`, ...named, n > gravest.length ? ' and more.' : '.'],
  ]
}

/** The body of an answer about something that was never seen, or that was asked of a scope nobody knows. */
export function unseen(question: Question, all: Scopes, coverage: readonly Coverage[]): Body {
  const isUnknown = question.scope !== null && ![...all.values()].includes(question.scope)
  return {
    totals: NONE,
    rows: [],
    total: 0,
    table: null,
    sentence: isUnknown
      ? unknownScope(question.scope ?? '', [...all.values()])
      : neverSeen(question.entity, coverage, question.now),
    notes: [],
    next: isUnknown ? [] : insteadOf(question.entity),
    alarming: false,
  }
}
