import type { Coverage, Window } from '../model/answer.ts'
import { HOUR, hourOf, type Micros } from '../model/time.ts'
import type { Graph } from './lookup.ts'
import type { Scopes } from './match.ts'

/**
 * Which logs exist in the given scopes for a window (null: all that there is), with the gaps in them: an hour or
 * more between two records.
 */
export async function readCoverage(
  graph: Graph,
  scopes: Scopes,
  names: readonly string[],
  window: Window | null,
): Promise<readonly Coverage[]> {
  const ids = [...scopes].filter(([, name]) => names.includes(name)).map(([id]) => id)
  if (ids.length === 0) return []
  let query = graph
    .selectFrom('coverage')
    .select(['scope', 'source', 'first_at', 'last_at'])
    .where('scope', 'in', ids)
    .where('source', '=', 'audit')
    .orderBy('scope')
    .orderBy('hour')
  if (window !== null) {
    query = query.where('hour', '>=', hourOf(window.from)).where('hour', '<=', hourOf(window.to))
  }
  const hours = await query.execute()
  const coverage: Coverage[] = []
  for (const id of ids) {
    const own = hours.filter(
      (hour) =>
        hour.scope === id && (window === null || (hour.last_at >= window.from && hour.first_at < window.to)),
    )
    const first = own[0]
    const last = own.at(-1)
    if (first === undefined || last === undefined) continue
    coverage.push({
      scope: scopes.get(id) ?? '',
      source: 'audit',
      from: first.first_at,
      to: last.last_at,
      gaps: gapsOf(own),
    })
  }
  return coverage
}

function gapsOf(
  hours: readonly { readonly first_at: Micros; readonly last_at: Micros }[],
): readonly Window[] {
  const gaps: Window[] = []
  let end: Micros | null = null
  for (const hour of hours) {
    if (end !== null && hour.first_at - end >= HOUR) gaps.push({ from: end, to: hour.first_at })
    end = hour.last_at
  }
  return gaps
}
