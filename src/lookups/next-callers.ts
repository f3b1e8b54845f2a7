import type { NextQuestion } from '../model/answer.ts'
import { type EntityKind, unescapeKey } from '../model/entity.ts'
import type { Graph } from './lookup.ts'
import { isPattern, type Scopes } from './match.ts'

/** Identities of AWS that a question of their own is about. */
const PRINCIPALS: readonly EntityKind[] = ['session', 'role', 'user']

/**
 * Next questions as they are about those who called AWS: rows name callers by key, and lookups take them for subjects of a
 * cluster. A session, role or user is asked for what it did there; of services and accounts nothing is asked.
 */
export async function aboutCallers(
  graph: Graph,
  scopes: Scopes,
  next: readonly NextQuestion[],
): Promise<readonly NextQuestion[]> {
  const keys = next.flatMap(({ entity }) =>
    entity.kind === 'subject' && !isPattern(entity.key) ? [unescapeKey(entity.key)] : [],
  )
  if (keys.length === 0 || scopes.size === 0) return next
  const known = await graph
    .selectFrom('entity')
    .select(['kind', 'key'])
    .distinct()
    .where('scope', 'in', [...scopes.keys()])
    .where('kind', 'in', ['subject', 'service', 'account', ...PRINCIPALS])
    .where('key', 'in', keys)
    .execute()
  return next.flatMap((one): readonly NextQuestion[] => {
    const kinds = known.filter(({ key }) => key === unescapeKey(one.entity.key)).map(({ kind }) => kind)
    if (one.entity.kind !== 'subject' || kinds.length === 0 || kinds.includes('subject')) return [one]
    const kind = PRINCIPALS.find((principal) => kinds.includes(principal))
    if (kind === undefined || one.lookup !== 'subject') return []
    return [{ lookup: 'principal', entity: { kind, key: one.entity.key } }]
  })
}
