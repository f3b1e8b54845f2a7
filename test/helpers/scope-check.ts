import { type Env, isGraph, keysOf, ROOT, settledBefore } from './scope-env.ts'
import { closure, type Fact, factsOf, isQuery, type Side, sideOf, VALUE } from './scope-facts.ts'
import { type From, type Relation, readFrom } from './scope-from.ts'
import { clausesOf } from './sql-clauses.ts'
import {
  type Group,
  isMark,
  isParens,
  isWord,
  type Node,
  nameIn,
  splitAt,
  tokensOf,
  treeOf,
} from './sql-tokens.ts'

/** What a statement has to do with the graph, and each of its faults as a sentence with its cure. */
export interface Verdict {
  readonly touchesGraph: boolean
  readonly faults: readonly string[]
}

/**
 * Says which graph tables a text of SQL reads or changes without naming their scopes: every one needs `scope = …`, `scope
 * in (…)`, `scope = any(…)`, or equality with the scope of one that has it. Statements about whole tables (DDL,
 * truncate) pass.
 */
export function checkScope(sql: string): Verdict {
  const check = new Check()
  for (const statement of splitAt(treeOf(tokensOf(sql)), (node) => isMark(node, ';'))) {
    check.statement(statement, ROOT)
  }
  return { touchesGraph: check.touched, faults: check.faults }
}

class Check {
  readonly faults: string[] = []
  touched = false

  /** Returns true when its rows are of given scopes. `settled` tells which of its columns are compared with known values. */
  statement(nodes: readonly Node[], env: Env, settled: readonly boolean[] = []): boolean {
    const [first] = nodes
    if (isWord(first, 'explain', 'declare')) return this.#behind(nodes, env)
    if (isWord(first, 'with')) return this.#with(nodes, env)
    if (isWord(first, 'insert')) return this.#insert(nodes, env)
    if (isWord(first, 'update')) return this.#update(nodes, env)
    if (isWord(first, 'delete')) return this.#delete(nodes, env)
    if (isWord(first, 'merge')) return this.#merge(nodes, env)
    if (isWord(first, 'copy')) return this.#copy(nodes, env)
    if (isWord(first, 'table')) return this.#select([{ kind: 'word', text: 'from' }, ...nodes.slice(1)], env)
    if (isWord(first, 'select', 'values') || isParens(first)) return this.#query(nodes, env, settled)
    return false
  }

  #behind(nodes: readonly Node[], env: Env): boolean {
    const at = nodes.findIndex((node) =>
      isWord(node, 'select', 'with', 'insert', 'update', 'delete', 'table'),
    )
    return at > 0 && this.statement(nodes.slice(at), env)
  }

  #with(nodes: readonly Node[], env: Env): boolean {
    const named = new Map(env.named)
    const inner = { ...env, named }
    let at = isWord(nodes[1], 'recursive') ? 2 : 1
    for (;;) {
      const name = nameIn(nodes[at]) ?? ''
      const body = nodes.findIndex((node, nr) => nr > at && isParens(node) && isQuery(node.nodes))
      const group = nodes[body]
      if (!isParens(group)) return false
      // Inside of itself it stands for rows of any scope: Citus needs a value there.
      named.set(name, false)
      named.set(name, this.statement(group.nodes, inner))
      at = body + 1
      if (!isMark(nodes[at], ',')) return this.statement(nodes.slice(at), inner)
      at += 1
    }
  }

  /** A query, or several put together. */
  #query(nodes: readonly Node[], env: Env, settled: readonly boolean[]): boolean {
    const parts = splitAt(nodes, (node) => isWord(node, 'union', 'intersect', 'except'))
    return parts
      .map((part) => (isWord(part[0], 'all', 'distinct') ? part.slice(1) : part))
      .map((part) => {
        const [first] = part
        if (!isParens(first)) return this.#select(part, env, parts.length === 1 ? settled : [])
        this.#inside(part.slice(1), env)
        return this.statement(first.nodes, env)
      })
      .every(Boolean)
  }

  #select(nodes: readonly Node[], env: Env, settled: readonly boolean[] = []): boolean {
    const clauses = clausesOf(nodes)
    const isPlain = !['group', 'having', 'limit', 'offset', 'fetch'].some((name) => clauses.has(name))
    const columns = splitAt(clauses.get('') ?? [], (node) => isMark(node, ','))
    const known = columns.filter((_, nr) => isPlain && settled[nr] === true)
    return this.#block(readFrom(clauses.get('from') ?? []), clauses, env, known)
  }

  /** Settles what a block knows, finds tables without a scope, and goes on with the queries inside. */
  #block(
    from: From,
    clauses: ReadonlyMap<string, readonly Node[]>,
    env: Env,
    known: readonly (readonly Node[])[] = [],
  ): boolean {
    const seeds: string[] = []
    const analyse = (relation: Relation, inside: Env): void => {
      if (relation.query !== null && this.statement(relation.query.nodes, inside))
        seeds.push(`${relation.id}.scope`)
    }
    for (const relation of from.relations) {
      if (!relation.isLateral) analyse(relation, env)
      const { table } = relation
      if (table?.schema === null && env.named.get(table.name) === true) seeds.push(`${relation.id}.scope`)
    }
    const block = { ...env, parent: env, relations: from.relations }
    const facts = this.#facts(from, clauses.get('where') ?? [], block, known)
    for (const relation of from.relations) {
      if (relation.isLateral) analyse(relation, { ...block, known: closure(facts, seeds) })
    }
    const inner = { ...block, known: closure(facts, seeds) }
    const graph = from.relations.filter((relation) => isGraph(relation, env))
    for (const relation of graph) {
      this.touched = true
      if (!inner.known.has(`${relation.id}.scope`)) this.faults.push(fault(relation))
    }
    this.#inside(from.expressions, inner)
    for (const [name, part] of clauses) if (name !== 'from') this.#inside(part, inner)
    return graph.length + seeds.length > 0
  }

  #facts(from: From, where: readonly Node[], env: Env, known: readonly (readonly Node[])[]): readonly Fact[] {
    const resolve = (qualifier: string | null, column: string): Side => keysOf(qualifier, column, env)
    const narrowed = (facts: readonly Fact[], by: ReadonlySet<Relation>): readonly Fact[] =>
      facts.filter(({ to }) => [...by].some(({ id }) => to.startsWith(`${id}.`)))
    const joined = from.conditions.flatMap(({ nodes, narrows }) => narrowed(factsOf(nodes, resolve), narrows))
    const merged = from.merged.flatMap(({ relations, narrows }) => {
      const keys = relations.map(({ id }) => `${id}.scope`)
      return narrowed(
        keys.flatMap((a) => keys.map((b) => ({ from: a, to: b }))),
        narrows,
      )
    })
    const settled = known.flatMap((column) => {
      const name = splitAt(column, (node) => isWord(node, 'as'))[0] ?? []
      const side = sideOf(name, resolve)
      return side === null || side === VALUE ? [] : side.map((to) => ({ from: VALUE, to }))
    })
    return [...joined, ...merged, ...settled, ...factsOf(where, resolve)]
  }

  /** Checks the queries that stand somewhere in an expression. */
  #inside(nodes: readonly Node[], env: Env): void {
    for (const [at, node] of nodes.entries()) {
      if (node.kind !== 'group') continue
      if (isQuery(node.nodes)) this.statement(node.nodes, env, settledBefore(nodes.slice(0, at), env))
      else this.#inside(node.nodes, env)
    }
  }

  #insert(nodes: readonly Node[], env: Env): boolean {
    const columns = nodes.findIndex(
      (node) => isParens(node) || isWord(node, 'select', 'values', 'default', 'with'),
    )
    const from = readFrom(nodes.slice(2, columns))
    const conflict = nodes.findIndex((node, at) => isWord(node, 'on') && isWord(nodes[at + 1], 'conflict'))
    const end = conflict < 0 ? nodes.length : conflict
    const list = nodes[columns]
    const isList = isParens(list) && !isQuery(list.nodes)
    const isInto = from.relations.some((relation) => isGraph(relation, env))
    this.touched ||= isInto
    if (isInto && !(isList && names(list, 'scope'))) {
      this.faults.push(`An insert into ${nameOf(from)} does not list scope: write insert into … (scope, …).`)
    }
    const body = nodes.slice(columns + (isList ? 1 : 0), end)
    const start = body.findIndex((node) => isWord(node, 'select', 'with') || isParens(node))
    const query = body.slice(Math.max(start, 0))
    if (isWord(body[start], 'select', 'with') || isQuery(query)) this.statement(query, env)
    else this.#inside(body, env)
    const rest = nodes.slice(end)
    this.#assigned(rest, isInto, from)
    const [target] = from.relations
    this.#inside(rest, {
      ...env,
      parent: env,
      relations: from.relations,
      known: new Set([`${target?.id}.scope`]),
    })
    return isInto
  }

  #update(nodes: readonly Node[], env: Env): boolean {
    const clauses = clausesOf(nodes)
    const target = readFrom(clauses.get('') ?? [])
    this.#assigned(
      [{ kind: 'word', text: 'set' }, ...(clauses.get('set') ?? [])],
      isGraphFirst(target, env),
      target,
    )
    return this.#block(together(target, readFrom(clauses.get('from') ?? [])), clauses, env)
  }

  #delete(nodes: readonly Node[], env: Env): boolean {
    const clauses = clausesOf(nodes)
    const target = readFrom(clauses.get('from') ?? [])
    return this.#block(together(target, readFrom(clauses.get('using') ?? [])), clauses, env)
  }

  #merge(nodes: readonly Node[], env: Env): boolean {
    const target = readFrom(nodes.slice(2, 3))
    if (!isGraphFirst(target, env)) return false
    this.touched = true
    this.faults.push(
      `A merge into ${nameOf(target)}: write an insert with on conflict, which every server takes.`,
    )
    return false
  }

  #copy(nodes: readonly Node[], env: Env): boolean {
    const [, first] = nodes
    if (isParens(first)) return this.statement(first.nodes, env)
    const target = readFrom(nodes.slice(1, 2))
    if (!isGraphFirst(target, env)) return false
    this.touched = true
    const list = nodes[2]
    if (!nodes.some((node) => isWord(node, 'from'))) {
      this.faults.push(`A copy of the whole of ${nameOf(target)}: copy a query that says where scope = ….`)
    } else if (!isParens(list) || !names(list, 'scope')) {
      this.faults.push(`A copy into ${nameOf(target)} does not list scope: write copy … (scope, …) from.`)
    }
    return false
  }

  /** The column by which rows are spread cannot be changed. */
  #assigned(nodes: readonly Node[], isOfGraph: boolean, target: From): void {
    const set = nodes.findIndex((node) => isWord(node, 'set'))
    if (!isOfGraph || set < 0) return
    const isScope = splitAt(nodes.slice(set + 1), (node) => isMark(node, ',')).some(([name, next]) =>
      isParens(name) && isMark(next, '=')
        ? names(name, 'scope')
        : nameIn(name) === 'scope' && isMark(next, '='),
    )
    if (isScope) {
      this.faults.push(`The scope of rows of ${nameOf(target)} is changed: delete them and insert others.`)
    }
  }
}

/** True for a list of columns that has this one. */
function names(list: Group, column: string): boolean {
  return list.nodes.some((node) => nameIn(node) === column)
}

function isGraphFirst(from: From, env: Env): boolean {
  return from.relations.slice(0, 1).some((relation) => isGraph(relation, env))
}

function nameOf(from: From): string {
  return from.relations[0]?.table?.name ?? ''
}

function fault({ table, alias }: Relation): string {
  const name = table?.name ?? ''
  const also = alias === name ? '' : ` (as ${alias})`
  return `${name}${also} is used without a predicate on its scope: add ${alias}.scope = …, or = any(…), or join it on scope with a table that has one.`
}

function together(a: From, b: From): From {
  return {
    relations: [...a.relations, ...b.relations],
    conditions: [...a.conditions, ...b.conditions],
    merged: [...a.merged, ...b.merged],
    expressions: [...a.expressions, ...b.expressions],
  }
}
