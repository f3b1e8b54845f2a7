import { type Kysely, sql } from 'kysely'

/**
 * The trail: what was asked, proposed, decided and done, each entry hashed together with the one before it. Entries are only ever
 * added; who could change them here cannot change what was anchored elsewhere.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Whoever appends holds this row, last of all, so that numbers have no gaps and no fork comes about.
  await sql`
    create table trail_head (
      chain text collate "C" primary key,
      seq bigint not null,
      hash bytea not null
    )`.execute(db)
  await sql`
    create table trail_entry (
      chain text collate "C" not null,
      seq bigint not null,
      at timestamptz not null,
      prev bytea not null,
      hash bytea not null,
      -- The very text that was hashed (RFC 8785), never jsonb, which would write it anew.
      body text not null,
      -- What entries are looked for by; both stand in the body too.
      incident integer,
      proposal integer,
      primary key (chain, seq),
      unique (chain, prev)
    )`.execute(db)
  await sql`create index trail_incident on trail_entry (chain, incident, seq) where incident is not null`.execute(
    db,
  )
  await sql`
    create table trail_anchor (
      chain text collate "C" not null,
      seq bigint not null,
      hash bytea not null,
      at timestamptz not null,
      sink text not null,
      -- Where it lies in the sink: a line, a message, an object's key.
      place text not null,
      primary key (chain, sink, at)
    )`.execute(db)

  await sql`
    create function trail_is_kept() returns trigger language plpgsql as $$
    begin
      raise exception 'the trail is only ever added to';
    end $$`.execute(db)
  for (const table of ['trail_entry', 'trail_anchor']) {
    await sql`
      create trigger kept before update or delete on ${sql.table(table)}
      for each row execute function trail_is_kept()`.execute(db)
    await sql`
      create trigger kept_whole before truncate on ${sql.table(table)}
      for each statement execute function trail_is_kept()`.execute(db)
  }
}
