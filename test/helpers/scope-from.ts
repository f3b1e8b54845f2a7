import { isQuery } from './scope-facts.ts'
import { type Group, isMark, isParens, isWord, type Node, nameIn } from './sql-tokens.ts'

/** One thing that a query reads or changes: a table by its name, a query of its own, or a function. */
export interface Relation {
  /** Tells relations of one statement apart. */
  readonly id: string
  readonly alias: string
  /** Null where it is no table. */
  readonly table: { readonly schema: string | null; readonly name: string } | null
  readonly query: Group | null
  readonly isLateral: boolean
}

/** A condition of a join, and the relations that it may narrow: an outer join leaves its outer side as it is. */
export interface Condition {
  readonly nodes: readonly Node[]
  readonly narrows: ReadonlySet<Relation>
}

/** What a FROM list holds. */
export interface From {
  readonly relations: readonly Relation[]
  readonly conditions: readonly Condition[]
  /** Sets of relations that USING or NATURAL joins on scope, each with what it may narrow. */
  readonly merged: readonly {
    readonly relations: readonly Relation[]
    readonly narrows: ReadonlySet<Relation>
  }[]
  /** Arguments and conditions, which may hold queries. */
  readonly expressions: readonly Node[]
}

const JOIN_WORDS = ['join', 'inner', 'left', 'right', 'full', 'outer', 'cross', 'natural']
const NO_ALIAS = [...JOIN_WORDS, 'on', 'using', 'tablesample', 'with', 'set', 'default', 'values', 'select']

let made = 0

/** Reads a FROM list; also the target of an UPDATE or DELETE, which is written like one. */
export function readFrom(nodes: readonly Node[]): From {
  const reader = new FromReader(nodes)
  reader.read()
  return reader
}

/** Goes over a FROM list from left to right. */
class FromReader implements From {
  readonly relations: Relation[] = []
  readonly conditions: Condition[] = []
  readonly merged: { relations: readonly Relation[]; narrows: ReadonlySet<Relation> }[] = []
  readonly expressions: Node[] = []
  readonly #nodes: readonly Node[]
  #at = 0
  /** What stands left of the join at hand, since the last comma. */
  #left: Relation[] = []
  #right: readonly Relation[] = []
  #join: readonly string[] = []

  constructor(nodes: readonly Node[]) {
    this.#nodes = nodes
  }

  read(): void {
    while (this.#at < this.#nodes.length) {
      if (this.#take(',')) {
        this.#left = []
        this.#right = []
        this.#join = []
      } else if (this.#isJoin()) this.#readJoin()
      else if (this.#takeWord('on')) this.#readCondition()
      else if (this.#takeWord('using')) this.#readUsing()
      else this.#readItem()
    }
  }

  get #node(): Node | undefined {
    return this.#nodes[this.#at]
  }

  #take(mark: string): boolean {
    const is = isMark(this.#node, mark)
    if (is) this.#at += 1
    return is
  }

  #takeWord(...words: readonly string[]): boolean {
    const is = isWord(this.#node, ...words)
    if (is) this.#at += 1
    return is
  }

  /** `left(text, 2)` is a function. */
  #isJoin(): boolean {
    if (!isWord(this.#node, ...JOIN_WORDS)) return false
    return isWord(this.#node, 'join') || !isParens(this.#nodes[this.#at + 1])
  }

  #readJoin(): void {
    const words: string[] = []
    while (this.#isJoin()) {
      words.push(nameIn(this.#node) ?? '')
      this.#at += 1
      if (words.at(-1) === 'join') break
    }
    this.#left = [...this.#left, ...this.#right]
    this.#right = []
    this.#join = words
  }

  #narrows(): ReadonlySet<Relation> {
    if (this.#join.includes('full')) return new Set()
    if (this.#join.includes('left')) return new Set(this.#right)
    if (this.#join.includes('right')) return new Set(this.#left)
    return new Set([...this.#left, ...this.#right])
  }

  #readCondition(): void {
    const nodes: Node[] = []
    while (
      this.#node !== undefined &&
      !this.#isJoin() &&
      !isMark(this.#node, ',') &&
      !isWord(this.#node, 'on')
    ) {
      nodes.push(this.#node)
      this.#at += 1
    }
    this.conditions.push({ nodes, narrows: this.#narrows() })
    this.expressions.push(...nodes)
  }

  #readUsing(): void {
    const columns = this.#node
    this.#at += 1
    const isByScope = isParens(columns) && columns.nodes.some((node) => nameIn(node) === 'scope')
    if (isByScope) this.merged.push({ relations: [...this.#left, ...this.#right], narrows: this.#narrows() })
    if (this.#takeWord('as')) this.#at += 1
  }

  #readItem(): void {
    const isLateral = this.#takeWord('lateral')
    this.#takeWord('only')
    const node = this.#node
    if (isParens(node) && !isQuery(node.nodes)) {
      this.#at += 1
      this.#readNested(node)
    } else this.#add(this.#readRelation(isLateral))
    if (this.#join.includes('natural')) {
      this.merged.push({ relations: [...this.#left, ...this.#right], narrows: this.#narrows() })
    }
  }

  /** A join in parentheses. */
  #readNested(group: Group): void {
    const inner = readFrom(group.nodes)
    this.#add(...inner.relations)
    this.conditions.push(...inner.conditions)
    this.merged.push(...inner.merged)
    this.expressions.push(...inner.expressions)
    this.#alias()
  }

  #add(...relations: readonly Relation[]): void {
    this.relations.push(...relations)
    this.#right = [...this.#right, ...relations]
  }

  #readRelation(isLateral: boolean): Relation {
    const id = String(++made)
    const node = this.#node
    if (isParens(node)) {
      this.#at += 1
      return { id, alias: this.#alias() ?? '', table: null, query: node, isLateral }
    }
    const path = this.#path()
    const args = this.#node
    if (isParens(args)) {
      this.#at += 1
      this.expressions.push(args)
      if (this.#takeWord('with')) this.#takeWord('ordinality')
      return { id, alias: this.#alias() ?? path.at(-1) ?? '', table: null, query: null, isLateral }
    }
    this.#take('*')
    const name = path.at(-1) ?? ''
    const alias = this.#alias() ?? name
    if (this.#takeWord('tablesample')) this.#at += 2
    return { id, alias, table: { schema: path.at(-2) ?? null, name }, query: null, isLateral }
  }

  /** `schema.table`; at least one step on, whatever stands there. */
  #path(): readonly string[] {
    const path = [nameIn(this.#node) ?? '']
    this.#at += 1
    while (isMark(this.#node, '.')) {
      path.push(nameIn(this.#nodes[this.#at + 1]) ?? '')
      this.#at += 2
    }
    return path
  }

  #alias(): string | null {
    const isNamed = this.#takeWord('as')
    const node = this.#node
    if (isParens(node) && isNamed) this.#at += 1
    const alias = nameIn(node)
    if (alias === null || (!isNamed && isWord(node, ...NO_ALIAS))) return null
    this.#at += 1
    if (isParens(this.#node)) this.#at += 1
    return alias
  }
}
