import { type Kysely, sql } from 'kysely'

/** What stands in clusters and accounts, as it was read, and when what was read. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // The last state of each thing; of one time the greater one, so that the order of arrival does not matter.
  await sql`
    create table standing (
      scope integer not null,
      entity integer not null,
      kind text collate "C" not null,
      source text not null,
      taken_at timestamptz not null,
      state jsonb not null,
      primary key (scope, entity, kind)
    ) with (fillfactor = 85)`.execute(db)
  await sql`create index standing_kind on standing (scope, kind, entity)`.execute(db)

  // Readings of all things of a kind. What stands there and is older than a complete one was gone by then.
  await sql`
    create table inventory (
      scope integer not null,
      source text not null,
      kind text collate "C" not null,
      taken_at timestamptz not null,
      complete boolean not null,
      count integer not null,
      primary key (scope, source, kind, taken_at)
    )`.execute(db)

  await sql`
    alter table feed drop constraint feed_kind_check,
      add constraint feed_kind_check check (kind in ('sqs', 'guardduty', 'logs', 'inventory'))`.execute(db)
}
