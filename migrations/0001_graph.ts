import { type Kysely, sql } from 'kysely'

/**
 * The behaviour graph, first form. `scope` leads every key, so that the tables can be distributed by it; no
 * triggers and no clock in an upsert, for the same reason.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
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
      id integer generated always as identity,
      kind text not null,
      key text collate "C" not null,
      addr inet,
      first_seen timestamptz not null,
      last_seen timestamptz not null,
      primary key (scope, id),
      unique (scope, kind, key)
    )`.execute(db)
  await sql`create index entity_addr on entity (scope, addr) where addr is not null`.execute(db)

  await sql`
    create table call (
      scope integer not null,
      id integer generated always as identity,
      verb text collate "C" not null,
      resource text collate "C" not null,
      primary key (scope, id),
      unique (scope, verb, resource)
    )`.execute(db)

  // One row per distinct (who, from where, what, on what, as whom). 0 and '' stand for "none".
  await sql`
    create table edge (
      scope integer not null,
      id integer generated always as identity,
      subject integer not null,
      ip integer not null,
      call integer not null,
      namespace text collate "C" not null,
      object text collate "C" not null,
      acting_as integer not null,
      first_seen timestamptz not null,
      last_seen timestamptz not null,
      primary key (scope, id),
      unique (scope, subject, ip, call, namespace, object, acting_as)
    )`.execute(db)
  await sql`create index edge_ip on edge (scope, ip) where ip <> 0`.execute(db)
  await sql`create index edge_acting_as on edge (scope, acting_as) where acting_as <> 0`.execute(db)
  await sql`create index edge_call on edge (scope, call, namespace)`.execute(db)

  // hour: whole hours since 1970. Counts are requests.
  await sql`
    create table edge_hour (
      scope integer not null,
      edge integer not null,
      hour integer not null,
      success bigint not null,
      failure bigint not null,
      unauthorized bigint not null,
      forbidden bigint not null,
      primary key (scope, edge, hour)
    )`.execute(db)

  // The last user agent of a subject at an address; the later one wins, by (at, user_agent).
  await sql`
    create table agent (
      scope integer not null,
      subject integer not null,
      ip integer not null,
      user_agent text collate "C" not null,
      at timestamptz not null,
      primary key (scope, subject, ip)
    )`.execute(db)

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
