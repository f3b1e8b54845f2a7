import { isMark, isParens, isWord, type Node, nameIn, splitAt } from './sql-tokens.ts'

/** Something that is known for sure, as opposed to what a column holds. */
export const VALUE = 'value'

/** One side of an equality: a value, or columns by their keys (several where a bare name stands for several tables). */
export type Side = typeof VALUE | readonly string[]

/** Who knows `to` once `from` is known: an equality is two of them. */
export interface Fact {
  readonly from: string
  readonly to: string
}

/** The key of a column by its qualifier and name, or VALUE when an outer query has settled it. */
export type Resolve = (qualifier: string | null, column: string) => Side

/** What a condition says for sure about which columns equal which, or hold given values. */
export function factsOf(condition: readonly Node[], resolve: Resolve): readonly Fact[] {
  const either = splitAt(condition, (node) => isWord(node, 'or'))
  if (either.length > 1) return inAll(either.map((part) => factsOf(part, resolve)))
  const all = splitAt(condition, (node) => isWord(node, 'and'))
  if (all.length > 1) return all.flatMap((part) => factsOf(part, resolve))
  const [only] = condition
  if (condition.length === 1 && isParens(only) && !isQuery(only.nodes)) return factsOf(only.nodes, resolve)
  return comparison(condition, resolve)
}

/** Of alternatives only that holds which all of them say, and values only: which columns meet may differ. */
function inAll(alternatives: readonly (readonly Fact[])[]): readonly Fact[] {
  const [first = [], ...others] = alternatives.map((facts) => facts.filter(({ from }) => from === VALUE))
  return first.filter((fact) => others.every((facts) => facts.some(({ to }) => to === fact.to)))
}

function comparison(nodes: readonly Node[], resolve: Resolve): readonly Fact[] {
  const at = nodes.findIndex((node) => isMark(node, '=') || isWord(node, 'in'))
  if (at < 0) return []
  const left = nodes.slice(0, at)
  const right = nodes.slice(at + 1)
  if (isWord(nodes[at], 'in')) {
    const [list, ...more] = right
    const isList = more.length === 0 && isParens(list) && !isQuery(list.nodes) && isValue(list.nodes)
    return isList ? equal(sideOf(left, resolve), VALUE) : []
  }
  const [a, b] = [rowOf(left), rowOf(right)]
  if (a !== null && b !== null && a.length === b.length) {
    return a.flatMap((part, nr) => equal(sideOf(part, resolve), sideOf(b[nr] ?? [], resolve)))
  }
  return equal(sideOf(left, resolve), sideOf(right, resolve))
}

function equal(left: Side | null, right: Side | null): readonly Fact[] {
  if (left === null || right === null || (left === VALUE && right === VALUE)) return []
  const ends = (side: Side): readonly string[] => (side === VALUE ? [VALUE] : side)
  return ends(left).flatMap((a) =>
    ends(right).flatMap((b) => [
      { from: a, to: b },
      { from: b, to: a },
    ]),
  )
}

/** The parts of `(a, b)`; null for one value. */
function rowOf(nodes: readonly Node[]): readonly (readonly Node[])[] | null {
  const [only] = nodes
  if (nodes.length !== 1 || !isParens(only)) return null
  const parts = splitAt(only.nodes, (node) => isMark(node, ','))
  return parts.length > 1 ? parts : null
}

/** What stands on one side of an equality; null for what is computed from columns. */
export function sideOf(nodes: readonly Node[], resolve: Resolve): Side | null {
  const [first, dot, second] = nodes
  if (nodes.length === 1 && isParens(first) && !isQuery(first.nodes)) return sideOf(first.nodes, resolve)
  if (isValue(nodes)) return VALUE
  const name = nameIn(first)
  if (name === null) return null
  if (nodes.length === 1) return resolve(null, name)
  const column = nameIn(second)
  if (nodes.length === 3 && isMark(dot, '.') && column !== null) return resolve(name, column)
  return null
}

const CONSTANTS = ['array', 'null', 'true', 'false', 'any', 'some', 'cast']

/** True for what holds no column and asks nothing: parameters, constants, casts and functions of these. */
function isValue(nodes: readonly Node[]): boolean {
  let isType = false
  return (
    nodes.length > 0 &&
    nodes.every((node, at) => {
      if (node.kind === 'group')
        return !isQuery(node.nodes) && (node.nodes.length === 0 || isValue(node.nodes))
      if (node.kind === 'mark') isType = node.text === '::' || (isType && node.text === '.')
      if (isWord(node, 'as')) isType = true
      if (node.kind === 'word') return isType || CONSTANTS.includes(node.text) || isCall(node, nodes[at + 1])
      return node.kind !== 'quoted' || isType
    })
  )
}

/** True for a function with its arguments. */
function isCall(name: Node, next: Node | undefined): boolean {
  return isParens(next) && !isWord(name, 'all', 'exists', 'in', 'not', 'row')
}

/** True when these nodes are a query of their own, parentheses around it or not. */
export function isQuery(nodes: readonly Node[]): boolean {
  const [first] = nodes
  if (isWord(first, 'select', 'with', 'values', 'table', 'insert', 'update', 'delete', 'merge')) return true
  return isParens(first) && isQuery(first.nodes)
}

/** Everything that is known once the given columns are. */
export function closure(facts: readonly Fact[], known: readonly string[]): ReadonlySet<string> {
  const all = new Set([VALUE, ...known])
  for (let before = 0; before !== all.size; ) {
    before = all.size
    for (const { from, to } of facts) if (all.has(from)) all.add(to)
  }
  return all
}
