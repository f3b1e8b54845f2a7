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
import type { Totals } from '../model/observation.ts'
import { formatTime } from '../model/time.ts'
import { rangeWords } from '../model/time-words.ts'
import { readCoverage } from './coverage.ts'
import { holesOf, holeWarnings, noCalls } from './holes.ts'
import type { Graph, Question } from './lookup.ts'
import {
  allScopes,
  countedHours,
  countedWindow,
  findMatch,
  type Match,
  type Scopes,
  scopesOf,
} from './match.ts'
import { type CallRow, findingsNaming, type Naming, type Side, totalsOf } from './requests.ts'
import { count, insteadOf, neverSeen, unknownScope } from './wording.ts'

/** What an answer about requests needs, read once. */
export interface CallFacts {
  readonly match: Match
  readonly totals: Totals
  /** The window counted. */
  readonly window: Window
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
  success: 'requests answered with a status below 400',
  failure: 'requests that failed otherwise, or without a status',
  unauthorized: 'requests answered with 401',
  forbidden: 'requests answered with 403',
  userAgent: 'a user agent of this subject at this address; written by the caller',
  firstSeen: 'first request of the row',
  lastSeen: 'last request of the row',
} as const

/** What a lookup about requests decides itself; the frame fills in the rest. */
export interface Body {
  readonly rows: readonly { readonly [field: string]: RowValue }[]
  readonly total: number
  readonly table: Table | null
  readonly sentence: Sentence
  readonly notes: readonly Sentence[]
  readonly next: readonly NextQuestion[]
  readonly alarming: boolean
}

/**
 * The frame that all answers about requests share: what matched, the window counted, totals, coverage and what the
 * answer rests on. `read` adds rows, sentence and next questions for an entity that is known.
 */
export async function answerCalls(
  graph: Graph,
  question: Question,
  options: {
    readonly lookup: LookupName
    readonly side: Side
    readonly totals?: (match: Match) => Promise<Totals>
    readonly read: (facts: CallFacts) => Promise<Body>
  },
): Promise<Answer> {
  const { now } = question
  const all = await allScopes(graph)
  const scopes = scopesOf(all, question)
  const match = await findMatch(graph, question, scopes)
  const window = countedWindow(question, match)
  const hours = countedHours(question)
  const totals = await (options.totals?.(match) ?? totalsOf(graph, question, scopes, hours, options.side))
  const looked = match.matched === 0 ? [...scopes.values()] : match.in
  const coverage = await readCoverage(graph, scopes, looked, window)
  const naming = await findingsNaming(graph, question, scopes)
  const holes = match.matched === 0 || window === null ? [] : holesOf(match.in, window, coverage, now)
  const body: Body =
    match.matched > 0 && window !== null
      ? await options.read({
          match,
          totals,
          window,
          nothing: (who) => noCalls(who, window, holes, match.in, now),
        })
      : unseen(question, all, coverage)
  return {
    lookup: options.lookup,
    entity: { ...question.entity, scopes: match.in, matched: match.matched },
    scopeTime: window,
    baseline: null,
    coverage,
    firstSeen: match.firstSeen,
    lastSeen: match.lastSeen,
    totals,
    rows: body.rows,
    total: body.total,
    truncated: body.total > body.rows.length,
    next: body.next,
    sentence: body.sentence,
    warnings:
      match.matched > 0 && coverage.length === 0 && window !== null
        ? [[`No audit logs here, ${rangeWords(window, now)}. The answer rests on findings alone.`]]
        : holeWarnings(holes, match.in, now),
    notes: [...body.notes, ...namingWords(naming)],
    alarming: body.alarming,
    table: body.table,
  }
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
