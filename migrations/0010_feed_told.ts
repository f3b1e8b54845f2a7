import { type Kysely, sql } from 'kysely'

/** Faults of feeds that were told in the channel, so that each is told once until it is over. Written by the bot alone. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table feed_told (
      name text collate "C" not null,
      code text collate "C" not null,
      told_at timestamptz not null,
      primary key (name, code)
    )`.execute(db)
}
