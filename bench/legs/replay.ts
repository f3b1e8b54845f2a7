import type { BenchDatabase } from '../server.ts'

/** The writer's own turn counts on; everything else must stay as it is. */
const NOT_THE_GRAPH = ['writer']

/** Runs `work` and counts the rows of all tables that are not as they were before, gone and come alike. */
export async function rowsChangedBy(database: BenchDatabase, work: () => Promise<void>): Promise<number> {
  const { owner } = database
  const { rows } = await owner.query<{ name: string }>(
    `select relname as name from pg_class
     where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> all ($1)`,
    [NOT_THE_GRAPH],
  )
  const tables = rows.map(({ name }) => ({ now: owner.escapeIdentifier(name), name }))
  await owner.query('create schema before')
  for (const { now } of tables)
    await owner.query(`create unlogged table before.${now} as table public.${now}`)
  await work()
  let changed = 0
  for (const { now } of tables) {
    const both = [`public.${now}`, `before.${now}`]
    for (const [one, other] of [both, both.toReversed()]) {
      const counted = await owner.query<{ n: string }>(
        `select count(*) as n from (table ${one ?? ''} except all table ${other ?? ''}) difference`,
      )
      changed += Number(counted.rows[0]?.n)
    }
  }
  await owner.query('drop schema before cascade')
  return changed
}
