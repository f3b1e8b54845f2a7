import { join } from 'node:path'
import { fromNdjson, openDuckdb, quoted } from '../duckdb.ts'
import { peerGoals } from '../goals.ts'
import type { Bench } from '../leg.ts'
import { median } from '../measure.ts'
import { chooseAbouts, openReader, timeQuestion } from '../questions/ask.ts'
import { BOUNDED } from '../questions/index.ts'
import type { About, BenchQuestion } from '../questions/question.ts'
import type { BenchDatabase } from '../server.ts'
import { type Ratio, ratio } from '../table.ts'
import { writeParquet } from './duckdb.ts'

/** How often each is asked: DuckDB over Parquet, and us. NDJSON is read twice, and the second time counts. */
const PARQUET_RUNS = 5

/**
 * The same questions put to the graph, and to DuckDB over files of the same events: Parquet, which somebody has written
 * for the purpose, and the NDJSON that a responder has anyway.
 */
export async function askPeers(bench: Bench, database: BenchDatabase): Promise<readonly Ratio[]> {
  const { server, slices, size, say } = bench
  const files = slices.map(({ plain }) => plain)
  const parquet = join(server.folder, 'requests.parquet')
  say('writing Parquet')
  await writeParquet(files, parquet)
  const { rows } = await database.owner.query<{ id: number; name: string; last: string }>(
    `select id, account || '/' || region || '/' || cluster as name,
       (select extract(epoch from max(last_at)) * 1e6 from coverage c where c.scope = scope.id)::bigint as last
     from scope order by id limit 1`,
  )
  const [scope] = rows
  if (scope === undefined) throw new Error('no events were taken in')
  const abouts = await chooseAbouts(database.owner, scope, Number(scope.last), size.samples)
  const reader = openReader(database)
  const over = {
    parquet: await openView(`select * from ${quoted(parquet)}`),
    ndjson: await openView(fromNdjson(files)),
  }
  try {
    const ratios: Ratio[] = []
    for (const question of BOUNDED) {
      if (question.duckdb === null) continue
      const ours = median(await timeQuestion(reader, question, abouts))
      const fromParquet = await timeDuckdb(over.parquet, question, abouts.slice(0, PARQUET_RUNS))
      const fromText = await timeDuckdb(over.ndjson, question, abouts.slice(0, 1))
      say(
        `${question.name}: ${ours.toFixed(2)} ms, Parquet ${median(fromParquet).toFixed(0)} ms, NDJSON ${median(fromText).toFixed(0)} ms`,
      )
      const goals = peerGoals(question.name, size.events)
      ratios.push(
        ratio(
          goals.parquet,
          fromParquet.map((time) => time / ours),
        ),
        ratio(
          goals.ndjson,
          fromText.map((time) => time / ours),
        ),
      )
    }
    return ratios
  } finally {
    over.parquet.close()
    over.ndjson.close()
    await reader.close()
  }
}

type View = Awaited<ReturnType<typeof openDuckdb>>

async function openView(select: string): Promise<View> {
  const duckdb = await openDuckdb()
  await duckdb.run(`create view requests as ${select}`)
  return duckdb
}

async function timeDuckdb(
  duckdb: View,
  question: BenchQuestion,
  abouts: readonly About[],
): Promise<readonly number[]> {
  const times: number[] = []
  // As with ours, the first one is not counted.
  for (const about of [...abouts.slice(0, 1), ...abouts]) {
    const began = performance.now()
    await (await duckdb.run(question.duckdb?.(about) ?? '')).getRows()
    times.push(performance.now() - began)
  }
  return times.slice(1)
}
