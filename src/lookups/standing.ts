import { type RawBuilder, sql } from 'kysely'
import type { Answer, Window } from '../model/answer.ts'
import { parseScope, UNKNOWN_PART } from '../model/scope.ts'
import type { Micros } from '../model/time.ts'
import { unseen } from './calls-answer.ts'
import type { Graph, Question } from './lookup.ts'
import { allScopes, countedWindow, findMatch, type Match, type Scopes, scopesOf } from './match.ts'
import { rowsOf } from './rows.ts'

/** What is known before anything is read of what was asked about. */
export interface AskedOf {
  readonly match: Match
  readonly scopes: Scopes
}

/** What a lookup tells of what stands; the frame fills in the rest. */
export type ToldOf = Pick<
  Answer,
  'rows' | 'total' | 'table' | 'sentence' | 'warnings' | 'notes' | 'next' | 'alarming'
> & {
  /** When what it rests on was read, first and last; null: nothing was. */
  readonly taken: Window | null
}

/** The frame that answers share which rest on what was read of a cluster and its account, not on calls. */
export async function answerStanding(
  graph: Graph,
  question: Question,
  lookup: Answer['lookup'],
  placesOf: (all: Scopes, question: Question) => Scopes,
  tell: (asked: AskedOf) => Promise<ToldOf>,
): Promise<Answer> {
  const all = await allScopes(graph)
  const scopes = placesOf(all, question)
  const match = await findMatch(graph, question, scopes)
  const told =
    match.matched === 0
      ? { ...unseen(question, all, []), warnings: [], taken: null }
      : await tell({ match, scopes })
  const { taken, rows, total, table, sentence, warnings, notes, next, alarming } = told
  return {
    lookup,
    entity: { ...question.entity, scopes: [...match.scopes.values()], matched: match.matched },
    scopeTime: countedWindow(question, match),
    baseline: null,
    coverage: [],
    firstSeen: match.firstSeen,
    lastSeen: match.lastSeen,
    totals: null,
    rows,
    total,
    truncated: total > rows.length,
    next,
    sentence,
    warnings,
    notes,
    alarming,
    table,
    taken,
  }
}

/** The scopes asked about and those of their accounts: what made a cluster is told there. */
export function withAccounts(all: Scopes, question: Question): Scopes {
  const asked = question.scope === null ? null : parseScope(question.scope)
  if (asked === null || asked.account === UNKNOWN_PART) return scopesOf(all, question)
  return new Map(
    [...all].filter(([, name]) => {
      const scope = parseScope(name)
      const isAccounts = scope?.account === asked.account && scope.cluster === UNKNOWN_PART
      return name === question.scope || isAccounts
    }),
  )
}

/**
 * When a row of `standing` was gone by: the first complete reading of its kind that came later and did not hold it; null while
 * none did.
 */
export function goneAt(scopes: Scopes): RawBuilder<Micros | null> {
  return sql<Micros | null>`(
    select min(later.taken_at) from inventory as later
    where later.scope in (${sql.join([...scopes.keys()])}) and later.scope = standing.scope and later.source = standing.source
      and later.kind = standing.kind and later.complete and later.taken_at > standing.taken_at)`
}

/** A thing as it stood when it was read last. */
export interface Standing {
  readonly scope: number
  readonly kind: string
  /** Kind and key of its entity. */
  readonly entity: string
  readonly key: string
  readonly takenAt: Micros
  readonly state: { readonly [field: string]: unknown }
}

/** The most things of one answer that are read beside its rows. */
const MOST = 5_000

/** Things of some kinds that stand in the given scopes, by key; those that were gone later are left out. */
export async function standingOf(
  graph: Graph,
  scopes: Scopes,
  kinds: readonly string[],
  condition: RawBuilder<unknown> = sql`true`,
): Promise<readonly Standing[]> {
  if (scopes.size === 0) return []
  const ids = sql.join([...scopes.keys()])
  return rowsOf(
    graph,
    sql<Standing>`
    select standing.scope, standing.kind, entity.kind as entity, entity.key, standing.taken_at as "takenAt", standing.state
    from standing join entity on entity.scope = standing.scope and entity.id = standing.entity
    where standing.scope in (${ids}) and entity.scope in (${ids}) and standing.kind in (${sql.join(kinds)}) and ${condition}
      and ${goneAt(scopes)} is null
    order by standing.scope, standing.kind, entity.key
    limit ${MOST}`,
  )
}

/** From the first to the last of the times; null where there are none. */
export function takenOf(times: readonly Micros[]): Window | null {
  return times.length === 0 ? null : { from: Math.min(...times), to: Math.max(...times) }
}
