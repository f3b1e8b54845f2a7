import { type Kysely, sql } from 'kysely'

/** Which logs a card says there are: when more come, it is drawn anew. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table card add column logs text not null default ''`.execute(db)
}
