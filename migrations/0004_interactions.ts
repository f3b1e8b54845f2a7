import { type Kysely, sql } from 'kysely'

/** What people pressed and typed, by Slack's trigger: Slack delivers twice when an ack gets lost, and one press counts once. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table interaction (
      trigger_id text collate "C" primary key,
      at timestamptz not null
    )`.execute(db)
  await sql`create index interaction_at on interaction (at)`.execute(db)
}
