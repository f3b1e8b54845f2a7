import { INGEST, STORAGE } from '../goals.ts'
import type { Bench, Leg } from '../leg.ts'
import { diskOf } from '../measure.ts'
import { type Ratio, ratio } from '../table.ts'
import { compact, diskAfterVacuum, largestTables } from './compaction.ts'
import { freshness } from './freshness.ts'
import { coldIngest, ingest } from './ingest.ts'
import { askPeers } from './peers.ts'
import { rowsChangedBy } from './replay.ts'

const MB = 1024 * 1024

/** All events in one graph: memory, compaction, disk, replay, freshness, and questions beside DuckDB. */
export const whole: Leg = async (bench) => {
  const { server, slices, size, seconds, say } = bench
  const files = slices.map(({ plain }) => plain)
  say('a quarter of the events, for the memory that they take')
  const quarter = await coldIngest(server, files.slice(0, size.slices / 4))
  const database = await server.fresh('migrated')
  try {
    const empty = await diskOf(database.owner)
    say('all events')
    const all = await ingest(server, database, files)
    say(
      `  ${Math.round(size.events / all.seconds).toLocaleString('en-US')}/s, ${Math.round(all.maxRss / MB)} MB`,
    )
    const packing = await compact(server, database)
    const disk = (await diskAfterVacuum(database)) - empty
    say(`  packed in ${packing.seconds.toFixed(1)} s; ${await largestTables(database)}`)
    say('all events again')
    const changed = await rowsChangedBy(database, async () => {
      await ingest(server, database, files)
    })
    return [
      ratio(INGEST.rss, [all.maxRss / MB]),
      ratio(INGEST.flat, [all.maxRss / quarter.maxRss]),
      ratio(INGEST.replay, [changed]),
      ratio(STORAGE.disk, [disk / packedBytes(bench)]),
      ratio(STORAGE.compaction, [packing.serverCpu / (all.clientCpu + all.serverCpu)]),
      ...(await freshness(database, seconds)),
      ...(await askPeers(bench, database)),
    ] satisfies readonly Ratio[]
  } finally {
    await database.drop()
  }
}

function packedBytes({ slices }: Bench): number {
  return slices.reduce((n, slice) => n + slice.gzBytes, 0)
}
