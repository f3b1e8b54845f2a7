import { type Kysely, sql } from 'kysely'

/** What each feed remembers, and how it fares: one row for each, by its name. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table feed (
      name text collate "C" primary key,
      kind text not null check (kind in ('sqs', 'guardduty', 'logs')),
      -- What a poll goes on from; written in the transaction of its last batch.
      cursor jsonb,
      received_at timestamptz,
      landed_at timestamptz,
      -- Microseconds from when the last consignment could be received to when it had landed.
      lag bigint,
      landed bigint not null default 0,
      rejected bigint not null default 0,
      fault_code text,
      fault_words text,
      fault_cure text,
      fault_since timestamptz,
      -- What works after this moment ends the fault.
      fault_until timestamptz,
      check (num_nulls(fault_code, fault_words, fault_cure, fault_since, fault_until) in (0, 5))
    )`.execute(db)
}
