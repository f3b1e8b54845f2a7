import { type Kysely, sql } from 'kysely'

/** Proposals, the votes on them, what stops people, and the ids that buttons carry. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table proposal (
      id integer generated always as identity primary key,
      incident integer not null references incident (id),
      -- ACCOUNT/REGION/CLUSTER
      scope text collate "C" not null,
      state text not null check (state in ('proposed', 'approved', 'running', 'done', 'failed', 'indeterminate', 'denied', 'expired',
        'superseded', 'withdrawn', 'drifted', 'aborted', 'undone')),
      -- The canonical text that was hashed, and its SHA-256: never jsonb, which would write it anew.
      plan text not null,
      digest text collate "C" not null check (digest ~ '^[0-9a-f]{64}$'),
      -- A person's id, and the account that proposed.
      requester text not null,
      requester_team text not null,
      requester_user text not null,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      -- When the state was reached, by whom and in which words.
      since timestamptz not null,
      ended_by text,
      ended_words text,
      -- The first step starts before, or never.
      start_by timestamptz,
      replaced_by integer references proposal (id),
      revision integer not null default 1,
      check (expires_at > created_at),
      check ((state = 'superseded') = (replaced_by is not null)),
      check (state <> 'approved' or start_by is not null)
    )`.execute(db)
  await sql`create index proposal_incident on proposal (incident)`.execute(db)
  await sql`create index proposal_waiting on proposal (state, expires_at) where state in ('proposed', 'approved')`.execute(
    db,
  )

  // One person votes once; a vote that no longer counts stays, and says why.
  await sql`
    create table vote (
      proposal integer not null references proposal (id),
      person text not null,
      team text not null,
      "user" text not null,
      decision text not null check (decision in ('approve', 'deny')),
      digest text collate "C" not null,
      at timestamptz not null,
      words text,
      is_waiver boolean not null,
      is_operator boolean not null,
      voided_at timestamptz,
      voided_why text,
      primary key (proposal, person),
      check ((voided_at is null) = (voided_why is null))
    )`.execute(db)

  // Somebody acted alone; another one says afterwards whether it was right.
  await sql`
    create table glass (
      proposal integer primary key references proposal (id),
      person text not null,
      "user" text not null,
      at timestamptz not null,
      reason text not null,
      review_by timestamptz not null,
      reviewer text,
      reviewed_at timestamptz,
      is_justified boolean,
      review_words text,
      check (reviewer is null or reviewer <> person),
      check (num_nulls(reviewer, reviewed_at, is_justified, review_words) in (0, 4))
    )`.execute(db)

  // Who opened a plan whole.
  await sql`
    create table plan_read (
      proposal integer not null references proposal (id),
      person text not null,
      digest text collate "C" not null,
      at timestamptz not null,
      primary key (proposal, person, digest)
    )`.execute(db)

  // What stops a person, a scope or all, until two people lift it.
  await sql`
    create table hold (
      id integer generated always as identity primary key,
      kind text not null check (kind in ('person', 'scope', 'all')),
      -- A person's id, a scope, or nothing.
      name text collate "C" not null,
      person text not null,
      "user" text not null,
      at timestamptz not null,
      reason text,
      lifted_at timestamptz,
      check ((kind = 'all') = (name = ''))
    )`.execute(db)
  await sql`create unique index hold_in_force on hold (kind, name) where lifted_at is null`.execute(db)
  await sql`
    create table hold_lift (
      hold integer not null references hold (id),
      person text not null,
      "user" text not null,
      at timestamptz not null,
      primary key (hold, person)
    )`.execute(db)

  // What a button means: 128 random bits, and nothing of it on the button itself.
  await sql`
    create table press (
      id text collate "C" primary key check (id ~ '^[A-Za-z0-9_-]{22}$'),
      proposal integer not null references proposal (id),
      verb text not null,
      digest text collate "C" not null,
      revision integer not null,
      at timestamptz not null,
      unique (proposal, verb, revision)
    )`.execute(db)

  // Steps of approved plans. Written by the executor; here so that evidence can be counted.
  await sql`
    create table step (
      proposal integer not null references proposal (id),
      nr integer not null,
      incident integer not null,
      kind text not null,
      target_kind text not null,
      target_uid text collate "C" not null,
      state text not null check (state in ('waiting', 'running', 'done', 'failed', 'unknown', 'skipped')),
      verified text check (verified in ('verified', 'unverified', 'failed')),
      is_dry_run boolean not null,
      undone_by integer references proposal (id),
      primary key (proposal, nr)
    )`.execute(db)
  await sql`create index step_evidence on step (incident, target_uid, kind) where verified = 'verified'`.execute(
    db,
  )

  // What somebody is about to propose: the form's second page knows no more than this id.
  await sql`
    create table draft (
      id text collate "C" primary key check (id ~ '^[A-Za-z0-9_-]{22}$'),
      person text not null,
      incident integer not null references incident (id),
      asked jsonb not null,
      -- SHA-256 of the plan that was shown.
      shown text collate "C" not null,
      at timestamptz not null
    )`.execute(db)

  // Where the card of a proposal stands, and how much it shows.
  await sql`
    create table proposal_card (
      proposal integer primary key references proposal (id),
      channel text not null,
      ts text not null,
      revision integer not null
    )`.execute(db)
}
