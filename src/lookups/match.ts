import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Hours } from '../graph/read.ts'
import type { Window } from '../model/answer.ts'
import { type EntityRef, unescapeKey } from '../model/entity.ts'
import { formatScope } from '../model/scope.ts'
import { HOUR, hourOf, hourStart, type Micros } from '../model/time.ts'
import type { Graph, Question } from './lookup.ts'

/** The scopes a question looks in, by id. */
export type Scopes = ReadonlyMap<number, string>

/** What the graph knows of the entities that a key matches. */
export interface Match {
  readonly scopes: Scopes
  /** Names of the scopes in which something matched. */
  readonly in: readonly string[]
  readonly matched: number
  readonly firstSeen: Micros | null
  readonly lastSeen: Micros | null
}

/** All scopes that something was taken in for. */
export async function allScopes(graph: Graph): Promise<Scopes> {
  const rows = await graph.selectFrom('scope').selectAll().orderBy('id').execute()
  return new Map(rows.map((row) => [row.id, formatScope(row)] as const))
}

/** Those of them that a question looks in. */
export function scopesOf(all: Scopes, question: Question): Scopes {
  return question.scope === null ? all : new Map([...all].filter(([, name]) => name === question.scope))
}

/** Counts what the question's key matches, and when that was seen first and last. */
export async function findMatch(graph: Graph, question: Question, scopes: Scopes): Promise<Match> {
  const none: Match = { scopes, in: [], matched: 0, firstSeen: null, lastSeen: null }
  if (scopes.size === 0) return none
  const rows = await graph
    .selectFrom('entity')
    .select((query) => [
      'scope',
      query.fn.min('first_seen').as('first'),
      query.fn.max('last_seen').as('last'),
    ])
    .where('scope', 'in', [...scopes.keys()])
    .where(isMatch(question.entity))
    .groupBy('scope')
    .orderBy('scope')
    .execute()
  if (rows.length === 0) return none
  const { matched } = await graph
    .selectFrom('entity')
    .select((query) => query.fn.count<number>('key').distinct().as('matched'))
    .where('scope', 'in', [...scopes.keys()])
    .where(isMatch(question.entity))
    .executeTakeFirstOrThrow()
  return {
    scopes,
    in: rows.map((row) => scopes.get(row.scope) ?? ''),
    matched,
    firstSeen: Math.min(...rows.map((row) => row.first)),
    lastSeen: Math.max(...rows.map((row) => row.last)),
  }
}

/** The condition on `entity` (or its alias) that a key stands for: itself, a pattern with `*` and `?`, or a network. */
export function isMatch(entity: EntityRef, alias = 'entity'): RawBuilder<SqlBool> {
  const column = (name: string): RawBuilder<unknown> => sql.ref(`${alias}.${name}`)
  const kind = sql`${column('kind')} = ${entity.kind}`
  if (entity.kind === 'ip' && entity.key.includes('/')) {
    return sql<SqlBool>`(${kind} and ${column('addr')} <<= ${entity.key}::inet)`
  }
  if (isPattern(entity.key)) return sql<SqlBool>`(${kind} and ${column('key')} like ${likeOf(entity.key)})`
  return sql<SqlBool>`(${kind} and ${column('key')} = ${unescapeKey(entity.key)})`
}

/** True when a key names several entities: it holds a `*` or `?` that no backslash escapes. */
export function isPattern(key: string): boolean {
  return /[*?]/.test(key.replaceAll(/\\[*?\\]/g, ''))
}

export function isWide(entity: EntityRef): boolean {
  return isPattern(entity.key) || (entity.kind === 'ip' && entity.key.includes('/'))
}

/** The key as it stands in records and on screen: without escapes, unless it is a pattern. */
export function shownKey(entity: EntityRef): string {
  return isWide(entity) ? entity.key : unescapeKey(entity.key)
}

/** A pattern as PostgreSQL's LIKE wants it. */
export function likeOf(pattern: string): string {
  return pattern.replaceAll(/\\[*?\\]|[\\%_*?]/g, (special) => {
    if (special === '*') return '%'
    if (special === '?') return '_'
    const literal = special.length === 2 ? special.charAt(1) : special
    return /[\\%_]/.test(literal) ? `\\${literal}` : literal
  })
}

/** The window counted: the one asked about, or all that is known, both on whole hours. */
export function countedWindow(
  question: Question,
  match: Pick<Match, 'firstSeen' | 'lastSeen'>,
): Window | null {
  const { window } = question
  if (window !== null) return { from: hourStart(hourOf(window.from)), to: ceilHour(window.to) }
  if (match.firstSeen === null || match.lastSeen === null) return null
  return { from: hourStart(hourOf(match.firstSeen)), to: hourStart(hourOf(match.lastSeen) + 1) }
}

/** Hours to count; null when the question is about all that is known. */
export function countedHours(question: Question): Hours | null {
  if (question.window === null) return null
  return { from: hourOf(question.window.from), to: hourOf(ceilHour(question.window.to)) }
}

function ceilHour(at: Micros): Micros {
  return Math.ceil(at / HOUR) * HOUR
}
