import { type Kysely, sql } from 'kysely'

/**
 * Hot and cold as one, for whoever reads the graph with SQL. Lookups join the two by themselves where they ask by the hour, so that
 * a day is unpacked only for the edges asked about (src/graph/read.ts); `edge_all` they use too. `day` prunes the cold tier, `hour` finds in the hot one: ask for both. A cell is unnested in the select
 * list, which is twice as fast as a join with it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const hot = sql`coalesce(success, 0) as success, coalesce(failure, 0) as failure,
      coalesce(unauthorized, 0) as unauthorized, coalesce(forbidden, 0) as forbidden`
  // Rounded down also before 1970: records of clocks that were never set say year 1.
  const day = sql`((hour + 24000000) / 24 - 1000000)`
  const cold = sql`
      case (e >> 25) & 3 when 0 then (e << 7) >> 7 else 0 end as success,
      case (e >> 25) & 3 when 1 then (e << 7) >> 7 else 0 end as failure,
      case (e >> 25) & 3 when 2 then (e << 7) >> 7 else 0 end as unauthorized,
      case (e >> 25) & 3 when 3 then (e << 7) >> 7 else 0 end as forbidden`
  await sql`
    create view edge_hour as
    select scope, edge, ${day} as day, hour, ${hot} from edge_hot
    union all
    select scope, edge, day, day * 24 + ((e >> 27) & 31), ${cold}
    from (select scope, edge, day, unnest(v) as e from edge_day) as cells`.execute(db)
  await sql`
    create view sum_hour as
    select scope, kind, id, id2, ${day} as day, hour, ${hot} from sum_hot
    union all
    select scope, kind, id, id2, day, day * 24 + ((e >> 27) & 31), ${cold}
    from (select scope, kind, id, id2, day, unnest(v) as e from sum_day) as cells`.execute(db)
  // All that an edge ever counted.
  await sql`
    create view edge_all as
    select scope, edge, ${hot}, last_seen from edge_total
    union all
    select scope, edge, ${hot},
      to_timestamp(0) + hour * interval '1 hour' + (last_us::bigint + 2147483648) * interval '1 microsecond'
    from edge_hot`.execute(db)
}
