import type { Connection } from '../db/open.ts'
import type { EntityKind } from '../model/entity.ts'
import type { Lease } from './writer.ts'

/**
 * Numbers that the scope's state has for edges, by the ids of their rows. What the state knows already stays as it is: only what
 * is learned here is forgotten when the transaction fails.
 */
export async function edgeNumbers(
  client: Connection,
  { scope, state }: Lease,
  ids: readonly number[],
): Promise<{ of(id: number): number }> {
  const numbers = new Map<number, number>()
  if (ids.length > 0) {
    const { rows } = await client.query<EdgeRow>({
      name: 'edges by id',
      text: `select edge.id, (extract(epoch from edge.first_seen) * 1000000)::bigint as first, verb, resource, namespace, object, call.id as call,
               s.id as subject, s.key as "subjectKey", i.id as ip, i.key as "ipKey", a.id as as, a.key as "asKey"
             from edge join call on call.scope = edge.scope and call.id = edge.call
             left join entity s on s.scope = edge.scope and s.id = edge.subject
             left join entity i on i.scope = edge.scope and i.id = edge.ip
             left join entity a on a.scope = edge.scope and a.id = edge.acting_as
             where edge.scope = $1 and edge.id = any($2::int[])`,
      values: [scope, [...new Set(ids)]],
    })
    for (const row of rows) {
      const entity = (kind: EntityKind, id: number | null, key: string | null): number => {
        if (id === null || key === null) return 0
        const nr = state.entities.of(kind, key)
        if (state.entities.ids[nr] === 0) {
          state.entities.ids[nr] = id
          state.fresh.entities.push(nr)
        }
        return nr
      }
      const call = state.calls.of(row.verb, row.resource)
      if (state.calls.ids[call] === 0) {
        state.calls.ids[call] = row.call
        state.fresh.calls.push(call)
      }
      const nr = state.edge(
        entity('subject', row.subject, row.subjectKey),
        entity('ip', row.ip, row.ipKey),
        call,
        state.names.of(row.namespace),
        state.names.of(row.object),
        entity('subject', row.as, row.asKey),
      )
      if (state.edgeIds[nr] === 0) {
        state.edgeIds[nr] = row.id
        state.edgeFirst[nr] = Number(row.first)
        state.fresh.edges.push(nr)
      }
      numbers.set(row.id, nr)
    }
  }
  return {
    of(id) {
      const nr = numbers.get(id)
      if (nr === undefined) throw new Error(`the edge ${id} of the ledger is not in the graph`)
      return nr
    },
  }
}

interface EdgeRow {
  readonly id: number
  readonly first: number | string
  readonly verb: string
  readonly resource: string
  readonly namespace: string
  readonly object: string
  readonly call: number
  readonly subject: number | null
  readonly subjectKey: string | null
  readonly ip: number | null
  readonly ipKey: string | null
  readonly as: number | null
  readonly asKey: string | null
}
