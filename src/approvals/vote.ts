import type { Plan } from '../model/plan.ts'
import type { Decision } from '../model/proposal.ts'
import { type Refused, refuse } from '../model/refusals.ts'
import { aliasOf, hasRole, type Roster } from '../model/roster.ts'
import { formatTime, SECOND } from '../model/time.ts'
import { type About, by, type Deciding, decide } from './decide.ts'
import { heldPeople } from './holds.ts'
import type { Actor, ApprovalPorts, Done, Told } from './ports.ts'
import { REASON } from './propose.ts'
import {
  aboutProposal,
  counts,
  lockProposal,
  moveTo,
  type ProposalRow,
  storedPlan,
  tally,
  touch,
  type VoteRow,
  votesOn,
} from './rows.ts'
import { type Voting, voteRefusal } from './vote-refusals.ts'

export interface Voted {
  readonly proposal: number
  readonly decision: Decision
  /** Votes that count now, and how many are needed. */
  readonly have: number
  readonly need: number
  /** True when a vote of a cluster operator is still needed. */
  readonly needsOperator: boolean
  /** True when this vote decided it. */
  readonly isDecided: boolean
}

/**
 * The locked vote. The proposal's row is locked, everything is looked at once more, the vote is written, and the state moves
 * in the same transaction; of two who press at once, the second finds what the first decided.
 */
export function vote(ports: ApprovalPorts, actor: Actor, voting: Voting): Promise<Done<Voted> | Told> {
  let about: About = { scope: null, incident: null, proposal: voting.proposal, detail: {} }
  return decide(
    ports,
    actor,
    () => about,
    async (deciding) => {
      const row = await lockProposal(deciding.trx, voting.proposal)
      if (row === null) return actor.refused ?? refuse('unknown-button', {})
      about = aboutProposal(row, { decision: voting.decision, pressed: voting.digest })
      const roster = ports.roster.current()
      const votes = await votesOn(deciding.trx, row.id)
      const refused = await voteRefusal(ports, actor, voting, row, votes, deciding)
      if (refused !== null) return refused
      const plan = storedPlan(row)
      if (plan === null) return refuse('plan-altered', { cluster: aliasOf(roster, row.scope) })
      await voidLapsed(row, votes, roster, deciding)
      return write(actor, voting, row, plan, roster, deciding)
    },
  )
}

/**
 * Whether a vote would count if it came with all its words: asked before a form is opened for them. A refusal stands on the trail; that
 * somebody may vote does not.
 */
export function mayVote(
  ports: ApprovalPorts,
  actor: Actor,
  pressed: Pick<Voting, 'proposal' | 'digest' | 'decision'>,
): Promise<Done<{ readonly may: true }> | Told> {
  const voting = { ...pressed, words: 'x'.repeat(REASON.most), isWaiver: true, changed: null }
  let about: About = { scope: null, incident: null, proposal: pressed.proposal, detail: {} }
  return decide(
    ports,
    actor,
    () => about,
    async (deciding) => {
      const row = await lockProposal(deciding.trx, pressed.proposal)
      if (row === null) return actor.refused ?? refuse('unknown-button', {})
      about = aboutProposal(row, { decision: pressed.decision, pressed: pressed.digest })
      const votes = await votesOn(deciding.trx, row.id)
      return (await voteRefusal(ports, actor, voting, row, votes, deciding)) ?? { may: true as const }
    },
  )
}

/** Votes of people who may no longer vote are void, and the trail says which. */
export async function voidLapsed(
  row: ProposalRow,
  votes: readonly VoteRow[],
  roster: Roster,
  { trx, now, note }: Deciding,
): Promise<void> {
  const lapsed = votes.filter((one) => one.voided_at === null && !counts(one, row, roster))
  if (lapsed.length === 0) return
  const people = lapsed.map(({ person }) => person)
  await trx
    .updateTable('vote')
    .set({ voided_at: formatTime(now), voided_why: 'may no longer approve' })
    .where('proposal', '=', row.id)
    .where('person', 'in', people)
    .execute()
  note({ person: null, account: null, ...aboutProposal(row, { people }), act: 'votes-voided', code: null })
}

async function write(
  actor: Actor,
  { decision, words, isWaiver }: Voting,
  row: ProposalRow,
  plan: Plan,
  roster: Roster,
  { trx, now, note, redraw }: Deciding,
): Promise<Voted | Refused> {
  const isOperator = actor.person !== null && hasRole(actor.person, ['operator'], row.scope)
  const said = words === null || words.trim() === '' ? null : words.trim()
  const cast = {
    team: actor.account.team,
    user: actor.account.user,
    decision,
    digest: row.digest,
    at: formatTime(now),
    words: said,
    is_waiver: isWaiver && plan.isContainFirst,
    is_operator: isOperator,
    voided_at: null,
    voided_why: null,
  }
  // A vote that was void is given anew by whoever may vote again.
  await trx
    .insertInto('vote')
    .values({ proposal: row.id, person: actor.person?.id ?? '', ...cast })
    .onConflict((conflict) =>
      conflict.columns(['proposal', 'person']).doUpdateSet(cast).where('vote.voided_at', 'is not', null),
    )
    .executeTakeFirstOrThrow()
  const { votes: have, operators } = tally(await votesOn(trx, row.id), row, roster, await heldPeople(trx))
  const { quorum } = plan
  const isMet = have >= quorum.votes && operators >= quorum.operators
  const isDecided = decision === 'deny' || isMet
  const detail = { decision, words: said, isWaiver: cast.is_waiver, isOperator, have, need: quorum.votes }
  note({ ...by(actor), ...aboutProposal(row, detail), act: 'voted', code: null })
  if (cast.is_waiver)
    note({ ...by(actor), ...aboutProposal(row, { words: said }), act: 'waived', code: null })
  const ended = { by: actor.account.user, words: said }
  if (decision === 'deny') {
    await moveTo(trx, row, { state: 'denied', ended }, now)
    note({ ...by(actor), ...aboutProposal(row, { words: said }), act: 'denied', code: null })
  } else if (isMet) {
    const startBy = now + plan.startWithin * SECOND
    await moveTo(trx, row, { state: 'approved', ended, startBy }, now)
    note({ ...by(actor), ...aboutProposal(row, { have, operators }), act: 'approved', code: null })
  } else {
    await touch(trx, row)
  }
  await redraw(row.id)
  return {
    proposal: row.id,
    decision,
    have,
    need: quorum.votes,
    needsOperator: operators < quorum.operators,
    isDecided,
  }
}
