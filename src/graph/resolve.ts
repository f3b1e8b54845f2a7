import { CopyRows, copyInto } from '../db/copy.ts'
import type { Connection } from '../db/open.ts'
import type { BatchSpans } from './spans.ts'
import type { Lease } from './writer.ts'

/** `first` and `last` of a batch as SQL: columns of whole microseconds since 1970 become times. */
export function timeOf(column: string): string {
  return `(to_timestamp(0) + ${column} * interval '1 microsecond')`
}

/**
 * Gives the entities, by number of the scope's state, their rows: finds those that are there, adds those that are not, and
 * widens first and last seen of all.
 */
export async function resolveEntities(
  client: Connection,
  { scope, state }: Lease,
  numbers: readonly number[],
): Promise<void> {
  const { entities, entitySpans, fresh, numbered } = state
  const unknown = numbers.filter((nr) => entities.ids[nr] === 0)
  if (unknown.length > 0 && numbered.entities > 0) {
    const { rows } = await client.query<{ nr: number; id: number }>({
      name: 'find entities',
      text: `select seen.nr::int as nr, entity.id from unnest($2::text[], $3::text[]) with ordinality as seen (kind, key, nr)
             join entity on entity.scope = $1 and entity.kind = seen.kind and entity.key = seen.key collate "C"`,
      values: [scope, unknown.map((nr) => entities.kinds[nr]), unknown.map((nr) => entities.keys[nr])],
    })
    for (const { nr, id } of rows) {
      const number = unknown[nr - 1] ?? 0
      entities.ids[number] = id
      fresh.entities.push(number)
    }
  }
  const old = numbers.filter((nr) => entities.ids[nr] !== 0).toSorted((a, b) => idOf(a) - idOf(b))
  function idOf(nr: number): number {
    return entities.ids[nr] ?? 0
  }
  if (old.length > 0) {
    await client.query({
      name: 'widen entities',
      text: `update entity set first_seen = least(first_seen, seen.first), last_seen = greatest(last_seen, seen.last)
             from (select id, ${timeOf('first')} as first, ${timeOf('last')} as last
               from unnest($2::int[], $3::bigint[], $4::bigint[]) as given (id, first, last)) as seen
             where entity.scope = $1 and entity.id = seen.id and (first_seen > seen.first or last_seen < seen.last)`,
      values: [
        scope,
        old.map(idOf),
        old.map((nr) => entitySpans.first(nr)),
        old.map((nr) => entitySpans.last(nr)),
      ],
    })
  }
  const added = unknown.filter((nr) => entities.ids[nr] === 0)
  if (added.length === 0) return
  for (const nr of added) {
    entities.ids[nr] = ++numbered.entities
    fresh.entities.push(nr)
  }
  await client.query({
    name: 'add entities',
    text: `insert into entity (scope, id, kind, key, addr, first_seen, last_seen)
           select $1, id, kind, key, case when kind = 'ip' then key::inet end, ${timeOf('first')}, ${timeOf('last')}
           from unnest($2::int[], $3::text[], $4::text[], $5::bigint[], $6::bigint[]) as seen (id, kind, key, first, last)`,
    values: [
      scope,
      added.map(idOf),
      added.map((nr) => entities.kinds[nr]),
      added.map((nr) => entities.keys[nr]),
      added.map((nr) => entitySpans.first(nr)),
      added.map((nr) => entitySpans.last(nr)),
    ],
  })
}

/** Gives the calls their rows. */
export async function resolveCalls(
  client: Connection,
  { scope, state }: Lease,
  numbers: Iterable<number>,
): Promise<void> {
  const { calls, fresh, numbered } = state
  const unknown = [...numbers].filter((nr) => calls.ids[nr] === 0)
  if (unknown.length === 0) return
  const verbs = unknown.map((nr) => calls.verbs[nr])
  const resources = unknown.map((nr) => calls.resources[nr])
  const { rows } = await client.query<{ nr: number; id: number }>({
    name: 'find calls',
    text: `select seen.nr::int as nr, call.id from unnest($2::text[], $3::text[]) with ordinality as seen (verb, resource, nr)
           join call on call.scope = $1 and call.verb = seen.verb collate "C" and call.resource = seen.resource collate "C"`,
    values: [scope, verbs, resources],
  })
  for (const { nr, id } of rows) calls.ids[unknown[nr - 1] ?? 0] = id
  const added = unknown.filter((nr) => calls.ids[nr] === 0)
  for (const nr of added) calls.ids[nr] = ++numbered.calls
  for (const nr of unknown) fresh.calls.push(nr)
  if (added.length === 0) return
  await client.query({
    name: 'add calls',
    text: `insert into call (scope, id, verb, resource)
           select $1, * from unnest($2::int[], $3::text[], $4::text[])`,
    values: [
      scope,
      added.map((nr) => calls.ids[nr]),
      added.map((nr) => calls.verbs[nr]),
      added.map((nr) => calls.resources[nr]),
    ],
  })
}

/** Gives the edges that a batch saw their rows. Their entities and calls have theirs. */
export async function resolveEdges(client: Connection, lease: Lease, seen: BatchSpans): Promise<void> {
  const { scope, state } = lease
  const { entities, calls, names, edges, fresh, numbered } = state
  const unknown = seen.numbers.filter((nr) => state.edgeIds[nr] === 0)
  const subject = (nr: number): number => entities.ids[edges.get(nr, 0)] ?? 0
  const ip = (nr: number): number => entities.ids[edges.get(nr, 1)] ?? 0
  const call = (nr: number): number => calls.ids[edges.get(nr, 2)] ?? 0
  const namespace = (nr: number): string => names.text(edges.get(nr, 3))
  const object = (nr: number): string => names.text(edges.get(nr, 4))
  const as = (nr: number): number => entities.ids[edges.get(nr, 5)] ?? 0
  if (unknown.length > 0 && numbered.edges > 0) {
    const { rows } = await client.query<{ nr: number; id: number; first: number | string }>({
      name: 'find edges',
      text: `select seen.nr::int as nr, edge.id, (extract(epoch from edge.first_seen) * 1000000)::bigint as first
             from unnest($2::int[], $3::int[], $4::int[], $5::text[], $6::text[], $7::int[])
               with ordinality as seen (subject, ip, call, namespace, object, acting_as, nr)
             join edge on edge.scope = $1 and edge.subject = seen.subject and edge.ip = seen.ip and edge.call = seen.call
               and edge.namespace = seen.namespace collate "C" and edge.object = seen.object collate "C"
               and edge.acting_as = seen.acting_as`,
      values: [
        scope,
        unknown.map(subject),
        unknown.map(ip),
        unknown.map(call),
        unknown.map(namespace),
        unknown.map(object),
        unknown.map(as),
      ],
    })
    for (const { nr, id, first } of rows) {
      const number = unknown[nr - 1] ?? 0
      state.edgeIds[number] = id
      state.edgeFirst[number] = Number(first)
      fresh.edges.push(number)
    }
  }
  const earlier = seen.numbers.filter(
    (nr) => state.edgeIds[nr] !== 0 && seen.first(nr) < (state.edgeFirst[nr] ?? 0),
  )
  if (earlier.length > 0) {
    await client.query({
      name: 'widen edges',
      text: `update edge set first_seen = least(first_seen, ${timeOf('seen.first')})
             from unnest($2::int[], $3::bigint[]) as seen (id, first) where edge.scope = $1 and edge.id = seen.id`,
      values: [scope, earlier.map((nr) => state.edgeIds[nr]), earlier.map((nr) => seen.first(nr))],
    })
    // Known only once this is committed: until then the row says more than it must, which does no harm.
    for (const nr of earlier) {
      fresh.edges.push(nr)
      state.edgeFirst[nr] = seen.first(nr)
    }
  }
  const added = unknown.filter((nr) => state.edgeIds[nr] === 0)
  const rows = new CopyRows()
  for (const nr of added) {
    const id = ++numbered.edges
    const first = seen.first(nr)
    state.edgeIds[nr] = id
    state.edgeFirst[nr] = first
    fresh.edges.push(nr)
    rows.begin(9)
    rows.int4(scope)
    rows.int4(id)
    rows.int4(subject(nr))
    rows.int4(ip(nr))
    rows.int4(call(nr))
    rows.int4(as(nr))
    rows.time(first)
    rows.text(namespace(nr))
    rows.text(object(nr))
  }
  const columns = ['scope', 'id', 'subject', 'ip', 'call', 'acting_as', 'first_seen', 'namespace', 'object']
  await copyInto(client, 'edge', columns, rows)
}
