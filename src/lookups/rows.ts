import { type RawBuilder, sql } from 'kysely'
import type { Graph } from './lookup.ts'

/** The rows of a query written as SQL, in its order. A read-only Kysely takes it as a table. */
export async function rowsOf<Row>(graph: Graph, query: RawBuilder<Row>): Promise<readonly Row[]> {
  const rows = await graph.selectFrom(sql<Row>`(${query})`.as('answer')).selectAll().execute()
  return rows as readonly Row[]
}
