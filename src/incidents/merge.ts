import type { Trx } from '../db/transaction.ts'
import { note } from './events.ts'
import { bySeverity } from './refresh.ts'

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

/** Types of findings that one event of taking in keeps, so that the thread can list them. */
const TYPES = 20

/**
 * `first` takes `other` in, with its findings, keys and whom that had taken in before; both are open and locked.
 * Returns the numbers of those that now show another card, and the severity that the other one had reached.
 */
export async function takeIn(
  trx: Trx,
  first: number,
  other: number,
): Promise<{ readonly numbers: readonly number[]; readonly severity: number }> {
  const [gravest, ...further] = await bySeverity(trx, other, 1 + TYPES)
  if (gravest === undefined) throw new Error(`incident ${other} has no finding`)
  const { id, severity } = gravest
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
    .returning(['id', 'severity'])
    .execute()
  await note(trx, other, { kind: 'joined-to', finding: id, severity, other: first })
  const types = further.map(({ type }) => type)
  await note(trx, first, { kind: 'took-in', finding: id, severity, other, types })
  const reached = moved.find((row) => row.id === other)?.severity ?? severity
  return { numbers: moved.map((row) => row.id), severity: reached }
}
