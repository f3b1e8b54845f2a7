import { isMark, isWord, type Node, nameIn } from './sql-tokens.ts'

const CLAUSES = [
  'from',
  'set',
  'using',
  'where',
  'group',
  'having',
  'window',
  'order',
  'limit',
  'offset',
  'fetch',
]

/** A statement by its clauses; what stands before the first is under ''. */
export function clausesOf(nodes: readonly Node[]): ReadonlyMap<string, readonly Node[]> {
  const clauses = new Map<string, Node[]>()
  let current = ''
  nodes.forEach((node, at) => {
    const before = nodes[at - 1]
    const isClause =
      isWord(node, ...CLAUSES, 'returning', 'for') &&
      !isMark(before, '.') &&
      !isWord(before, 'as', 'within') &&
      !(isWord(node, 'from') && isWord(before, 'distinct') && isWord(nodes[at - 2], 'is', 'not')) &&
      // Of an update and a delete; a join has its own.
      !(isWord(node, 'using') && !isWord(nodes[0], 'delete')) &&
      !(isWord(node, 'set') && !isWord(nodes[0], 'update'))
    if (isClause && nameIn(node) !== null) current = nameIn(node) ?? ''
    else if (at > 0 || !isWord(node, 'select', 'update', 'delete')) {
      clauses.set(current, [...(clauses.get(current) ?? []), node])
    }
  })
  return clauses
}
