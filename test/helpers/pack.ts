import { type Kysely, sql } from 'kysely'
import type { Database } from '../../src/db/tables.ts'

/** Packs everything that lies in the hot tables, as the job does; returns how many rows of edges. */
export async function packAll(ingest: Kysely<Database>): Promise<number> {
  const pack = sql<{ n: number }>`select graph_pack() as n`
  const left = (await pack.execute(ingest)).rows[0]?.n ?? 0
  await sql`select graph_turn()`.execute(ingest)
  return left + ((await pack.execute(ingest)).rows[0]?.n ?? 0)
}
