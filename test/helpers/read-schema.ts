import type pg from 'pg'

/** A primary key, unique constraint, unique index or exclusion constraint, by its columns (null: an expression). */
export interface Key {
  readonly name: string
  readonly kind: 'primary key' | 'unique constraint' | 'unique index' | 'exclusion constraint'
  readonly columns: readonly (string | null)[]
}

/** A foreign key: `columns` point at `toColumns` of the table `to`, in this order. */
export interface ForeignKey {
  readonly name: string
  readonly columns: readonly string[]
  readonly to: string
  readonly toColumns: readonly string[]
}

/** What the catalog says of one table or view. */
export interface TableFacts {
  readonly name: string
  readonly kind: 'table' | 'view'
  /** The table of which it is a partition. */
  readonly partitionOf: string | null
  readonly isPartitioned: boolean
  readonly columns: readonly { readonly name: string; readonly type: string; readonly notNull: boolean }[]
  readonly keys: readonly Key[]
  readonly foreignKeys: readonly ForeignKey[]
  readonly triggers: readonly string[]
  readonly rules: readonly string[]
}

/**
 * Reads the tables and views of a schema from the catalog, in order of name; what Kysely keeps for itself is left out.
 */
export async function readSchema(client: pg.ClientBase, schema = 'public'): Promise<readonly TableFacts[]> {
  const { rows } = await client.query<TableFacts>(
    `select c.relname as name,
       case when c.relkind in ('v', 'm') then 'view' else 'table' end as kind,
       (select p.relname from pg_inherits join pg_class p on p.oid = inhparent where inhrelid = c.oid) as "partitionOf",
       c.relkind = 'p' as "isPartitioned",
       (select coalesce(json_agg(json_build_object('name', attname, 'type', format_type(atttypid, atttypmod),
          'notNull', attnotnull) order by attnum), '[]')
        from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped) as columns,
       (select coalesce(json_agg(json_build_object('name', i.relname,
          'kind', case when indisprimary then 'primary key' when contype = 'x' then 'exclusion constraint'
            when contype = 'u' then 'unique constraint' else 'unique index' end,
          'columns', (select json_agg(attname order by nr) from unnest(indkey[0:indnkeyatts - 1]) with ordinality as k (num, nr)
            left join pg_attribute on attrelid = c.oid and attnum = num and num <> 0)) order by i.relname), '[]')
        from pg_index join pg_class i on i.oid = indexrelid
          left join pg_constraint on conindid = indexrelid and conrelid = indrelid and contype in ('p', 'u', 'x')
        where indrelid = c.oid and (indisunique or contype = 'x')) as keys,
       (select coalesce(json_agg(json_build_object('name', conname, 'to', t.relname,
          'columns', (select json_agg(attname order by nr) from unnest(conkey) with ordinality as k (num, nr)
            join pg_attribute on attrelid = conrelid and attnum = num),
          'toColumns', (select json_agg(attname order by nr) from unnest(confkey) with ordinality as k (num, nr)
            join pg_attribute on attrelid = confrelid and attnum = num)) order by conname), '[]')
        from pg_constraint join pg_class t on t.oid = confrelid where conrelid = c.oid and contype = 'f') as "foreignKeys",
       (select coalesce(json_agg(tgname order by tgname), '[]') from pg_trigger
        where tgrelid = c.oid and not tgisinternal) as triggers,
       (select coalesce(json_agg(rulename order by rulename), '[]') from pg_rewrite
        where ev_class = c.oid and rulename <> '_RETURN') as rules
     from pg_class c
     where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and c.relname not like 'kysely%'
     order by c.relname`,
    [schema],
  )
  return rows
}
