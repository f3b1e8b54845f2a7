import { type Kysely, sql } from 'kysely'

/**
 * What tidies the graph (docs/adr/0003), as functions that act with the owner's rights: whoever takes records in may have them
 * done, and can neither empty nor drop a table itself.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await months(db)
  await packing(db)
  await forgetting(db)
  await analyzing(db)
  await sql`
    revoke execute on function graph_months_ahead(timestamptz), graph_months_drop(timestamptz), graph_turn(), graph_pack(),
      graph_forget(integer), graph_analyze() from public`.execute(db)
  await sql`select graph_months_ahead(now())`.execute(db)
}

/**
 * Partitions by month are the owner's; the ingest role may have them made and have old ones dropped, and nothing else.
 * `graph_months_ahead` makes those that are missing from the retention's beginning to three months ahead; rows of such a month
 * that lie in the default partition move. It takes no moment but one about now. `graph_months_drop` drops those that ended before the retention, and with each what is
 * kept of its hours elsewhere: coverage, and the weeks that ended in it. Both return the names of what they made or dropped.
 * Sealed hours stay: they are what keeps an old file from being counted twice.
 */
async function months(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function graph_months_ahead(moment timestamptz) returns setof text
    language plpgsql security definer set search_path = public, pg_temp set timezone = 'UTC' as $$
    declare
      kept integer := (select months from retention);
      month date;
      parent text;
      child text;
      low text;
      high text;
      part text;
    begin
      -- A clock that is far off would make months that nobody needs, and leave out those that are.
      if moment not between now() - interval '1 day' and now() + interval '1 day' then
        raise exception 'the moment % lies more than a day from the server''s clock', moment;
      end if;
      -- One at a time: two would try to make the same table.
      perform 1 from tidying for update;
      for month in select generate_series(date_trunc('month', moment) - make_interval(months => kept),
          date_trunc('month', moment) + interval '3 months', interval '1 month')::date loop
        foreach parent in array array['edge_day', 'sum_day', 'event', 'flow_hour'] loop
          -- A later migration makes it.
          continue when to_regclass(parent) is null;
          child := parent || to_char(month, '_YYYY_MM');
          continue when to_regclass(child) is not null;
          if parent = 'event' then
            part := 'at';
            low := quote_literal(month::text || ' 00:00+00');
            high := quote_literal((month + interval '1 month')::date::text || ' 00:00+00');
          elsif parent = 'flow_hour' then
            part := 'hour';
            low := ((month - date '1970-01-01') * 24)::text;
            high := (((month + interval '1 month')::date - date '1970-01-01') * 24)::text;
          else
            part := 'day';
            low := (month - date '1970-01-01')::text;
            high := ((month + interval '1 month')::date - date '1970-01-01')::text;
          end if;
          -- Nobody adds to the default partition between the moving and the attaching.
          execute format('lock table %I in access exclusive mode', parent || '_outside');
          execute format('create table %I (like %I including all)', child, parent);
          execute format('with moving as (delete from %I where %I >= %s and %I < %s returning *) insert into %I select * from moving',
            parent || '_outside', part, low, part, high, child);
          execute format('alter table %I attach partition %I for values from (%s) to (%s)', parent, child, low, high);
          return next child;
        end loop;
      end loop;
    end $$`.execute(db)
  await sql`
    create function graph_months_drop(moment timestamptz) returns setof text
    language plpgsql security definer set search_path = public, pg_temp set timezone = 'UTC' as $$
    declare
      first date := date_trunc('month', moment) - make_interval(months => (select months from retention));
      children text[];
      child text;
      month date;
      low integer;
      high integer;
    begin
      -- A clock that is far ahead must not empty the graph.
      if moment > now() + interval '1 day' then
        raise exception 'the moment % lies ahead of the server''s clock', moment;
      end if;
      perform 1 from tidying for update;
      select array_agg(c.relname order by c.relname) into children
      from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
      where p.relname in ('edge_day', 'sum_day', 'event', 'flow_hour') and p.relnamespace = 'public'::regnamespace
        and c.relname ~ '_[0-9]{4}_[0-9]{2}$' and right(c.relname, 8) < to_char(first, '_YYYY_MM');
      if children is null then
        return;
      end if;
      -- What takes long comes before the first drop, from which on whoever asks waits.
      update sum_day set prior = null where prior * 7 + 7 <= first - date '1970-01-01';
      foreach child in array children loop
        continue when child not like 'sum\\_day\\_%';
        month := to_date(right(child, 7), 'YYYY_MM');
        low := month - date '1970-01-01';
        high := (month + interval '1 month')::date - date '1970-01-01';
        delete from sum_week where week * 7 + 7 > low and week * 7 + 7 <= high;
        delete from coverage where hour >= low * 24 and hour < high * 24;
        update retention set dropped = dropped + 1;
      end loop;
      foreach child in array children loop
        execute format('drop table %I', child);
        return next child;
      end loop;
    end $$`.execute(db)
}

/**
 * `graph_turn` moves the ring on, so that writers use the other slot; false while that one is not packed. `graph_pack` packs the
 * slot that is not written to, and returns how many rows of edges it had. The two are transactions of their own:
 * writers wait for the first, which is short.
 */
async function packing(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function graph_turn() returns boolean
    language plpgsql security definer set search_path = public, pg_temp as $$
    begin
      perform 1 from tidying for update;
      -- A lock on the table has a queue: writers that never pause cannot keep it waiting, as they could with the row's.
      lock table ring in exclusive mode;
      if exists (select from edge_hot where slot = (select 1 - current from ring))
        or exists (select from sum_hot where slot = (select 1 - current from ring)) then
        return false;
      end if;
      update ring set current = 1 - current, since = now();
      return true;
    end $$`.execute(db)

  // The numbers of v: one for each hour and outcome of the common table `hours`, and more for a count that needs more bits.
  const numbers = (key: string) => sql`
        numbers as materialized (
          select ${sql.raw(key)}, hour, outcome, n
          from hours cross join lateral (values (0, success), (1, failure), (2, unauthorized), (3, forbidden)) as v (outcome, n)
          where n <> 0),
        pieces as (
          select ${sql.raw(key)}, hour, outcome, n from numbers where n between -16777215 and 16777215
          union all
          select ${sql.raw(key)}, hour, outcome, sign(n)::bigint * least(16777215, abs(n) - piece * 16777215)
          from numbers, generate_series(0, abs(n) / 16777215) as piece
          where n not between -16777215 and 16777215 and abs(n) > piece * 16777215)`
  const v = sql`array_agg((((hour + ${DOWN}) % 24) << 27) | (outcome << 25) | (n::integer & 33554431))`
  const sum = (outcome: string) => sql`nullif(sum(${sql.ref(outcome)}), 0) as ${sql.ref(outcome)}`
  const sums = sql`${sum('success')}, ${sum('failure')}, ${sum('unauthorized')}, ${sum('forbidden')}`
  const adds = (table: string) => {
    const add = (outcome: string) =>
      sql`${sql.ref(outcome)} = nullif(coalesce(${sql.ref(`${table}.${outcome}`)}, 0) + coalesce(${sql.ref(`excluded.${outcome}`)}, 0), 0)`
    return sql`${add('success')}, ${add('failure')}, ${add('unauthorized')}, ${add('forbidden')}`
  }
  const counts = (week: string) => {
    const one = (outcome: string) => sql`coalesce(${sql.ref(`${week}.${outcome}`)}, 0)`
    return sql`${one('success')} + ${one('failure')} + ${one('unauthorized')} + ${one('forbidden')} > 0`
  }
  await sql`
    create function graph_pack() returns bigint
    language plpgsql security definer set search_path = public, pg_temp set work_mem = '128MB' as $$
    declare
      old smallint;
      packed bigint;
      patience text := current_setting('lock_timeout');
    begin
      perform 1 from tidying for update;
      select 1 - current into old from ring;
      if not exists (select from edge_hot where slot = old) and not exists (select from sum_hot where slot = old) then
        return 0;
      end if;
      select count(*) into packed from edge_hot where slot = old;

      with hours as (
        select scope, edge, hour, ${sums} from edge_hot where slot = old group by scope, edge, hour),
      ${numbers('scope, edge')}
      insert into edge_day (scope, edge, day, subject, ip, v)
      select packed.scope, packed.edge, packed.day, edge.subject, edge.ip, packed.v
      from (select scope, edge, ${DAY} as day, ${v} as v from pieces group by scope, edge, ${DAY}) as packed
      -- A day whose edge is missing fails: its subject and ip may not be null.
      left join edge on edge.scope = packed.scope and edge.id = packed.edge
      order by packed.scope, packed.edge
      on conflict (scope, edge, day) do update set v = edge_day.v || excluded.v;

      insert into edge_total (scope, edge, success, failure, unauthorized, forbidden, last_seen)
      select scope, edge, ${sums}, max(${LAST})
      from edge_hot where slot = old group by scope, edge order by scope, edge
      on conflict (scope, edge) do update set ${adds('edge_total')},
        last_seen = greatest(edge_total.last_seen, excluded.last_seen);

      insert into sum_week (scope, kind, id, id2, week, success, failure, unauthorized, forbidden)
      select scope, kind, id, id2, ${WEEK}, ${sums} from sum_hot where slot = old
      group by scope, kind, id, id2, ${WEEK} order by scope, kind, id
      on conflict (scope, kind, id, week, id2) do update set ${adds('sum_week')};

      -- A request that is taken back where it was counted alone is no longer known to have been made.
      if exists (select from sum_hot where slot = old and kind = 1 and least(success, failure, unauthorized, forbidden) < 0) then
        with back as materialized (
          select distinct scope, id, id2, ${WEEK} as week from sum_hot
          where slot = old and kind = 1 and least(success, failure, unauthorized, forbidden) < 0)
        update sum_day set prior = null from back
        where sum_day.scope = back.scope and sum_day.kind = 1 and sum_day.id = back.id and sum_day.id2 = back.id2
          and sum_day.day >= back.week * 7 + 7 and sum_day.prior = back.week
          and not exists (
            select from sum_week as known
            where known.scope = back.scope and known.kind = 1 and known.id = back.id and known.id2 = back.id2
              and known.week = back.week and ${counts('known')});
      end if;

      with hours as (
        select scope, kind, id, id2, hour, ${sums} from sum_hot where slot = old group by scope, kind, id, id2, hour),
      ${numbers('scope, kind, id, id2')}
      insert into sum_day (scope, kind, id, id2, day, prior, success, failure, unauthorized, forbidden, v)
      select packed.scope, packed.kind, packed.id, packed.id2, packed.day,
        case packed.kind when 1 then (
          select week from sum_week as known
          where known.scope = packed.scope and known.kind = 1 and known.id = packed.id and known.id2 = packed.id2
            and known.week < ${WEEK_OF_DAY} and ${counts('known')}
          order by week desc limit 1) end,
        packed.success, packed.failure, packed.unauthorized, packed.forbidden, packed.v
      from (
        select scope, kind, id, id2, ${DAY} as day, sum(n) filter (where outcome = 0) as success,
          sum(n) filter (where outcome = 1) as failure, sum(n) filter (where outcome = 2) as unauthorized,
          sum(n) filter (where outcome = 3) as forbidden, ${v} as v
        from pieces group by scope, kind, id, id2, ${DAY}) as packed
      order by packed.scope, packed.kind, packed.id
      on conflict (scope, kind, id, day, id2) do update set ${adds('sum_day')}, v = sum_day.v || excluded.v;

      -- Whoever asks waits behind this lock: it is asked for briefly and again, for longer than an answer may take (15 s).
      perform set_config('lock_timeout', '200ms', true);
      for try in 1..40 loop
        begin
          execute format('lock table edge_hot_%s, sum_hot_%s in access exclusive mode', old, old);
          exit;
        exception when lock_not_available then
          if try = 40 then
            raise;
          end if;
          perform pg_sleep(0.3);
        end;
      end loop;
      perform set_config('lock_timeout', patience, true);
      execute format('truncate edge_hot_%s, sum_hot_%s', old, old);
      return packed;
    end $$`.execute(db)
}

/** Whole days and weeks, rounded down also before 1970: records of clocks that were never set say year 1. */
const DOWN = sql.raw('24000000')
const DAY = sql`((hour + ${DOWN}) / 24 - 1000000)`
const WEEK = sql`((hour + 7 * ${DOWN}) / 168 - 1000000)`
const WEEK_OF_DAY = sql`((packed.day + 7 * ${DOWN}) / 7 - ${DOWN})`

/** The moment of a hot row. */
const LAST = sql`to_timestamp(0) + hour * interval '1 hour' + (last_us::bigint + 2147483648) * interval '1 microsecond'`

/**
 * `graph_forget` empties the slots of hashes that were last written to more than 14 days before `today` (a whole day since
 * 1970), and seals those of their hours that nothing was written to since; returns how many. The hashes of the other hours
 * move to where the youngest of their hour lie, so that they are forgotten together.
 */
async function forgetting(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function graph_forget(today integer) returns bigint
    language plpgsql security definer set search_path = public, pg_temp set timezone = 'UTC' as $$
    declare
      oldest integer := today - 14;
      last integer;
      hours bigint;
      closed bigint := 0;
    begin
      -- A clock that is far ahead must not close hours that records still come for.
      if today > (now()::date - date '1970-01-01') + 1 then
        raise exception 'the day % lies ahead of the server''s clock', today;
      end if;
      perform 1 from tidying for update;
      for slot in 0..15 loop
        execute format('select max(day) from seen_block_%s', slot) into last;
        continue when last is null or last >= oldest;
        -- Until the end no writer is under way, in whatever slot; one whose clock is ahead may have written to this one meanwhile.
        lock table ring in exclusive mode;
        execute format('lock table seen_block_%s in access exclusive mode', slot);
        execute format('select max(day) from seen_block_%s', slot) into last;
        continue when last is null or last >= oldest;
        execute format('
          insert into seen_block (slot, scope, hour, day, hashes)
          select young.day %% 16, old.scope, old.hour, young.day, old.hashes
          from seen_block_%s old cross join lateral (
            select max(day) as day from seen_block b where b.scope = old.scope and b.hour = old.hour and b.day >= $1) young
          where young.day is not null', slot) using oldest;
        execute format('
          insert into sealed (scope, hour)
          select distinct scope, hour from seen_block_%s old
          where not exists (select from seen_block b where b.scope = old.scope and b.hour = old.hour and b.day >= $1)
          on conflict do nothing', slot) using oldest;
        get diagnostics hours = row_count;
        closed := closed + hours;
        execute format('truncate seen_block_%s', slot);
      end loop;
      return closed;
    end $$`.execute(db)
}

/**
 * `graph_analyze` tells the planner what the tables hold. The server does it too, a minute later; until then a question over a
 * graph that was just filled may take a hundred times as long. A slot that is empty is left out: of one that is known to be empty a plan
 * is kept that reads all of it, and it fills up.
 */
async function analyzing(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function graph_analyze() returns void
    language plpgsql security definer set search_path = public, pg_temp as $$
    declare
      slot text;
      has_rows boolean;
    begin
      analyze entity, trait, link, call, agent, coverage, edge, edge_day, edge_total, sum_day, sum_week, event, flow, flow_hour;
      foreach slot in array array['edge_hot_0', 'edge_hot_1', 'sum_hot_0', 'sum_hot_1'] loop
        execute format('select exists (select from %I)', slot) into has_rows;
        if has_rows then
          execute format('analyze %I', slot);
        end if;
      end loop;
    end $$`.execute(db)
}
