import { serveParent } from '../child.ts'
import { openDuckdb } from '../duckdb.ts'

/** Statements to run on a DuckDB of its own, one after the other. */
export interface DuckdbTask {
  /** A database file; null: in memory. */
  readonly path: string | null
  readonly statements: readonly string[]
}

serveParent(async ({ path, statements }: DuckdbTask) => {
  const duckdb = await openDuckdb(path ?? undefined)
  return {
    async work() {
      for (const statement of statements) await duckdb.run(statement)
      return {}
    },
    close: async () => duckdb.close(),
  }
})
