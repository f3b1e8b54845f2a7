import type { Selectable } from 'kysely'
import type { ProposalTable, VoteTable } from '../db/approval-tables.ts'
import type { Trx } from '../db/transaction.ts'
import { digestOf } from '../model/digest.ts'
import type { Plan } from '../model/plan.ts'
import type { ProposalState } from '../model/proposal.ts'
import { hasRole, personNamed, type Roster, VOTING } from '../model/roster.ts'
import { formatTime, type Micros } from '../model/time.ts'
import type { TrailNote } from '../model/trail.ts'

export type ProposalRow = Selectable<ProposalTable>
export type VoteRow = Selectable<VoteTable>

/** The proposal with its row locked until the transaction ends; null: there is none of that number. */
export async function lockProposal(trx: Trx, id: number): Promise<ProposalRow | null> {
  const row = await trx.selectFrom('proposal').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  return row ?? null
}

/** The stored plan; null when its text is not the one that was hashed, or when its row says something else than it. */
export function storedPlan(row: ProposalRow): Plan | null {
  if (digestOf(row.plan) !== row.digest) return null
  const plan = JSON.parse(row.plan) as Plan
  const isSame =
    plan.incident === row.incident &&
    plan.scope === row.scope &&
    plan.requester === row.requester &&
    plan.createdAt === row.created_at &&
    plan.expiresAt === row.expires_at
  return isSame ? plan : null
}

export function votesOn(trx: Trx, proposal: number): Promise<VoteRow[]> {
  return trx
    .selectFrom('vote')
    .selectAll()
    .where('proposal', '=', proposal)
    .orderBy('at')
    .orderBy('person')
    .execute()
}

/** What a proposal becomes. */
export interface Becoming {
  readonly state: ProposalState
  readonly ended?: { readonly by: string | null; readonly words: string | null }
  readonly startBy?: Micros
  readonly replacedBy?: number
}

/** Moves a proposal whose row is locked from one state to another; its card shows it next. */
export async function moveTo(
  trx: Trx,
  { id, state }: ProposalRow,
  next: Becoming,
  now: Micros,
): Promise<void> {
  const moved = await trx
    .updateTable('proposal')
    .set((update) => ({
      state: next.state,
      since: formatTime(now),
      ended_by: next.ended?.by ?? null,
      ended_words: next.ended?.words ?? null,
      ...(next.startBy !== undefined && { start_by: formatTime(next.startBy) }),
      ...(next.replacedBy !== undefined && { replaced_by: next.replacedBy }),
      revision: update('revision', '+', 1),
    }))
    .where('id', '=', id)
    .where('state', '=', state)
    .executeTakeFirst()
  if (moved.numUpdatedRows !== 1n) throw new Error(`P-${id} is no longer ${state}`)
}

/** Has the card drawn anew though the state is the same. */
export async function touch(trx: Trx, { id }: ProposalRow): Promise<void> {
  await trx
    .updateTable('proposal')
    .set((update) => ({ revision: update('revision', '+', 1) }))
    .where('id', '=', id)
    .execute()
}

/** What entries of the trail say about a proposal. */
export function aboutProposal(
  { id, scope, incident, digest }: Pick<ProposalRow, 'id' | 'scope' | 'incident' | 'digest'>,
  detail: TrailNote['detail'] = {},
): Pick<TrailNote, 'scope' | 'incident' | 'proposal' | 'detail'> {
  return { scope, incident, proposal: id, detail: { digest, ...detail } }
}

/** True while the vote counts: it is of this very plan, not voided, and its person may still vote. */
export function counts(vote: VoteRow, row: ProposalRow, roster: Roster): boolean {
  if (vote.voided_at !== null || vote.digest !== row.digest || vote.person === row.requester) return false
  const person = personNamed(roster, vote.person)
  return person !== null && hasRole(person, VOTING, row.scope)
}

/** How many of the votes count for a plan, and how many of those are of cluster operators; votes of locked people wait. */
export function tally(
  votes: readonly VoteRow[],
  row: ProposalRow,
  roster: Roster,
  held: ReadonlySet<string>,
): { readonly votes: number; readonly operators: number } {
  const counted = votes.filter(
    (vote) => vote.decision === 'approve' && !held.has(vote.person) && counts(vote, row, roster),
  )
  const operators = counted.filter(({ person }) => {
    const voter = personNamed(roster, person)
    return voter !== null && hasRole(voter, ['operator'], row.scope)
  })
  return { votes: counted.length, operators: operators.length }
}
