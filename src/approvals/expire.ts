import type { Deciding } from './decide.ts'
import { aboutProposal, moveTo, type ProposalRow } from './rows.ts'

/** A proposal whose time is over, by the database's clock. */
export async function expire(row: ProposalRow, { trx, now, note, redraw }: Deciding): Promise<void> {
  await moveTo(trx, row, { state: 'expired' }, now)
  const why = row.state === 'approved' ? 'start-too-late' : 'expired'
  note({ person: null, account: null, ...aboutProposal(row, { why }), act: 'expired', code: null })
  await redraw(row.id)
}
