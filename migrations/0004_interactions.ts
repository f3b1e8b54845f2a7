import { type Kysely, sql } from 'kysely'

/**
 * What people pressed, typed and sent, by what makes it one: Slack delivers twice when an ack gets lost, and people press
 * twice. Each counts once.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table interaction (
      key text collate "C" primary key,
      at timestamptz not null
    )`.execute(db)
  await sql`create index interaction_at on interaction (at)`.execute(db)
}
