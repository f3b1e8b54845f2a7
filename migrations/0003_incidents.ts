import { type Kysely, sql } from 'kysely'

/** Findings, the incidents that they belong to, and the cards that picture those. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table incident (
      id integer generated always as identity primary key,
      scope integer not null references scope (id),
      state text not null check (state in ('open', 'joined')),
      sample boolean not null,
      first_seen timestamptz not null,
      last_seen timestamptz not null,
      severity numeric not null,
      was_severity numeric,
      was_until timestamptz,
      revision integer not null,
      -- The open incident that took this one in.
      joined_to integer references incident (id),
      check ((state = 'joined') = (joined_to is not null))
    )`.execute(db)
  await sql`create index incident_joined on incident (joined_to) where joined_to is not null`.execute(db)

  // Whoever takes in findings of an account and region holds its row, so that they see each other's.
  await sql`
    create table account (
      account text collate "C" not null,
      region text collate "C" not null,
      primary key (account, region)
    )`.execute(db)

  await sql`
    create table finding (
      scope integer not null,
      id text collate "C" not null,
      updated_at timestamptz not null,
      type text not null,
      severity numeric not null,
      first_seen timestamptz not null,
      last_seen timestamptz not null,
      count bigint not null,
      archived boolean not null,
      sample boolean not null,
      detail jsonb not null,
      -- The version that GuardDuty itself told of last; null where all came by way of Security Hub.
      told_at timestamptz,
      incident integer not null references incident (id),
      primary key (scope, id)
    )`.execute(db)
  await sql`create index finding_incident on finding (incident)`.execute(db)
  // How many findings name an entity.
  await sql`create index finding_entities on finding using gin ((detail -> 'entities') jsonb_path_ops)`.execute(
    db,
  )

  // What an incident can be joined by: pod:UID, subject:NAME, ip:ADDRESS, instance:ID, principal:ID, and finding:ID for
  // the findings of one attack sequence.
  await sql`
    create table incident_key (
      scope integer not null,
      key text collate "C" not null,
      incident integer not null references incident (id),
      primary key (scope, key, incident)
    )`.execute(db)
  await sql`create index incident_key_incident on incident_key (incident)`.execute(db)

  // What is said once in the thread, in order.
  await sql`
    create table incident_event (
      incident integer not null references incident (id),
      seq integer not null,
      kind text not null check (kind in ('joined', 'severity-rose', 'signals-grew', 'took-in', 'joined-to')),
      finding text collate "C" not null,
      severity numeric not null,
      -- The incident that was taken in, or that took this one in.
      other integer references incident (id),
      -- Types of the findings that were taken in besides this one, most severe first.
      types text[],
      primary key (incident, seq)
    )`.execute(db)

  // Where the card of an incident stands, and how much of the incident it shows. Written by the bot alone.
  await sql`
    create table card (
      incident integer primary key references incident (id),
      channel text not null,
      ts text not null,
      reply_ts text,
      revision integer not null,
      event_seq integer not null
    )`.execute(db)
}
