import { inTransaction } from '../db/transaction.ts'
import { formatTime } from '../model/time.ts'
import { databaseNow, decide } from './decide.ts'
import { expire } from './expire.ts'
import type { Actor, ApprovalPorts } from './ports.ts'
import { lockProposal } from './rows.ts'

/** Nobody: what time alone brings about. */
const CLOCK: Actor = { account: { team: '', user: '' }, person: null, isBot: true, refused: null }

/** Proposals ended in one go. */
const MOST = 100

/**
 * Ends proposals that nobody decided in time, and approved ones that did not start in time. The votes themselves decide by the same
 * clock; this only says so when nobody presses. Returns their numbers.
 */
export async function sweepExpired(ports: ApprovalPorts): Promise<readonly number[]> {
  const due = await inTransaction(ports.pool, async ({ trx }) => {
    const now = formatTime(await (ports.clock ?? databaseNow)(trx))
    return trx
      .selectFrom('proposal')
      .select('id')
      .where((where) =>
        where.or([
          where('state', '=', 'proposed').and('expires_at', '<=', now as never),
          where('state', '=', 'approved').and('start_by', '<=', now as never),
        ]),
      )
      .orderBy('id')
      .limit(MOST)
      .execute()
  })
  const ended: number[] = []
  for (const { id } of due) {
    const about = { scope: null, incident: null, proposal: id, detail: {} }
    await decide(
      ports,
      CLOCK,
      () => about,
      async (deciding) => {
        const row = await lockProposal(deciding.trx, id)
        const until =
          row?.state === 'proposed' ? row.expires_at : row?.state === 'approved' ? row.start_by : null
        if (row === null || until === null || deciding.now < until) return {}
        await expire(row, deciding)
        ended.push(id)
        return {}
      },
    )
  }
  return ended
}
