import { type Cost, diskOf, measure } from '../measure.ts'
import type { BenchDatabase, BenchServer } from '../server.ts'

/** Turns to the other slot and packs the one that was written to; the client does nothing but wait. */
export async function compact(server: BenchServer, { owner }: BenchDatabase): Promise<Cost> {
  return measure(server, owner, async () => {
    const began = performance.now()
    const { rows } = await owner.query<{ turned: boolean }>('select graph_turn() as turned')
    if (rows[0]?.turned !== true) throw new Error('there is a slot that is not packed yet')
    await owner.query('select graph_pack()')
    return { seconds: (performance.now() - began) / 1000, clientCpu: 0 }
  })
}

/** Bytes on disk once space that is free again was given back. */
export async function diskAfterVacuum({ owner }: BenchDatabase): Promise<number> {
  await owner.query('vacuum (analyze)')
  return diskOf(owner)
}

/** The largest tables, partitions taken together, for people who watch. */
export async function largestTables({ owner }: BenchDatabase): Promise<string> {
  const { rows } = await owner.query<{ name: string; mb: string }>(
    `select coalesce(pg_partition_root(oid), oid)::regclass::text as name,
       round(sum(pg_total_relation_size(oid)) / 1048576, 1) as mb
     from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
     group by 1 order by sum(pg_total_relation_size(oid)) desc limit 7`,
  )
  return rows.map(({ name, mb }) => `${name} ${mb} MB`).join(', ')
}
