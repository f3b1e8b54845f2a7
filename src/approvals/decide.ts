import { sql } from 'kysely'
import { inTransaction, type Trx } from '../db/transaction.ts'
import { isRefused, type Refused, refuse } from '../model/refusals.ts'
import type { Micros } from '../model/time.ts'
import type { TrailNote } from '../model/trail.ts'
import { appendTrail, TrailUnavailable } from '../trail/append.ts'
import type { Actor, ApprovalPorts, Done, Told } from './ports.ts'

/** What a decision works with: one transaction, and the database's clock as it began. */
export interface Deciding {
  readonly trx: Trx
  readonly now: Micros
  /** Puts something on the trail when the transaction ends. */
  readonly note: (note: TrailNote) => void
  /** Has the card of a proposal drawn anew. */
  readonly redraw: (proposal: number) => Promise<void>
}

/** What a refusal's row on the trail says beside the code. */
export type About = Pick<TrailNote, 'scope' | 'incident' | 'proposal' | 'detail'>

/**
 * Runs a decision in one transaction that ends with its rows on the trail: whatever it returns has happened and stands there, or
 * nothing has. A refusal is a row too. `about` is read when the work is done, and its proposal is locked before.
 */
export async function decide<Result extends object>(
  ports: ApprovalPorts,
  actor: Actor,
  about: () => About,
  work: (deciding: Deciding) => Promise<Result | Refused>,
): Promise<Done<Result> | Told> {
  try {
    return await inTransaction(ports.pool, async ({ trx }) => {
      await lockFirst(trx, about().proposal)
      const notes: TrailNote[] = []
      const result = await work({
        trx,
        now: await (ports.clock ?? databaseNow)(trx),
        note: (note) => notes.push(note),
        redraw: (proposal) => ports.jobs.send(trx, 'refresh-proposal', `P-${proposal}`, { proposal }),
      })
      if (isRefused(result)) notes.push({ ...by(actor), ...about(), act: 'refused', code: result.refused })
      const trail = notes.length === 0 ? 0 : ((await appendTrail(trx, notes)).at(-1) ?? 0)
      return { ...result, trail }
    })
  } catch (error) {
    if (error instanceof TrailUnavailable) return { ...refuse('trail-unavailable', {}), trail: null }
    throw error
  }
}

/**
 * Locks the proposal that is decided about, and keeps new locks of people and scopes away until the end: only then is the clock read, so that
 * nothing counts that had to wait until after its time.
 */
async function lockFirst(trx: Trx, proposal: number | null): Promise<void> {
  if (proposal === null) return
  await trx.selectFrom('proposal').select('id').where('id', '=', proposal).forUpdate().execute()
  await sql`lock table hold in share mode`.execute(trx)
}

/** Who an entry of the trail names. */
export function by({ person, account }: Actor): Pick<TrailNote, 'person' | 'account'> {
  return { person: person?.id ?? null, account }
}

/** The database's clock. */
export async function databaseNow(trx: Trx): Promise<Micros> {
  const { rows } = await sql<{ now: Micros }>`select clock_timestamp() as now`.execute(trx)
  const [first] = rows
  if (first === undefined) throw new Error('the database told no time')
  return first.now
}
