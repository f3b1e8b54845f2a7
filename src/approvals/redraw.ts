import { inTransaction } from '../db/transaction.ts'
import type { ApprovalPorts } from './ports.ts'

/** Has the cards of all that waits drawn anew: a lock was set or lifted, and each says so where it is concerned. */
export async function redrawWaiting(ports: ApprovalPorts): Promise<void> {
  await inTransaction(ports.pool, async ({ trx }) => {
    const rows = await trx
      .updateTable('proposal')
      .set((update) => ({ revision: update('revision', '+', 1) }))
      .where('state', 'in', ['proposed', 'approved', 'running'])
      .returning('id')
      .execute()
    for (const { id } of rows) await ports.jobs.send(trx, 'refresh-proposal', `P-${id}`, { proposal: id })
  })
}
