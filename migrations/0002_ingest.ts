import { type Kysely, sql } from 'kysely'

/** What makes ingest exactly once, and what could not be used. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await control(db)
  // kind 1: a finding at one updatedAt; kind 2: a stage of a request whose record does not say when it was received (the others
  // are in seen_block). event and body: first 16 bytes of a SHA-256. edge, hour and outcome say where a request stage would
  // be counted; the earliest stage of an event is.
  await sql`
    create table ledger (
      scope integer not null,
      kind smallint not null,
      event bytea not null,
      stage smallint not null,
      body bytea not null,
      edge integer,
      hour integer,
      outcome smallint,
      primary key (scope, kind, event, stage)
    )`.execute(db)

  await sql`
    create table rejected (
      digest bytea primary key,
      at timestamptz not null,
      class text not null,
      file text not null,
      line bigint not null,
      pointer text not null,
      reason text not null,
      raw text not null
    )`.execute(db)
}

/** What writers and the job that tidies agree by; never distributed. */
async function control(db: Kysely<unknown>): Promise<void> {
  // The last writer of each scope, and how many entities, calls and edges it numbered. Who locks the row is the scope's
  // only writer until its transaction ends.
  await sql`
    create table writer (
      scope integer primary key,
      holder uuid not null,
      turn bigint not null,
      entities integer not null,
      calls integer not null,
      edges integer not null
    )`.execute(db)

  // The slot of the hot tables that is written to now, and since when; `tidying` is locked by the one job that tidies.
  await sql`
    create table ring (
      current smallint not null,
      since timestamptz not null
    )`.execute(db)
  await sql`insert into ring (current, since) values (0, now())`.execute(db)
  await sql`
    create table tidying (
      at timestamptz not null
    )`.execute(db)
  await sql`insert into tidying (at) values (now())`.execute(db)

  // Written by the owner alone: how many months the hours of the graph are kept. dropped: how many months were dropped so far.
  await sql`
    create table retention (
      months integer not null check (months >= 3),
      dropped integer not null default 0
    )`.execute(db)
  await sql`insert into retention (months) values (12)`.execute(db)
}
