import type { Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'
import { inTransaction } from '../db/transaction.ts'
import type { ProposalView, VoteView } from '../model/proposal.ts'
import { aliasOf, approversOf, personNamed, type Roster } from '../model/roster.ts'
import { formatTime, type Micros } from '../model/time.ts'
import { type Hold, heldPeople, holdsOn } from './holds.ts'
import type { Actor, ApprovalPorts } from './ports.ts'
import { counts, type ProposalRow, storedPlan, type VoteRow, votesOn } from './rows.ts'
import { slackUser } from './words.ts'

/** A proposal as its row has it now; null where there is none, or where its text is not what was hashed. */
export function loadProposal(ports: ApprovalPorts, number: number): Promise<ProposalView | null> {
  return inTransaction(ports.pool, async ({ trx }) => {
    const row = await trx.selectFrom('proposal').selectAll().where('id', '=', number).executeTakeFirst()
    if (row === undefined) return null
    const roster = ports.roster.current()
    const votes = await votesOn(trx, number)
    const [hold] = await holdsOn(trx, row.scope, [row.requester])
    const held = await heldPeople(trx)
    const glass = await trx.selectFrom('glass').selectAll().where('proposal', '=', number).executeTakeFirst()
    const plan = storedPlan(row)
    if (plan === null) return null
    return {
      number,
      revision: row.revision,
      state: row.state,
      plan,
      digest: row.digest,
      cluster: aliasOf(roster, row.scope),
      requester: row.requester_user,
      votes: votes.map((vote) => voteView(vote, row, roster, held)),
      approvers: approversOf(roster, row.scope, row.requester).flatMap(
        (person) => slackUser(roster, person) ?? [],
      ),
      since: row.since,
      ended:
        row.ended_by === null && row.ended_words === null
          ? null
          : { by: row.ended_by, words: row.ended_words },
      startBy: row.start_by,
      replacedBy: row.replaced_by,
      lock: lockView(hold, row),
      brokeGlass:
        glass === undefined
          ? null
          : {
              by: glass.user,
              reason: glass.reason,
              reviewBy: glass.review_by,
              review:
                glass.is_justified === null
                  ? null
                  : { isJustified: glass.is_justified, words: glass.review_words ?? '' },
            },
    }
  })
}

function voteView(vote: VoteRow, row: ProposalRow, roster: Roster, held: ReadonlySet<string>): VoteView {
  const voided =
    vote.voided_why ??
    (held.has(vote.person) ? 'is locked' : null) ??
    (counts(vote, row, roster) || vote.decision === 'deny' ? null : 'may no longer approve')
  return {
    by: vote.user,
    at: vote.at,
    decision: vote.decision,
    isOperator: personNamed(roster, vote.person)?.roles.includes('operator') ?? vote.is_operator,
    words: vote.words,
    voided: voided === null ? null : [voided],
  }
}

/** A lock shows on what has yet to be decided or started. */
function lockView(hold: Hold | undefined, { state }: ProposalRow): ProposalView['lock'] {
  if (hold === undefined || !['proposed', 'approved', 'running'].includes(state)) return null
  return { by: hold.user, since: hold.at, words: hold.reason ?? '' }
}

/** Notes that somebody opened a plan whole, which some plans need before a vote. */
export async function noteRead(
  db: Kysely<Database>,
  { person }: Actor,
  { number, digest }: Pick<ProposalView, 'number' | 'digest'>,
  now: Micros,
): Promise<void> {
  if (person === null) return
  await db
    .insertInto('plan_read')
    .values({ proposal: number, person: person.id, digest, at: formatTime(now) })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** A proposal that nobody has decided, and where its card stands. */
export type WaitingProposal = Pick<
  ProposalRow,
  'id' | 'incident' | 'scope' | 'requester' | 'requester_user' | 'expires_at' | 'plan'
> & { readonly channel: string | null; readonly ts: string | null }

/** Proposals that nobody has decided, the next to expire first. */
export async function waitingProposals(
  db: Kysely<Database>,
  most: number,
): Promise<readonly WaitingProposal[]> {
  return db
    .selectFrom('proposal')
    .leftJoin('proposal_card', 'proposal_card.proposal', 'proposal.id')
    .select(['id', 'incident', 'scope', 'requester', 'requester_user', 'expires_at', 'plan', 'channel', 'ts'])
    .where('state', '=', 'proposed')
    .orderBy('expires_at')
    .limit(most)
    .execute()
}
