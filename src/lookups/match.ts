import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Hours } from '../graph/read.ts'
import type { Window } from '../model/answer.ts'
import { type EntityKind, type EntityRef, unescapeKey } from '../model/entity.ts'
import type { TraitName } from '../model/observation.ts'
import { formatScope, UNKNOWN_PART } from '../model/scope.ts'
import { HOUR, hourOf, hourStart, type Micros } from '../model/time.ts'
import type { Graph, Question } from './lookup.ts'
import { rowsOf } from './rows.ts'

/** The scopes a question looks in, by id. */
export type Scopes = ReadonlyMap<number, string>

/** What the graph knows of the entities that a key matches. */
export interface Match {
  readonly entity: EntityRef
  /** The scopes in which something matched. */
  readonly scopes: Scopes
  readonly matched: number
  /** The same with what has one name in several scopes counted in each. */
  readonly entities: number
  readonly firstSeen: Micros | null
  readonly lastSeen: Micros | null
  /** The entities by their numbers; null where a pattern or a network matches too many to name them. */
  readonly ids: readonly { readonly scope: number; readonly id: number }[] | null
}

/** All scopes that something was taken in for. */
export async function allScopes(graph: Graph): Promise<Scopes> {
  const columns = ['id', 'account', 'region', 'cluster'] as const
  const rows = await graph.selectFrom('scope').select(columns).orderBy('id').execute()
  return new Map(rows.map((row) => [row.id, formatScope(row)] as const))
}

/** Those that are a cluster's own: what an account's log says of a cluster is not what was called there. */
export function clustersOf(scopes: Scopes): Scopes {
  return new Map([...scopes].filter(([, name]) => !name.endsWith(`/${UNKNOWN_PART}`)))
}

/** Those of them that a question looks in. */
export function scopesOf(all: Scopes, question: Question): Scopes {
  return question.scope === null ? all : new Map([...all].filter(([, name]) => name === question.scope))
}

/**
 * Counts what the question's key matches in the given scopes, and when that was seen first and last; in `named`, which may be
 * fewer, by its name.
 */
export async function findMatch(
  graph: Graph,
  { entity }: Question,
  scopes: Scopes,
  named = scopes,
): Promise<Match> {
  const none: Match = {
    entity,
    scopes: new Map(),
    matched: 0,
    entities: 0,
    firstSeen: null,
    lastSeen: null,
    ids: [],
  }
  if (scopes.size === 0) return none
  const wide = isWide(entity)
  const byName = wide ? spansOf : exactly
  const found = named.size === 0 ? [] : await byName(graph, entity, named)
  const rows = found.length === 0 ? await nameless(graph, entity, scopes) : found
  if (rows.length === 0) return { ...none, ids: wide ? null : [] }
  const seen = new Set(rows.map((row) => row.scope))
  return {
    entity,
    scopes: new Map([...scopes].filter(([id]) => seen.has(id))),
    matched: wide ? (rows[0]?.matched ?? 0) : new Set(rows.map((row) => row.key)).size,
    entities: rows.reduce((sum, row) => sum + row.entities, 0),
    firstSeen: Math.min(...rows.map((row) => row.first)),
    lastSeen: Math.max(...rows.map((row) => row.last)),
    ids: rows.some(({ ids }) => ids === null)
      ? null
      : rows.flatMap(({ scope, ids }) => (ids ?? []).map((id) => ({ scope, id }))),
  }
}

/** Numbers of what matched up to which a pattern or a network is asked about as so many exact keys. */
const FEW = 32

interface FoundRow {
  readonly scope: number
  /** Null: too many to name them. */
  readonly ids: readonly number[] | null
  readonly key: string
  readonly first: Micros
  readonly last: Micros
  /** How many names match in all scopes. */
  readonly matched: number
  /** Entities of its scope that the row stands for. */
  readonly entities: number
}

/** The entities of an exact key: by their name, or by a trait. */
function exactly(graph: Graph, entity: EntityRef, scopes: Scopes): Promise<readonly FoundRow[]> {
  return rowsOf(
    graph,
    sql<FoundRow>`
    select entity.scope, array[entity.id] as ids, entity.key, entity.first_seen as first, entity.last_seen as last,
      1 as matched, 1 as entities
    from entity where entity.scope in (${sql.join([...scopes.keys()])}) and ${isMatch(entity, scopes)}
    order by entity.scope, entity.id`,
  )
}

/** First and last seen by scope of all that a pattern or a network matches. In one scope each has a name of its own. */
function spansOf(graph: Graph, entity: EntityRef, scopes: Scopes): Promise<readonly FoundRow[]> {
  const found = sql`from entity where entity.scope in (${sql.join([...scopes.keys()])}) and ${isMatch(entity, scopes)}`
  const names = scopes.size === 1 ? sql`count(*)` : sql`(select count(distinct entity.key) ${found})`
  return rowsOf(
    graph,
    sql<FoundRow>`
    select entity.scope, case when count(*) <= ${FEW} then array_agg(entity.id order by entity.id) end as ids, '' as key,
      min(first_seen) as first, max(last_seen) as last, ${names} as matched, count(*) as entities
    ${found} group by entity.scope order by entity.scope`,
  )
}

/** Logs whose cluster nobody knows are a cluster that is called `-`, as in the name of their scope. */
async function nameless(graph: Graph, entity: EntityRef, scopes: Scopes): Promise<readonly FoundRow[]> {
  if (entity.kind !== 'cluster' || !/^\**[?-]?\**$/.test(entity.key)) return []
  const ids = [...scopes].filter(([, name]) => name.endsWith(`/${UNKNOWN_PART}`)).map(([id]) => id)
  if (ids.length === 0) return []
  return rowsOf(
    graph,
    sql<FoundRow>`
    select scope, array[0] as ids, ${UNKNOWN_PART}::text as key, min(first_at) as first, max(last_at) as last,
      1 as matched, 0 as entities
    from coverage where scope in (${sql.join(ids)}) group by scope order by scope`,
  )
}

/** Traits that an entity of a kind is found by too; what many entities share is no name. */
const FOUND_BY: { readonly [kind in EntityKind]?: readonly TraitName[] } = {
  subject: ['uid'],
  pod: ['uid'],
  image: ['digest', 'repository'],
  workload: ['uid'],
  node: ['uid', 'provider-id'],
  binding: ['uid'],
  role: ['uid', 'principal-id', 'access-key'],
  session: ['principal-id', 'session-name', 'access-key'],
  user: ['principal-id', 'access-key'],
}

/**
 * The condition on `entity` (or its alias) that a key stands for: itself, a pattern with `*` and `?`, or a network; where
 * the kind has traits that are as good as a name, they are compared too.
 */
export function isMatch(entity: EntityRef, scopes: Scopes, alias = 'entity'): RawBuilder<SqlBool> {
  if (FOUND_BY[entity.kind] === undefined) return isNamed(entity, alias)
  return sql<SqlBool>`((${sql.ref(`${alias}.scope`)}, ${sql.ref(`${alias}.id`)}) in (${matching(entity, scopes)}))`
}

/**
 * The scopes and numbers of the entities that a key stands for. Where the planner believes in next to no rows, what is joined to this
 * reads it again for each of its own: no join stands in it.
 */
function matching(entity: EntityRef, scopes: Scopes): RawBuilder<unknown> {
  const traits = FOUND_BY[entity.kind]
  const ids = sql.join([...scopes.keys()])
  const named = sql`select named.scope, named.id from entity as named where named.scope in (${ids}) and ${isNamed(entity, 'named')}`
  if (traits === undefined) return named
  // A union lets each half use its index, which an "or" would not.
  return sql`${named}
    union
    select trait.scope, trait.entity from trait
    where trait.scope in (${ids}) and trait.name in (${sql.join(traits)}) and ${isText(sql`trait.value`, entity.key)}
      and (select owner.kind from entity as owner
        where owner.scope in (${ids}) and owner.scope = trait.scope and owner.id = trait.entity) = ${entity.kind}`
}

/** The same by its name alone. */
export function isNamed(entity: EntityRef, alias = 'entity'): RawBuilder<SqlBool> {
  const column = (name: string): RawBuilder<unknown> => sql.ref(`${alias}.${name}`)
  const kind = sql`${column('kind')} = ${entity.kind}`
  if (entity.kind === 'ip' && entity.key.includes('/')) {
    return sql<SqlBool>`(${kind} and ${isInside(column('addr'), entity.key)})`
  }
  return sql<SqlBool>`(${kind} and ${isText(column('key'), entity.key)})`
}

/** An address lies in a network. A kept plan knows no network, so that its first and last address are what leads through the index. */
function isInside(addr: RawBuilder<unknown>, network: string): RawBuilder<SqlBool> {
  const bits = network.includes(':') ? 128 : 32
  return sql<SqlBool>`${addr} <<= ${network}::inet and ${addr} >= network(${network}::inet)
    and ${addr} <= set_masklen(broadcast(${network}::inet), ${sql.lit(bits)})`
}

/** A text is what a key stands for: exactly that, or the pattern. */
export function isText(text: RawBuilder<unknown>, key: string): RawBuilder<SqlBool> {
  if (!isPattern(key)) return sql<SqlBool>`${text} = ${unescapeKey(key)}`
  const like = likeOf(key)
  const [, prefix = ''] = /^((?:\\.|[^\\%_])*)/s.exec(like) ?? []
  const start = prefix.replaceAll(/\\(.)/gs, '$1')
  const end = textAfter(start)
  // A kept plan knows no pattern, so that what it begins with is what leads through the index.
  return end === null
    ? sql<SqlBool>`${text} like ${like}`
    : sql<SqlBool>`(${text} like ${like} and ${text} >= ${start} and ${text} < ${end})`
}

/** The first text, in the order of bytes, after all that begin with `start`; null where none comes after them. */
function textAfter(start: string): string | null {
  const points = [...start]
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const point = last.codePointAt(0) ?? 0
    // Half a pair is no character: what comes before it is followed by what comes after all of them.
    const next = point === 0xd7ff ? 0xe000 : point + 1
    if (next <= 0x10ffff) return points.join('') + String.fromCodePoint(next)
  }
  return null
}

/** The condition that a table's column holds the number of an entity that was matched; `<> 0` is what its index asks for. */
export function isOneOf(match: Match, table: string, column: string): RawBuilder<SqlBool> {
  const scope = sql.ref(`${table}.scope`)
  const id = sql.ref(`${table}.${column}`)
  const { ids, scopes } = match
  if (ids === null)
    return sql<SqlBool>`${id} <> 0 and (${scope}, ${id}) in (${matching(match.entity, scopes)})`
  const [only, ...others] = ids
  if (only === undefined) return sql<SqlBool>`false`
  if (others.length === 0)
    return sql<SqlBool>`(${scope} = ${only.scope} and ${id} = ${only.id} and ${id} <> 0)`
  return sql<SqlBool>`${id} <> 0 and (${scope}, ${id}) in (
    select asked.scope, asked.id
    from unnest(${ids.map((one) => one.scope)}::int[], ${ids.map((one) => one.id)}::int[]) as asked (scope, id))`
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
