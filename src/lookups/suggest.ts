import { ENTITY_KINDS, type EntityKind, type EntityRef, exactKey, parseEntity } from '../model/entity.ts'
import { LOOKUPS } from './index.ts'
import type { Graph } from './lookup.ts'
import { allScopes, isMatch, isPattern } from './match.ts'

/** Kinds that some question is about, in the order of surfaces. */
const ASKED: readonly EntityKind[] = ENTITY_KINDS.filter((kind) =>
  LOOKUPS.some(({ about }) => about.includes(kind)),
)

/**
 * Entities of a scope whose key begins with what was typed, or matches it where it holds `*` or `?`; `kind:` in front keeps
 * to one kind. A pattern that matches is itself the first suggestion. At most `most`, the kinds in the order of surfaces.
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
  const wide = isPattern(key)
  const found: EntityRef[] = []
  for (const kind of named === null ? ASKED : [named.kind]) {
    const pattern = wide ? key : `${exactKey(key)}*`
    const rows = await graph
      .selectFrom('entity')
      .select('key')
      .distinct()
      .where('scope', 'in', scopes)
      .where(isMatch({ kind, key: pattern }))
      .orderBy('key')
      .limit(most)
      .execute()
    if (rows.length > 0 && wide) found.push({ kind, key })
    found.push(...rows.map((row) => ({ kind, key: exactKey(row.key) })))
  }
  return found.slice(0, most)
}
