import { type Kysely, sql } from 'kysely'

/**
 * The behaviour graph (docs/adr/0003). `scope` leads every key, so that the tables can be distributed by it; no triggers
 * and no clock in an upsert, for the same reason. Hours and days are whole ones since 1970, counts are requests.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await dictionaries(db)
  await edges(db)
  await sums(db)
  await events(db)
  await partitions(db)
}

/** What things are called: texts to small numbers, per scope. A scope's writer hands the numbers out, from 1. */
async function dictionaries(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table scope (
      id integer generated always as identity primary key,
      account text not null,
      region text not null,
      cluster text not null,
      unique (account, region, cluster)
    )`.execute(db)

  // Every entity that was seen, with its natural key. "C" collation: exact comparison, and LIKE 'prefix%' can use the key.
  await sql`
    create table entity (
      scope integer not null,
      id integer not null,
      kind text not null,
      key text collate "C" not null,
      addr inet,
      first_seen timestamptz not null,
      last_seen timestamptz not null,
      primary key (scope, id),
      unique (scope, kind, key)
    ) with (fillfactor = 85)`.execute(db)
  await sql`create index entity_addr on entity (scope, addr) where addr is not null`.execute(db)

  // Facts that an entity is found by: its uid, digest, ARN, access key. Several values of one name stand side by side.
  await sql`
    create table trait (
      scope integer not null,
      entity integer not null,
      name text not null,
      value text collate "C" not null,
      first_seen timestamptz not null,
      last_seen timestamptz not null,
      primary key (scope, entity, name, value)
    ) with (fillfactor = 85)`.execute(db)
  await sql`create index trait_value on trait (scope, name, value)`.execute(db)

  // Two entities and how they are tied: pod runs image, subject is role.
  await sql`
    create table link (
      scope integer not null,
      source integer not null,
      tie text not null,
      target integer not null,
      first_seen timestamptz not null,
      last_seen timestamptz not null,
      primary key (scope, source, tie, target)
    ) with (fillfactor = 85)`.execute(db)
  await sql`create index link_target on link (scope, target, tie)`.execute(db)

  await sql`
    create table call (
      scope integer not null,
      id integer not null,
      verb text collate "C" not null,
      resource text collate "C" not null,
      primary key (scope, id),
      unique (scope, verb, resource)
    )`.execute(db)

  // The user agents of a subject at an address.
  await sql`
    create table agent (
      scope integer not null,
      subject integer not null,
      ip integer not null,
      agent integer not null,
      first_seen timestamptz not null,
      last_seen timestamptz not null,
      primary key (scope, subject, ip, agent)
    ) with (fillfactor = 85)`.execute(db)

  // First and last record of each hour and log: tells gaps of an hour or more exactly.
  await sql`
    create table coverage (
      scope integer not null,
      source text not null,
      hour integer not null,
      first_at timestamptz not null,
      last_at timestamptz not null,
      primary key (scope, source, hour)
    )`.execute(db)
}

async function edges(db: Kysely<unknown>): Promise<void> {
  // One row per distinct (who, from where, what, on what, as whom). 0 and '' stand for "none". Only first_seen is ever
  // changed, when an older request turns up.
  await sql`
    create table edge (
      scope integer not null,
      id integer not null,
      subject integer not null,
      ip integer not null,
      call integer not null,
      acting_as integer not null,
      first_seen timestamptz not null,
      namespace text collate "C" not null,
      object text collate "C" not null,
      primary key (scope, id),
      unique (scope, subject, call, namespace, object, ip, acting_as) include (id, first_seen)
    )`.execute(db)
  // Partial, so that nobody takes them for a way to a single edge: of a new graph the planner knows nothing.
  await sql`create index edge_ip on edge (scope, ip) where ip <> 0`.execute(db)
  await sql`create index edge_acting_as on edge (scope, acting_as) where acting_as <> 0`.execute(db)
  await sql`create index edge_call on edge (scope, call, namespace, object)`.execute(db)
  await sql`create index edge_first_seen on edge (scope, first_seen)`.execute(db)

  // Hot tier: appended to. A count is null where it is 0, which takes no room here and below. last_us: microseconds of the hour, less 2^31 to fit. A count may be negative.
  await sql`
    create table edge_hot (
      slot smallint not null,
      scope integer not null,
      edge integer not null,
      hour integer not null,
      last_us integer not null,
      success integer,
      failure integer,
      unauthorized integer,
      forbidden integer
    ) partition by list (slot)`.execute(db)
  await sql`create index edge_hot_edge on edge_hot (scope, edge, hour)`.execute(db)

  // Cold tier: v holds one number per hour and outcome, hour of day << 27 | outcome << 25 | count (signed). subject and ip are the
  // edge's: what was used on a day is found without a look at the many edges that were not.
  await sql`
    create table edge_day (
      scope integer not null,
      edge integer not null,
      day integer not null,
      subject integer not null,
      ip integer not null,
      v integer[] not null,
      primary key (scope, edge, day)
    ) partition by range (day)`.execute(db)
  // A subject or address has many edges, and few of them are used on one day.
  await sql`create index edge_day_day on edge_day (scope, day, subject)`.execute(db)

  // All of an edge that was compacted.
  await sql`
    create table edge_total (
      scope integer not null,
      edge integer not null,
      last_seen timestamptz not null,
      success bigint,
      failure bigint,
      unauthorized bigint,
      forbidden bigint,
      primary key (scope, edge)
    ) with (fillfactor = 85)`.execute(db)
}

/** Roll-ups. kind 1: subject (id) and call (id2); 2: ip; 3: call; 4: everything; 5: subject. */
async function sums(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table sum_hot (
      slot smallint not null,
      kind smallint not null,
      scope integer not null,
      id integer not null,
      id2 integer not null,
      hour integer not null,
      success integer,
      failure integer,
      unauthorized integer,
      forbidden integer
    ) partition by list (slot)`.execute(db)
  await sql`create index sum_hot_id on sum_hot (scope, kind, id, hour)`.execute(db)
  await sql`create index sum_hot_hour on sum_hot (scope, kind, hour)`.execute(db)

  // prior: an earlier week in which the same subject made the same call; null where none is known. It takes no room.
  await sql`
    create table sum_day (
      scope integer not null,
      kind smallint not null,
      id integer not null,
      id2 integer not null,
      day integer not null,
      prior integer,
      success bigint,
      failure bigint,
      unauthorized bigint,
      forbidden bigint,
      v integer[] not null,
      primary key (scope, kind, id, day, id2)
    ) partition by range (day)`.execute(db)
  await sql`create index sum_day_day on sum_day (scope, kind, day)`.execute(db)

  // week: whole weeks of seven days since 1970-01-01.
  await sql`
    create table sum_week (
      scope integer not null,
      kind smallint not null,
      id integer not null,
      id2 integer not null,
      week integer not null,
      success bigint,
      failure bigint,
      unauthorized bigint,
      forbidden bigint,
      primary key (scope, kind, id, id2, week)
    ) with (fillfactor = 85)`.execute(db)
  await sql`create index sum_week_week on sum_week (scope, kind, week)`.execute(db)
}

async function events(db: Kysely<unknown>): Promise<void> {
  // Requests that are kept one by one, a row per stage. outcome and stage: places in OUTCOMES and STAGES; agent: the entity.
  // An audit id that is no UUID stands in other_id. request_uri: only where it says more than the edge.
  await sql`
    create table event (
      scope integer not null,
      edge integer not null,
      at timestamptz not null,
      agent integer not null,
      code smallint,
      stage smallint not null,
      outcome smallint not null,
      audit_id uuid,
      other_id text,
      request_uri text
    ) partition by range (at)`.execute(db)
  await sql`create index event_edge on event (scope, edge, at)`.execute(db)

  // Exactly once: ten bytes for each event of a batch and hour. day: when it was written; slot: day modulo 16.
  await sql`
    create table seen_block (
      slot smallint not null,
      scope integer not null,
      hour integer not null,
      day integer not null,
      hashes bytea not null
    ) partition by list (slot)`.execute(db)
  await sql`create index seen_block_hour on seen_block (scope, hour)`.execute(db)

  // Hours whose hashes are gone: nothing more is counted in them.
  await sql`
    create table sealed (
      scope integer not null,
      hour integer not null,
      primary key (scope, hour)
    )`.execute(db)
}

async function partitions(db: Kysely<unknown>): Promise<void> {
  for (const slot of [0, 1]) {
    for (const table of ['edge_hot', 'sum_hot']) {
      await sql.raw(`create table ${table}_${slot} partition of ${table} for values in (${slot})`).execute(db)
    }
  }
  for (let slot = 0; slot < 16; slot++) {
    await sql
      .raw(`create table seen_block_${slot} partition of seen_block for values in (${slot})`)
      .execute(db)
    // Hashes do not compress.
    await sql.raw(`alter table seen_block_${slot} alter column hashes set storage external`).execute(db)
  }
  for (const table of ['edge_day', 'sum_day', 'event']) {
    await sql.raw(`create table ${table}_outside partition of ${table} default`).execute(db)
  }
}
