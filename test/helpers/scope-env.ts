import { GRAPH_TABLES, GRAPH_VIEWS } from '../../src/db/distribution.ts'
import { type Side, sideOf, VALUE } from './scope-facts.ts'
import type { Relation } from './scope-from.ts'
import { isMark, isParens, isWord, type Node, splitAt } from './sql-tokens.ts'

/** Names by which partitions go beside their table's. */
const PARTITION = /_(?:\d[\d_]*|outside|default)$/

/** True for a table of the graph, one of its partitions, or a view on it. */
export function isGraphRelation(name: string): boolean {
  const graph: readonly string[] = [...GRAPH_TABLES, ...GRAPH_VIEWS]
  return graph.includes(name) || graph.includes(name.replace(PARTITION, ''))
}

/** What names stand for inside of a query. */
export interface Env {
  readonly parent: Env | null
  readonly relations: readonly Relation[]
  /** Columns whose values are settled, by key. */
  readonly known: ReadonlySet<string>
  /** Common table expressions: true where they hold rows of given scopes. */
  readonly named: ReadonlyMap<string, boolean>
}

/** Outside of every query. */
export const ROOT: Env = { parent: null, relations: [], known: new Set(), named: new Map() }

/** True for what a query names when that is a table of the graph, and no common table expression of that name. */
export function isGraph({ table }: Relation, env: Env): boolean {
  if (table === null || (table.schema !== null && table.schema !== 'public')) return false
  return isGraphRelation(table.name) && !(table.schema === null && env.named.has(table.name))
}

/** The keys of a column; VALUE when it belongs to an outer query that has settled it. */
export function keysOf(qualifier: string | null, column: string, env: Env, isOuter = false): Side {
  const fits = env.relations.filter((relation) =>
    qualifier === null ? column === 'scope' && isGraph(relation, env) : relation.alias === qualifier,
  )
  const found =
    fits.length > 0 || qualifier !== null ? fits : env.relations.filter(({ query }) => query !== null)
  const keys = found.map(({ id }) => `${id}.${column}`)
  if (keys.length > 0) return isOuter && keys.every((key) => env.known.has(key)) ? VALUE : keys
  return env.parent === null
    ? [`?.${qualifier ?? ''}.${column}`]
    : keysOf(qualifier, column, env.parent, true)
}

/** Which columns of a query have values that are settled: behind `(a, b) in`, those whose left side is. */
export function settledBefore(before: readonly Node[], env: Env): readonly boolean[] {
  const isIn = isWord(before.at(-1), 'in') && !isWord(before.at(-2), 'not')
  // Where another condition may hold instead, all rows of the query are needed.
  if (!isIn || before.some((node) => isWord(node, 'or'))) return []
  const row = before.at(-2)
  const column = isMark(before.at(-3), '.') ? before.slice(-4, -1) : before.slice(-2, -1)
  const parts = isParens(row) ? splitAt(row.nodes, (node) => isMark(node, ',')) : [column]
  return parts.map((part) => sideOf(part, (table, name) => keysOf(table, name, env, true)) === VALUE)
}
