import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type ChildCost, startChild } from '../child.ts'
import type { DuckdbTask } from '../children/duckdb.ts'
import { fromNdjson, quoted, requestsFrom } from '../duckdb.ts'

/**
 * Reads NDJSON into a table of typed columns in a DuckDB file, and writes it through; the bodies are passed over, which is what
 * DuckDB is quickest at.
 */
export async function loadDuckdb(folder: string, files: readonly string[]): Promise<ChildCost> {
  const path = join(folder, 'load.duckdb')
  try {
    return await run({
      path,
      statements: [
        `create table calls as select * exclude (call, pod, images) from (${fromNdjson(files)})`,
        'force checkpoint',
      ],
    })
  } finally {
    await rm(path, { force: true })
  }
}

/** Writes the requests of NDJSON files as zstd Parquet, each once and in order of time. */
export async function writeParquet(files: readonly string[], parquet: string): Promise<void> {
  const requests = requestsFrom(fromNdjson(files))
  await run({
    path: null,
    statements: [
      `copy (select * from (${requests}) order by received) to ${quoted(parquet)} (format parquet, compression zstd)`,
    ],
  })
}

async function run(task: DuckdbTask): Promise<ChildCost> {
  const child = await startChild<object>('duckdb', task)
  try {
    return await child.run()
  } finally {
    await child.close()
  }
}
