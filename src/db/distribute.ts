import { GRAPH_TABLES, REFERENCE_TABLES } from './distribution.ts'

/** The part of a pg client that this needs. */
export interface Asked {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly object[] }>
}

/** A table that was moved, and how. */
export interface Moved {
  readonly table: string
  readonly as: 'copied to every node' | 'spread by scope'
}

/** The column by which rows find their node. */
const COLUMN = 'scope'

/**
 * On a server that has Citus, copies the reference tables to every node and spreads the graph tables by scope, all of a scope
 * on one node; what is so already is left as it is. Returns the tables that it moved now, in order, each with what became
 * of it; none on a server without Citus. Run by the owner after the migrations. What fails can be repeated: each table
 * is moved in a transaction of its own.
 */
export async function distribute(client: Asked): Promise<readonly Moved[]> {
  const { rows } = await client.query("select 1 from pg_extension where extname = 'citus'")
  if (rows.length === 0) return []
  await assertCoordinator(client)
  const done = await distributed(client)
  const moved: Moved[] = []
  for (const table of REFERENCE_TABLES.filter((name) => !done.has(name))) {
    await move(client, table, 'select create_reference_table($1::regclass)', [`public.${table}`])
    moved.push({ table, as: 'copied to every node' })
  }
  const [first] = GRAPH_TABLES
  for (const table of GRAPH_TABLES.filter((name) => !done.has(name))) {
    // The first table starts the group in which rows of one scope lie on one node, and the others join it.
    const beside = table === first ? 'none' : `public.${first}`
    await move(client, table, 'select create_distributed_table($1::regclass, $2, colocate_with => $3)', [
      `public.${table}`,
      COLUMN,
      beside,
    ])
    moved.push({ table, as: 'spread by scope' })
  }
  return moved
}

/** Reference tables, and tables spread by a column; what Citus merely keeps a record of is neither. */
async function distributed(client: Asked): Promise<ReadonlySet<string>> {
  const { rows } = await client.query(
    `select relname as name from pg_dist_partition join pg_class on pg_class.oid = logicalrelid
     where relnamespace = 'public'::regnamespace and (partmethod = 'h' or (partmethod = 'n' and repmodel = 't'))`,
  )
  return new Set((rows as readonly { readonly name: string }[]).map(({ name }) => name))
}

/**
 * Tables that stay on the coordinator point at reference tables, which Citus allows where the coordinator is one of its own
 * nodes. A server alone becomes that by itself.
 */
async function assertCoordinator(client: Asked): Promise<void> {
  const { rows } = await client.query(
    'select count(*)::int as nodes, count(*) filter (where groupid = 0)::int as coordinators from pg_dist_node',
  )
  const [found] = rows as readonly { readonly nodes: number; readonly coordinators: number }[]
  if (found === undefined || found.nodes === 0 || found.coordinators > 0) return
  throw new Error(
    "Citus does not know its coordinator as a node. Run select citus_set_coordinator_host('HOST', PORT) with an address that the other nodes reach, and migrate again.",
  )
}

async function move(client: Asked, table: string, text: string, values: unknown[]): Promise<void> {
  try {
    await client.query(text, values)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`Spreading the table ${table} over the nodes of Citus: ${reason}`, { cause })
  }
}
