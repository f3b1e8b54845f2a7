import type { Plan } from '../model/plan.ts'
import type { Decision } from '../model/proposal.ts'
import { type Refused, refuse } from '../model/refusals.ts'
import { aliasOf, approversOf, hasRole, type Roster, VOTING } from '../model/roster.ts'
import { clockWords } from '../model/time-words.ts'
import type { Deciding } from './decide.ts'
import { expire } from './expire.ts'
import { heldPeople, holdsOn, lockedBy } from './holds.ts'
import type { Actor, ApprovalPorts } from './ports.ts'
import { REASON } from './propose.ts'
import { counts, type ProposalRow, storedPlan, tally, type VoteRow } from './rows.ts'
import { approversWords, proposalName } from './words.ts'

/** Characters of the reason for going without evidence. */
export const WAIVER_REASON = 20

/** A press of Approve or Deny. */
export interface Voting {
  readonly proposal: number
  /** The digest of the plan on the card or modal that was pressed. */
  readonly digest: string
  readonly decision: Decision
  /** What was written with it; null: nothing was asked. */
  readonly words: string | null
  /** True: the vote says in words that quarantine goes before evidence. */
  readonly isWaiver: boolean
  /** What became of the target since it was planned, read right before; null: it is the same. */
  readonly changed: Refused | null
}

/** Why the vote does not count, in the order in which a person wants to hear it; null: it does. */
export async function voteRefusal(
  ports: ApprovalPorts,
  actor: Actor,
  voting: Voting,
  row: ProposalRow,
  votes: readonly VoteRow[],
  deciding: Deciding,
): Promise<Refused | null> {
  if (actor.refused !== null) return actor.refused
  const roster = ports.roster.current()
  return (
    (await stateRefusal(actor, voting, row, votes, roster, deciding)) ??
    voterRefusal(actor, row, roster, deciding) ??
    (await ruleRefusal(ports, actor, voting, row, roster, deciding))
  )
}

/** Who may vote at all on what this person proposed. */
function voterRefusal(
  { person, account, isBot }: Actor,
  row: ProposalRow,
  roster: Roster,
  { now }: Deciding,
): Refused | null {
  const approvers = approversWords(roster, row.scope, row.requester)
  if (isBot) return refuse('not-a-person', { approvers })
  if (account.user === row.requester_user && account.team === row.requester_team)
    return refuse('same-person', {
      P: proposalName(row.id),
      approvers,
      T: clockWords(row.expires_at, now),
    })
  if (person?.id === row.requester) return refuse('second-identity', { approvers })
  if (person !== null && hasRole(person, VOTING, row.scope)) return null
  const cluster = aliasOf(roster, row.scope)
  return approversOf(roster, row.scope, row.requester).length === 0
    ? refuse('no-approvers', { cluster })
    : refuse('not-approver', { cluster, approvers })
}

/** What the row says: decided, expired, replaced, voted on by this person. */
async function stateRefusal(
  { person }: Actor,
  voting: Voting,
  row: ProposalRow,
  votes: readonly VoteRow[],
  roster: Roster,
  deciding: Deciding,
): Promise<Refused | null> {
  const { now } = deciding
  const P = proposalName(row.id)
  if (row.state === 'superseded')
    return refuse('plan-changed', { P2: proposalName(row.replaced_by ?? row.id) })
  const mine = votes.find((one) => one.person === person?.id && counts(one, row, roster))
  if (mine !== undefined) {
    const { decision, at } = mine
    if (decision !== voting.decision) return refuse('vote-final', { P, cluster: aliasOf(roster, row.scope) })
    const plan = storedPlan(row)
    return refuse('already-counted', {
      T: clockWords(at, now),
      have: `${decision === 'deny' ? 1 : tally(votes, row, roster, await heldPeople(deciding.trx)).votes}`,
      need: `${decision === 'deny' ? 1 : (plan?.quorum.votes ?? 1)}`,
    })
  }
  if (row.state === 'expired') return refuse('expired', { P, T: clockWords(row.since, now) })
  if (row.state !== 'proposed') return refuse('already-decided', decidedWords(row, votes, now))
  if (now >= row.expires_at) {
    await expire(row, deciding)
    return refuse('expired', { P, T: clockWords(row.expires_at, now) })
  }
  return voting.digest === row.digest ? null : refuse('wrong-proposal', { P })
}

/** Who decided a proposal, and how. */
export function decidedWords(row: ProposalRow, votes: readonly VoteRow[], now: number) {
  const deciding = votes.findLast(
    ({ decision }) => decision === (row.state === 'denied' ? 'deny' : 'approve'),
  )
  const who = row.state === 'withdrawn' ? row.ended_by : (row.ended_by ?? deciding?.user ?? null)
  return {
    P: proposalName(row.id),
    decision: row.state === 'denied' || row.state === 'withdrawn' ? row.state : 'approved',
    who: who === null ? 'Firebreak' : [{ person: who }],
    T: clockWords(row.since, now),
  }
}

/** What the rules ask for besides: no lock, rules that can be read and are the same, the plan read, words, the same target. */
async function ruleRefusal(
  ports: ApprovalPorts,
  { person }: Actor,
  voting: Voting,
  row: ProposalRow,
  roster: Roster,
  { trx, now }: Deciding,
): Promise<Refused | null> {
  const P = proposalName(row.id)
  const [hold] = await holdsOn(trx, row.scope, [row.requester, ...(person === null ? [] : [person.id])])
  if (hold !== undefined) return lockedBy(roster, hold, now)
  const plan = storedPlan(row)
  if (plan === null) return refuse('plan-altered', { cluster: aliasOf(roster, row.scope) })
  if (ports.roster.problem() !== null) return refuse('policy-unreadable', {})
  const length = voting.words === null ? 0 : [...voting.words.trim()].length
  if (voting.decision === 'deny')
    return length >= REASON.least ? null : refuse('reason-missing', { n: `${REASON.least}` })
  if (plan.policy !== roster.policy) return refuse('policy-changed', { P })
  if (!hasRole(requesterOf(row, roster), ['responder'], row.scope))
    return refuse('requester-lapsed', {
      who: [{ person: row.requester_user }],
      P,
      cluster: aliasOf(roster, row.scope),
    })
  if (plan.quorum.isRead && !(await hasRead(trx, row, person?.id ?? '')))
    return refuse('plan-not-read', { P, n: `${plan.steps.length}` })
  const least = leastWords(plan)
  if (length < least) return refuse('reason-missing', { n: `${least}` })
  if (plan.isContainFirst && !voting.isWaiver)
    return refuse('evidence-first', { step: P, steps: 'evidence is' })
  return voting.changed
}

/** Characters that a vote for the plan has to be reasoned with. */
export function leastWords({ isContainFirst, quorum }: Plan): number {
  if (isContainFirst) return WAIVER_REASON
  return quorum.tier >= 3 ? REASON.least : 0
}

/** A requester whom the roster no longer knows has no role. */
export function requesterOf({ requester }: ProposalRow, roster: Roster) {
  const person = roster.people.find(({ id }) => id === requester)
  return person ?? { id: requester, accounts: [], roles: [], scopes: [] }
}

export async function hasRead(
  trx: Deciding['trx'],
  { id, digest }: ProposalRow,
  person: string,
): Promise<boolean> {
  const read = await trx
    .selectFrom('plan_read')
    .select('at')
    .where('proposal', '=', id)
    .where('person', '=', person)
    .where('digest', '=', digest)
    .executeTakeFirst()
  return read !== undefined
}
