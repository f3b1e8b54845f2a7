import type { Trx } from '../db/transaction.ts'
import { note } from './events.ts'
import { gravest } from './refresh.ts'

/**
 * The open incidents that these numbers stand for now, lowest first, and locked: an incident that was taken in stands
 * for the one that took it in. Another writer that wants one of them waits.
 */
export async function lockRoots(trx: Trx, numbers: readonly number[]): Promise<readonly number[]> {
  let wanted = [...new Set(numbers)]
  while (wanted.length > 0) {
    const rows = await trx
      .selectFrom('incident')
      .select(['id', 'joined_to'])
      .where('id', 'in', wanted)
      .orderBy('id')
      .forNoKeyUpdate()
      .execute()
    const roots = [...new Set(rows.map((row) => row.joined_to ?? row.id))].toSorted((a, b) => a - b)
    if (rows.every((row) => row.joined_to === null)) return roots
    wanted = roots
  }
  return []
}

/**
 * `first` takes `other` in, with its findings, keys and whom that had taken in before; both are open and locked.
 * Returns the numbers of those that now show another card.
 */
export async function takeIn(trx: Trx, first: number, other: number): Promise<readonly number[]> {
  const { id, severity } = await gravest(trx, other)
  await trx.updateTable('finding').set({ incident: first }).where('incident', '=', other).execute()
  await trx
    .insertInto('incident_key')
    .columns(['scope', 'key', 'incident'])
    .expression((query) =>
      query
        .selectFrom('incident_key')
        .select((row) => ['scope', 'key', row.val(first).as('incident')])
        .where('incident', '=', other),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const moved = await trx
    .updateTable('incident')
    .set((query) => ({ state: 'joined', joined_to: first, revision: query('revision', '+', 1) }))
    .where((where) => where.or([where('id', '=', other), where('joined_to', '=', other)]))
    .returning('id')
    .execute()
  await note(trx, other, { kind: 'joined-to', finding: id, severity, other: first })
  await note(trx, first, { kind: 'took-in', finding: id, severity, other })
  return moved.map((row) => row.id)
}
