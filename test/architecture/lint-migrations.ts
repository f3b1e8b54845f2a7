import type { ForeignKey, TableFacts } from '../helpers/read-schema.ts'

/** Which tables are spread by scope, copied to every node, or stay on one. */
export interface Distribution {
  readonly graph: readonly string[]
  readonly views: readonly string[]
  readonly reference: readonly string[]
  readonly local: readonly string[]
}

/**
 * Holds a migrated schema against the rules that let its graph tables be spread by scope. Each fault is a sentence that
 * names the table, the rule and the cure.
 */
export function lintSchema(schema: readonly TableFacts[], distribution: Distribution): readonly string[] {
  return [
    ...lintPlaces(schema, distribution),
    ...schema.flatMap((table) => lintPartitions(table, schema)),
    ...schema.flatMap((table) => lintForeignKeys(table, schema, distribution)),
    ...schema.flatMap((table) =>
      distribution.graph.includes(rootOf(table, schema))
        ? [...lintScope(table), ...lintKeys(table), ...lintExtras(table)]
        : [],
    ),
    ...schema.flatMap((table) => (distribution.reference.includes(table.name) ? lintExtras(table) : [])),
    ...lintScopeType(schema, distribution),
  ]
}

/** The table whose partition it is, or itself. */
function rootOf(table: TableFacts, schema: readonly TableFacts[]): string {
  const parent = schema.find(({ name }) => name === table.partitionOf)
  return parent === undefined ? table.name : rootOf(parent, schema)
}

/** Every table and view stands in exactly one list, and every list names what there is. */
function lintPlaces(schema: readonly TableFacts[], distribution: Distribution): readonly string[] {
  const { graph, views, reference, local } = distribution
  const listed = [...graph, ...views, ...reference, ...local]
  const there = schema.filter(({ partitionOf }) => partitionOf === null)
  return [
    ...there
      .filter(({ name, kind }) => kind === 'table' && !listed.includes(name))
      .map(({ name }) => `${name} is in no list: add it to one of those in src/db/distribution.ts.`),
    ...there
      .filter(({ name, kind }) => kind === 'view' && !views.includes(name))
      .map(({ name }) => `The view ${name} is in no list: add it to GRAPH_VIEWS in src/db/distribution.ts.`),
    ...there
      .filter(({ name, kind }) => kind === 'table' && views.includes(name))
      .map(({ name }) => `${name} is a table and listed as a view: move it in src/db/distribution.ts.`),
    ...listed
      .filter((name) => !there.some((table) => table.name === name))
      .map((name) => `${name} is listed and does not exist: take it out of src/db/distribution.ts.`),
    ...[...new Set(listed.filter((name, at) => listed.indexOf(name) !== at))].map(
      (name) => `${name} is in two lists: leave it in one of those in src/db/distribution.ts.`,
    ),
  ]
}

function lintScope({ name, columns }: TableFacts): readonly string[] {
  const scope = columns.find((column) => column.name === 'scope')
  if (scope === undefined) return [`${name} has no column scope: a graph table is spread by it, so add one.`]
  return scope.notNull ? [] : [`${name}.scope may be null: a row without scope has no node, so add not null.`]
}

function lintKeys({ name, keys }: TableFacts): readonly string[] {
  return keys.flatMap((key) => {
    if (key.kind === 'exclusion constraint')
      return [`${name} has the exclusion constraint ${key.name}: take it out, a graph table has none.`]
    if (key.columns[0] === 'scope') return []
    const columns = key.columns.map((column) => column ?? 'an expression').join(', ')
    return [`The ${key.kind} ${key.name} of ${name} is (${columns}): let scope be its first column.`]
  })
}

function lintExtras({ name, triggers, rules }: TableFacts): readonly string[] {
  return [
    ...triggers.map(
      (trigger) =>
        `${name} has the trigger ${trigger}: do it in the statement that writes, a graph table has none.`,
    ),
    ...rules.map(
      (rule) => `${name} has the rule ${rule}: do it in the statement that writes, a graph table has none.`,
    ),
  ]
}

/** Rows meet on one node only when the column that spreads them is of one type. */
function lintScopeType(schema: readonly TableFacts[], { graph }: Distribution): readonly string[] {
  const typed = schema
    .filter(({ name }) => graph.includes(name))
    .flatMap(({ name, columns }) =>
      columns.filter((column) => column.name === 'scope').map(({ type }) => ({ name, type })),
    )
  const [first] = typed
  return typed
    .filter(({ type }) => type !== first?.type)
    .map(
      ({ name, type }) =>
        `${name}.scope is ${type} and ${first?.name}.scope is ${first?.type}: use one type.`,
    )
}

function lintPartitions(table: TableFacts, schema: readonly TableFacts[]): readonly string[] {
  if (table.partitionOf === null || !table.isPartitioned) return []
  const root = rootOf(table, schema)
  return [
    `${table.name} is a partition of ${root} and has partitions itself: partition ${root} on one level.`,
  ]
}

function lintForeignKeys(
  table: TableFacts,
  schema: readonly TableFacts[],
  { graph, reference }: Distribution,
): readonly string[] {
  const root = rootOf(table, schema)
  const say = (key: ForeignKey, rest: string): string =>
    `The foreign key ${key.name} of ${table.name} ${rest}`
  return table.foreignKeys.flatMap((key) => {
    if (graph.includes(root)) {
      if (reference.includes(key.to)) return []
      if (!graph.includes(key.to))
        return [
          say(key, `points at ${key.to}, which stays on one node: take it out, the writer keeps it true.`),
        ]
      const at = key.columns.indexOf('scope')
      return at >= 0 && key.toColumns[at] === 'scope'
        ? []
        : [say(key, `leaves out scope: let it go from (scope, …) to (scope, …).`)]
    }
    if (graph.includes(key.to))
      return [say(key, `points at ${key.to}, whose rows are spread: take it out, the writer keeps it true.`)]
    return reference.includes(root) && !reference.includes(key.to)
      ? [say(key, `points at ${key.to}, which not every node has: take it out.`)]
      : []
  })
}
