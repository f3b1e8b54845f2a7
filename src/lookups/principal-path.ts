import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Window } from '../model/answer.ts'
import { type EntityKind, type EntityRef, formatEntity } from '../model/entity.ts'
import { isAccounts } from '../model/scope.ts'
import { formatTime, HOUR, hourOf, hourStart, type Micros } from '../model/time.ts'
import type { Graph } from './lookup.ts'
import { isOneOf, isWide, type Match, type Scopes } from './match.ts'
import { rowsOf } from './rows.ts'

/** `entity` stands behind `of`: it opened it, is its role or instance, or is the same under another name. */
export interface Step {
  readonly of: EntityRef
  readonly tie: 'opened' | 'is' | 'same'
  readonly entity: EntityRef
  /** When it was last seen, to the hour. */
  readonly at: Micros
  /** Of a service account: its cluster, or `oidc:` and the id of that cluster's issuer; null where neither is told. */
  readonly place: string | null
}

/** Who an AWS identity is beside its calls. */
export interface Background {
  /** Nearest first; each entity once. */
  readonly behind: readonly Step[]
  /** Subjects that clusters saw it as, the latest first. */
  readonly subjects: readonly Seen[]
}

/** A key, and when it was last seen so. */
interface Seen {
  readonly key: string
  readonly at: Micros
}

/**
 * A session lives at most so long: who opened one that is seen in a window did so since so long before it. Sessions of one name are opened
 * again and again, by others too.
 */
const LONGEST_SESSION = 36 * HOUR

/** The condition that a tie was seen in a window or in the life of a session before it; null: at any time. */
function isWithin(window: Window | null): RawBuilder<SqlBool> {
  if (window === null) return sql<SqlBool>`true`
  // Ties are dated by the hour.
  const from = formatTime(hourStart(hourOf(window.from)) - LONGEST_SESSION)
  return sql<SqlBool>`(link.last_seen >= ${from}::timestamptz
    and link.first_seen < ${formatTime(window.to)}::timestamptz)`
}

/** Steps back. A person opens a session, that another one: longer chains are loops. */
const MOST_STEPS = 5
/** Entities that are looked behind in one step, the newest ones. */
const MOST_AT_ONCE = 50

/** The path back from an identity as of a window, across scopes: what two of them say of one ARN belongs together. */
export async function backgroundOf(
  graph: Graph,
  match: Match,
  scopes: Scopes,
  window: Window | null,
): Promise<Background> {
  if (isWide(match.entity)) return { behind: [], subjects: [] }
  const own = await ownNames(graph, match, window)
  const known = new Set(own.map(formatEntity))
  const names = [...own]
  const behind: Step[] = []
  let front = own
  for (let hop = 0; hop < MOST_STEPS && front.length > 0; hop++) {
    const next: EntityRef[] = []
    for (const step of await stepsBehind(graph, scopes, front, window)) {
      const { entity, place } = step
      // Two clusters' service accounts of one name are two.
      const id = `${formatEntity(entity)}${place === null ? '' : ` ${place}`}`
      if (known.has(id)) continue
      known.add(id)
      behind.push(step)
      next.push(entity)
      if (step.tie === 'same' && names.some((one) => formatEntity(one) === formatEntity(step.of)))
        names.push(entity)
    }
    front = next
  }
  return { behind, subjects: await subjectsOf(graph, scopes, names, window) }
}

/** What was matched; of a role its newest sessions too, which are what is opened. */
async function ownNames(graph: Graph, match: Match, window: Window | null): Promise<readonly EntityRef[]> {
  const ids = sql.join([...match.scopes.keys()])
  return rowsOf(
    graph,
    sql<EntityRef>`
    select kind, key from (
      select entity.kind, entity.key, 0 as hops, entity.last_seen from entity
      where entity.scope in (${ids}) and ${isOneOf(match, 'entity', 'id')}
      union all
      select session.kind, session.key, 1, link.last_seen from link
      join entity as session on session.scope = link.scope and session.id = link.source
      where link.scope in (${ids}) and session.scope in (${ids}) and link.tie = 'is' and session.kind = 'session'
        and ${isOneOf(match, 'link', 'target')} and ${isWithin(window)}
    ) as own group by kind, key order by min(hops), max(last_seen) desc, kind, key limit ${MOST_AT_ONCE}`,
  )
}

interface StepRow {
  readonly ofKind: EntityKind
  readonly ofKey: string
  readonly tie: Step['tie']
  readonly kind: EntityKind
  readonly key: string
  readonly at: Micros
  readonly place: string | null
}

async function stepsBehind(
  graph: Graph,
  scopes: Scopes,
  front: readonly EntityRef[],
  window: Window | null,
): Promise<readonly Step[]> {
  const ids = sql.join([...scopes.keys()])
  const rows = await rowsOf(
    graph,
    sql<StepRow>`
    with asked as (
      select entity.scope, entity.id, entity.kind, entity.key
      from unnest(${front.map(({ kind }) => kind)}::text[], ${front.map(({ key }) => key)}::text[]) as named (kind, key)
      join entity on entity.kind = named.kind and entity.key = named.key collate "C"
      where entity.scope in (${ids})),
    step as (
      select asked.kind as of_kind, asked.key as of_key, 'opened' as tie, link.scope, link.source as id,
        link.last_seen as at, link.target as session
      from asked join link on link.scope = asked.scope and link.target = asked.id and link.tie = 'opened'
      where link.scope in (${ids}) and ${isWithin(window)}
      union all
      select asked.kind, asked.key, 'is', link.scope, link.target, link.last_seen, 0
      from asked join link on link.scope = asked.scope and link.source = asked.id and link.tie = 'is'
      where link.scope in (${ids}) and asked.kind = 'session'
      union all
      select asked.kind, asked.key, 'same', other.scope, other.entity, other.last_seen, 0
      from asked
      join trait as own on own.scope = asked.scope and own.entity = asked.id and own.name in ('access-key', 'principal-id')
      join trait as other on other.name = own.name and other.value = own.value
      where own.scope in (${ids}) and other.scope in (${ids}) and asked.kind = 'session')
    select step.of_kind as "ofKind", step.of_key as "ofKey", step.tie, behind.kind, behind.key, max(step.at) as at,
      nullif(split_part(opened.value, ' ', 1), '') as place
    from step join entity as behind on behind.scope = step.scope and behind.id = step.id
    left join trait as opened on opened.scope = step.scope and opened.scope in (${ids}) and opened.entity = step.session
      and opened.name = 'opened-in' and substr(opened.value, strpos(opened.value, ' ') + 1) = behind.key
    where behind.scope in (${ids}) and (step.tie <> 'same' or (behind.kind = 'session' and behind.key <> step.of_key))
    group by step.of_kind, step.of_key, step.tie, behind.kind, behind.key, opened.value
    order by step.tie = 'opened' desc, max(step.at) desc, behind.kind, behind.key, opened.value limit ${MOST_AT_ONCE}`,
  )
  return rows.map(({ ofKind, ofKey, tie, kind, key, at, place }) => ({
    of: { kind: ofKind, key: ofKey },
    tie,
    entity: { kind, key },
    at,
    place,
  }))
}

/** An AWS identity that a subject was, and when it was last seen as such. */
export interface Principal extends EntityRef {
  readonly at: Micros
}

/**
 * AWS identities that a subject of a cluster was in a window, the newest first. An audit log tells a user as a role. What a service account
 * says of its role holds until it says another one.
 */
export async function principalsOf(
  graph: Graph,
  match: Match,
  window: Window | null,
): Promise<readonly Principal[]> {
  if (isWide(match.entity) || match.scopes.size === 0) return []
  const ids = sql.join([...match.scopes.keys()])
  return rowsOf(
    graph,
    sql<Principal>`
    select case when behind.key like '%:user/%' then 'user' else behind.kind end as kind, behind.key, max(link.last_seen) as at
    from link join entity as behind on behind.scope = link.scope and behind.id = link.target
    where link.scope in (${ids}) and behind.scope in (${ids}) and link.tie = 'is' and behind.kind in ('session', 'role')
      and ${isOneOf(match, 'link', 'source')} and (behind.kind = 'role' or ${isWithin(window)})
      and ${window === null ? sql`true` : sql`link.first_seen < ${formatTime(window.to)}::timestamptz`}
    group by behind.kind, behind.key order by behind.kind desc, max(link.last_seen) desc, behind.key limit ${MOST_PRINCIPALS}`,
  )
}

const MOST_PRINCIPALS = 3

/** Subjects that the identity was seen as in clusters. An audit log tells a user by the same ARN, as a role. */
async function subjectsOf(
  graph: Graph,
  scopes: Scopes,
  names: readonly EntityRef[],
  window: Window | null,
): Promise<readonly Seen[]> {
  // An account's log says who is let into a cluster as whom: nobody has seen that yet.
  const clusters = [...scopes].filter(([, name]) => !isAccounts(name)).map(([id]) => id)
  if (clusters.length === 0) return []
  const ids = sql.join(clusters)
  return rowsOf(
    graph,
    sql<Seen>`
    select subject.key, max(link.last_seen) as at
    from unnest(${names.map(({ kind }) => (kind === 'user' ? 'role' : kind))}::text[], ${names.map(({ key }) => key)}::text[])
      as named (kind, key)
    join entity on entity.kind = named.kind and entity.key = named.key collate "C"
    join link on link.scope = entity.scope and link.target = entity.id and link.tie = 'is'
    join entity as subject on subject.scope = link.scope and subject.id = link.source
    where entity.scope in (${ids}) and link.scope in (${ids}) and subject.scope in (${ids}) and subject.kind = 'subject'
      and ${isWithin(window)}
    group by subject.key order by max(link.last_seen) desc, subject.key limit ${MOST_AT_ONCE}`,
  )
}
