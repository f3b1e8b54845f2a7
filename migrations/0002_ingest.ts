import { type Kysely, sql } from 'kysely'

/** What makes ingest exactly once, and what could not be used. */
export async function up(db: Kysely<unknown>): Promise<void> {
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
