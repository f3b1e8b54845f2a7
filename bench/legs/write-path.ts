import { INGEST } from '../goals.ts'
import type { Leg } from '../leg.ts'
import { type Ratio, ratio } from '../table.ts'
import { type CopyCost, copyJsonb } from './copy-jsonb.ts'
import { loadDuckdb } from './duckdb.ts'
import { coldIngest, type IngestCost } from './ingest.ts'

/**
 * Taking events in, beside what else could be done with the same events: each run takes one slice through all of
 * them, one after the other.
 */
export const writePath: Leg = async ({ server, size, slices, say }) => {
  const runs: Run[] = []
  for (let at = 0; at < size.runs; at++) {
    const { plain, gz } = slices[at % slices.length] ?? { plain: '', gz: '' }
    say(`write path, run ${at + 1} of ${size.runs}`)
    const run = {
      copy: await copyJsonb(server, plain),
      ours: await coldIngest(server, [plain]),
      copyGz: await copyJsonb(server, gz),
      oursGz: await coldIngest(server, [gz]),
      duckdb: (await loadDuckdb(server.folder, [plain])).seconds,
    }
    say(
      `  COPY ${rate(run.copy)}, ingest ${rate(run.ours)}, gunzip | COPY ${rate(run.copyGz)}, ` +
        `ingest of .gz ${rate(run.oursGz)}, DuckDB ${rate({ ...run.copy, seconds: run.duckdb })}`,
    )
    runs.push(run)
  }
  return ratiosOf(runs)
}

interface Run {
  readonly copy: CopyCost
  readonly ours: IngestCost
  readonly copyGz: CopyCost
  readonly oursGz: IngestCost
  readonly duckdb: number
}

function ratiosOf(runs: readonly Run[]): readonly Ratio[] {
  const cpu = (cost: CopyCost | IngestCost): number => cost.clientCpu + cost.serverCpu
  return [
    ratio(
      INGEST.plain,
      runs.map(({ copy, ours }) => copy.seconds / ours.seconds),
    ),
    ratio(
      INGEST.gz,
      runs.map(({ copyGz, oursGz }) => copyGz.seconds / oursGz.seconds),
    ),
    ratio(
      INGEST.cpu,
      runs.map(({ copy, ours }) => cpu(ours) / cpu(copy)),
    ),
    ratio(
      INGEST.duckdb,
      runs.map(({ duckdb, ours }) => duckdb / ours.seconds),
    ),
    ratio(
      INGEST.wal,
      runs.map(({ copy, ours }) => ours.wal / copy.wal),
    ),
  ]
}

/** Events a second, for people who watch. */
function rate(cost: { readonly seconds: number } & ({ readonly events: number } | IngestCost)): string {
  const events = 'events' in cost ? cost.events : cost.summary.records
  return `${Math.round(events / cost.seconds).toLocaleString('en-US')}/s`
}
