import { sql } from 'kysely'
import { open } from '../../src/db/open.ts'
import type { World } from './seed.ts'

/** Packs what is hot, as the job does. */
export async function pack({ database }: Pick<World, 'database'>): Promise<void> {
  const owner = open(database.ownerUrl, 'test owner', { max: 1 })
  await sql`select graph_turn()`.execute(owner.db)
  await sql`select graph_pack()`.execute(owner.db)
  await owner.close()
}
