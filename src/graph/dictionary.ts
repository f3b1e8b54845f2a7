import { sql, type Transaction } from 'kysely'
import type { Database } from '../db/tables.ts'
import type { EntityKind } from '../model/entity.ts'
import { formatTime, type Micros } from '../model/time.ts'

export type Trx = Transaction<Database>

/** An entity with the span in which a batch saw it. */
export interface SeenEntity {
  readonly kind: EntityKind
  readonly key: string
  readonly first: Micros
  readonly last: Micros
}

/** Ids of entities in one scope, by kind and key. */
export interface EntityIds {
  of(kind: EntityKind, key: string): number
}

/**
 * Makes the scopes that are missing, locks them all in order of id, and returns their ids in the order given. The
 * lock is the lease of a writer: whoever holds it is the only writer of that scope until its transaction ends.
 */
export async function leaseScopes(
  trx: Trx,
  scopes: readonly { readonly account: string; readonly region: string; readonly cluster: string }[],
): Promise<readonly number[]> {
  if (scopes.length === 0) return []
  const columns = [scopes.map((s) => s.account), scopes.map((s) => s.region), scopes.map((s) => s.cluster)]
  const given = sql`unnest(${columns[0]}::text[], ${columns[1]}::text[], ${columns[2]}::text[]) with ordinality as given (account, region, cluster, nr)`
  const known = sql<{ id: number; nr: number }>`
    select scope.id, given.nr::int as nr from ${given} join scope using (account, region, cluster) order by given.nr`
  let { rows } = await known.execute(trx)
  if (rows.length < scopes.length) {
    await sql`
      insert into scope (account, region, cluster) select distinct account, region, cluster from ${given}
      on conflict (account, region, cluster) do nothing`.execute(trx)
    rows = (await known.execute(trx)).rows
  }
  const ids = rows.map((row) => row.id)
  await sql`select id from scope where id = any(${ids}::int[]) order by id for update`.execute(trx)
  return ids
}

/** Upserts entities of one leased scope: `first_seen` only ever falls, `last_seen` only ever rises. */
export async function foldEntities(trx: Trx, scope: number, seen: readonly SeenEntity[]): Promise<EntityIds> {
  const merged = new Map<string, SeenEntity>()
  for (const entity of seen) {
    const id = nameOf(entity.kind, entity.key)
    const known = merged.get(id)
    merged.set(
      id,
      known === undefined
        ? entity
        : { ...known, first: Math.min(known.first, entity.first), last: Math.max(known.last, entity.last) },
    )
  }
  const list = [...merged.values()]
  const ids = new Map<string, number>()
  if (list.length > 0) await writeEntities(trx, scope, list, ids)
  return {
    of(kind, key) {
      const id = ids.get(nameOf(kind, key))
      if (id === undefined)
        throw new Error(`the ${kind} ${JSON.stringify(key)} was not folded into the graph`)
      return id
    },
  }
}

async function writeEntities(
  trx: Trx,
  scope: number,
  list: readonly SeenEntity[],
  ids: Map<string, number>,
): Promise<void> {
  const kinds = list.map((entity) => entity.kind)
  const keys = list.map((entity) => entity.key)
  const firsts = list.map((entity) => formatTime(entity.first))
  const lasts = list.map((entity) => formatTime(entity.last))
  const batch = sql`unnest(${kinds}::text[], ${keys}::text[], ${firsts}::timestamptz[], ${lasts}::timestamptz[]) with ordinality as seen (kind, key, first, last, nr)`

  // Select, insert, update rather than one upsert: an upsert spends an id on every row that exists already.
  const known = await sql<{ nr: number; id: number }>`
    select seen.nr::int as nr, entity.id from ${batch}
    join entity on entity.scope = ${scope} and entity.kind = seen.kind and entity.key = seen.key collate "C"`.execute(
    trx,
  )
  const found = new Map(known.rows.map((row) => [row.nr, row.id]))
  list.forEach((entity, at) => {
    const id = found.get(at + 1)
    if (id !== undefined) ids.set(nameOf(entity.kind, entity.key), id)
  })
  if (found.size > 0) {
    await sql`
      update entity set first_seen = least(entity.first_seen, seen.first), last_seen = greatest(entity.last_seen, seen.last)
      from ${batch}
      where entity.scope = ${scope} and entity.kind = seen.kind and entity.key = seen.key collate "C"
        and (entity.first_seen > seen.first or entity.last_seen < seen.last)`.execute(trx)
  }
  const fresh = list.filter((entity) => !ids.has(nameOf(entity.kind, entity.key)))
  if (fresh.length === 0) return
  const inserted = await sql<{ id: number; kind: EntityKind; key: string }>`
    insert into entity (scope, kind, key, addr, first_seen, last_seen)
    select ${scope}, kind, key, case when kind = 'ip' then key::inet end, first, last
    from unnest(${fresh.map((e) => e.kind)}::text[], ${fresh.map((e) => e.key)}::text[],
      ${fresh.map((e) => formatTime(e.first))}::timestamptz[], ${fresh.map((e) => formatTime(e.last))}::timestamptz[])
      as seen (kind, key, first, last)
    returning id, kind, key`.execute(trx)
  for (const row of inserted.rows) ids.set(nameOf(row.kind, row.key), row.id)
}

/** Ids of calls (verb and resource) in one leased scope. */
export async function foldCalls(
  trx: Trx,
  scope: number,
  calls: readonly { readonly verb: string; readonly resource: string }[],
): Promise<(verb: string, resource: string) => number> {
  const wanted = new Map(calls.map((call) => [nameOf(call.verb, call.resource), call]))
  const list = [...wanted.values()]
  const ids = new Map<string, number>()
  if (list.length > 0) {
    const read = sql<{ id: number; verb: string; resource: string }>`
      select call.id, call.verb, call.resource
      from unnest(${list.map((c) => c.verb)}::text[], ${list.map((c) => c.resource)}::text[]) as wanted (verb, resource)
      join call on call.scope = ${scope} and call.verb = wanted.verb collate "C" and call.resource = wanted.resource collate "C"`
    for (const row of (await read.execute(trx)).rows) ids.set(nameOf(row.verb, row.resource), row.id)
    const fresh = list.filter((call) => !ids.has(nameOf(call.verb, call.resource)))
    if (fresh.length > 0) {
      const inserted = await sql<{ id: number; verb: string; resource: string }>`
        insert into call (scope, verb, resource)
        select ${scope}, verb, resource
        from unnest(${fresh.map((c) => c.verb)}::text[], ${fresh.map((c) => c.resource)}::text[]) as fresh (verb, resource)
        returning id, verb, resource`.execute(trx)
      for (const row of inserted.rows) ids.set(nameOf(row.verb, row.resource), row.id)
    }
  }
  return (verb, resource) => {
    const id = ids.get(nameOf(verb, resource))
    if (id === undefined) throw new Error(`the call ${verb} ${resource} was not folded into the graph`)
    return id
  }
}

/** Two texts as one map key; NUL cannot occur in either, since PostgreSQL has no NUL in text. */
function nameOf(a: string, b: string): string {
  return `${a}\0${b}`
}
