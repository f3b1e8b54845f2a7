import { ENTITY_KINDS, type EntityKind, type EntityRef, exactKey, parseEntity } from '../model/entity.ts'
import { parseCidr } from '../model/ip.ts'
import { LOOKUPS } from './index.ts'
import type { Graph } from './lookup.ts'
import { allScopes, isNamed, isPattern } from './match.ts'

/** Kinds that some question is about, in the order of surfaces. */
const ASKED: readonly EntityKind[] = ENTITY_KINDS.filter((kind) =>
  LOOKUPS.some(({ about }) => about.includes(kind)),
)

/**
 * Entities of a scope whose key begins with what was typed, or matches it where it holds `*` or `?`, or lies in it where it is a
 * network; `kind:` in front keeps to one kind. What matches several is itself the first suggestion of its kind. At most
 * `most` of each kind, the kinds in the order of surfaces.
 */
export async function suggestEntities(
  graph: Graph,
  typed: string,
  scope: string,
  most: number,
): Promise<readonly EntityRef[]> {
  const named = parseEntity(typed)
  const key = named?.key ?? typed
  if (key === '') return []
  const scopes = [...(await allScopes(graph))].filter(([, name]) => name === scope).map(([id]) => id)
  if (scopes.length === 0) return []
  const found: EntityRef[] = []
  for (const kind of named === null ? ASKED : [named.kind]) {
    const wanted = wantedOf(kind, key)
    if (wanted === null) continue
    const rows = await graph
      .selectFrom('entity')
      .select('key')
      .distinct()
      .where('scope', 'in', scopes)
      .where(isNamed(wanted.entity))
      .orderBy('key')
      .limit(most)
      .execute()
    if (rows.length > 0 && wanted.isItself) found.push(wanted.entity)
    found.push(...rows.map((row) => ({ kind, key: exactKey(row.key) })))
  }
  return found
}

/** What to look for of one kind, and whether it may be asked about as it stands; null: nothing of that kind can match. */
function wantedOf(
  kind: EntityKind,
  key: string,
): { readonly entity: EntityRef; readonly isItself: boolean } | null {
  // An address has no slash in it, a network has.
  if (kind === 'ip' && key.includes('/')) {
    const network = parseCidr(key)
    return 'problem' in network ? null : { entity: { kind, key: network.network }, isItself: true }
  }
  return isPattern(key)
    ? { entity: { kind, key }, isItself: true }
    : { entity: { kind, key: `${exactKey(key)}*` }, isItself: false }
}
