import { sql } from 'kysely'
import { type EntityKind, type EntityRef, unescapeKey } from '../model/entity.ts'
import { parseScope, type Scope, UNKNOWN_PART } from '../model/scope.ts'
import { hourOf, type Micros } from '../model/time.ts'
import type { Graph } from './lookup.ts'
import { isOneOf, isWide, type Match, type Scopes } from './match.ts'
import { rowsOf } from './rows.ts'

/** Entities whose traffic is asked for: addresses, each in the hours in which it was the asked one's, and interfaces. */
export interface Ends {
  readonly addresses: readonly Held[]
  readonly interfaces: readonly { readonly scope: number; readonly id: number }[]
  /** Addresses that were also somebody else's. */
  readonly others: readonly Other[]
  /** How the asked one's own addresses are called, the latest first. */
  readonly names: readonly string[]
}

/** An address entity and the hours that count, from one to before another. */
interface Held {
  readonly scope: number
  readonly id: number
  readonly from: number
  readonly to: number
}

export interface Other {
  readonly address: string
  readonly owner: EntityRef
  readonly first: Micros
  readonly last: Micros
}

/** Before and after all hours. */
const ALWAYS = { from: -(2 ** 31), to: 2 ** 31 - 1 }

/**
 * What stands for an address, pod, node or instance in flow logs; null for a pattern of addresses or a network, which are too many
 * to name. A pod has an address from when it was first seen with it until another one is, after it was itself last seen with it.
 */
export async function endsOf(graph: Graph, match: Match, near: Scopes): Promise<Ends | null> {
  if (match.entity.kind === 'ip') {
    if (match.ids === null || isWide(match.entity)) return null
    const addresses = match.ids.map((one) => ({ ...one, ...ALWAYS }))
    return { addresses, interfaces: [], others: [], names: [] }
  }
  if (match.scopes.size === 0) return { addresses: [], interfaces: [], others: [], names: [] }
  const own = await ownAddresses(graph, match)
  const others = own.length === 0 ? [] : await othersAt(graph, match, near, own)
  const [ids, interfaces] = await Promise.all([
    addressIds(graph, near, own),
    interfacesOf(graph, match, near),
  ])
  const addresses = ids.flatMap(({ scope, id, key }) =>
    own
      .filter(({ address }) => address === key)
      .map((one) => ({ scope, id, ...hoursOf(one, others, match) })),
  )
  return { addresses, interfaces, others, names: [...new Set(own.map(({ address }) => address))] }
}

interface OwnAddress {
  readonly address: string
  readonly first: Micros
  readonly last: Micros
}

/** Until another of its kind was seen with the address, after it was itself seen with it for the last time. */
function hoursOf(
  { address, first, last }: OwnAddress,
  others: readonly Other[],
  match: Match,
): { readonly from: number; readonly to: number } {
  const later = others
    .filter((one) => one.address === address && one.owner.kind === match.entity.kind && one.first > last)
    .map((one) => hourOf(one.first))
  return { from: hourOf(first), to: Math.min(ALWAYS.to, ...later) }
}

/**
 * The given scopes and their account's in the same region: private addresses mean other machines elsewhere, and other clusters may
 * use the same ones.
 */
export function nearScopes(own: Scopes, all: Scopes): Scopes {
  const homes = [...own.values()].map(parseScope).filter((scope) => scope !== null)
  const isNear = (name: string): boolean => {
    const scope = parseScope(name)
    if (scope === null || scope.cluster !== UNKNOWN_PART) return false
    return homes.some((home) => isSame(home, scope, 'account') && isSame(home, scope, 'region'))
  }
  return new Map([...all].filter(([id, name]) => own.has(id) || isNear(name)))
}

function isSame(a: Scope, b: Scope, part: 'account' | 'region'): boolean {
  return a[part] === b[part] || a[part] === UNKNOWN_PART || b[part] === UNKNOWN_PART
}

function ownAddresses(graph: Graph, match: Match): Promise<readonly OwnAddress[]> {
  const ids = sql.join([...match.scopes.keys()])
  return rowsOf(
    graph,
    sql<OwnAddress>`
    select ip.key as address, min(link.first_seen) as first, max(link.last_seen) as last
    from link join entity as ip on ip.scope = link.scope and ip.id = link.target
    where link.scope in (${ids}) and ip.scope in (${ids}) and link.tie = 'at' and ip.kind = 'ip'
      and ${isOneOf(match, 'link', 'source')}
    group by ip.key order by max(link.last_seen) desc, ip.key limit ${MOST_ADDRESSES}`,
  )
}

/** The newest ones of an entity are looked at: a pattern may match many pods. */
const MOST_ADDRESSES = 500

interface OtherRow {
  readonly address: string
  readonly kind: EntityKind
  readonly key: string
  readonly first: Micros
  readonly last: Micros
}

/** Who else was seen with the addresses, beside those that the question is about. */
async function othersAt(
  graph: Graph,
  match: Match,
  near: Scopes,
  held: readonly OwnAddress[],
): Promise<readonly Other[]> {
  const ids = sql.join([...near.keys()])
  const { kind: asked, key: own } = match.entity
  // A node and its instance are one machine.
  const kinds = asked === 'pod' ? ['pod', 'node', 'instance'] : ['pod', asked]
  const rows = await rowsOf(
    graph,
    sql<OtherRow>`
    select ip.key as address, owner.kind, owner.key, min(link.first_seen) as first, max(link.last_seen) as last
    from entity as ip
    join link on link.scope = ip.scope and link.target = ip.id and link.tie = 'at'
    join entity as owner on owner.scope = link.scope and owner.id = link.source
    where ip.scope in (${ids}) and link.scope in (${ids}) and owner.scope in (${ids}) and ip.kind = 'ip'
      and ip.key = any(${held.map(({ address }) => address)}::text[]) and owner.kind in (${sql.join(kinds)})
      and not (${isOneOf(match, 'owner', 'id')})
    group by ip.key, owner.kind, owner.key order by max(link.last_seen) desc, owner.key, ip.key limit ${MOST_ADDRESSES}`,
  )
  // In the account's scope a finding may name it too.
  const isAsked = (row: OtherRow): boolean => row.kind === asked && row.key === unescapeKey(own)
  return rows
    .filter((row) => !isAsked(row))
    .map(({ address, kind, key, first, last }) => ({ address, owner: { kind, key }, first, last }))
}

async function addressIds(
  graph: Graph,
  near: Scopes,
  own: readonly OwnAddress[],
): Promise<readonly { readonly scope: number; readonly id: number; readonly key: string }[]> {
  if (own.length === 0) return []
  return graph
    .selectFrom('entity')
    .select(['scope', 'id', 'key'])
    .where('scope', 'in', [...near.keys()])
    .where('kind', '=', 'ip')
    .where('key', 'in', [...new Set(own.map(({ address }) => address))])
    .execute()
}

/** Interfaces of an instance, and of a node's. What goes through them is also its pods'. */
async function interfacesOf(graph: Graph, match: Match, near: Scopes): Promise<Ends['interfaces']> {
  const { kind } = match.entity
  if (kind !== 'instance' && kind !== 'node') return []
  const own = sql.join([...match.scopes.keys()])
  const ids = sql.join([...near.keys()])
  const instances =
    kind === 'instance'
      ? sql`select entity.key from entity where entity.scope in (${own}) and ${isOneOf(match, 'entity', 'id')}`
      : sql`select entity.key from link join entity on entity.scope = link.scope and entity.id = link.target
          where link.scope in (${own}) and entity.scope in (${own}) and link.tie = 'is' and entity.kind = 'instance'
            and ${isOneOf(match, 'link', 'source')}`
  return rowsOf(
    graph,
    sql<{ readonly scope: number; readonly id: number }>`
    select distinct link.scope, link.source as id
    from entity as machine join link on link.scope = machine.scope and link.target = machine.id and link.tie = 'on'
    join entity as seen on seen.scope = link.scope and seen.id = link.source
    where machine.scope in (${ids}) and link.scope in (${ids}) and seen.scope in (${ids}) and machine.kind = 'instance'
      and seen.kind = 'interface' and machine.key in (${instances})
    order by link.scope, link.source limit ${MOST_ADDRESSES}`,
  )
}
