import { type Kysely, sql } from 'kysely'

/**
 * Traffic of VPC flow logs (docs/adr/0004): a row for each pair of addresses and service, and one for each hour of it. Hours are
 * kept by month as packed days are, and are not packed: there is one row for each.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  // local is on the interface's side, peer on the other; both and interface are entities, 0 is none. port is the service's, 0 is
  // none; serving: it is local's. protocol: IANA's number, -1 where it is not known. outward: what local sent.
  await sql`
    create table flow (
      scope integer not null,
      id integer not null,
      local integer not null,
      peer integer not null,
      interface integer not null,
      port integer not null,
      protocol smallint not null,
      outward boolean not null,
      serving boolean not null,
      accepted boolean not null,
      primary key (scope, id),
      unique (scope, local, peer, interface, port, protocol, outward, serving, accepted)
    )`.execute(db)
  await sql`create index flow_peer on flow (scope, peer)`.execute(db)
  await sql`create index flow_interface on flow (scope, interface) where interface <> 0`.execute(db)

  // hour: that of the windows' beginning; last_at: the latest end of one.
  await sql`
    create table flow_hour (
      scope integer not null,
      flow integer not null,
      hour integer not null,
      bytes bigint not null,
      packets bigint not null,
      records integer not null,
      last_at timestamptz not null,
      primary key (scope, flow, hour)
    ) partition by range (hour)`.execute(db)
  await sql`create table flow_hour_outside partition of flow_hour default`.execute(db)
  await sql`select graph_months_ahead(now())`.execute(db)
}
