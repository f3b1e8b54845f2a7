import { type Refused, refuse } from '../model/refusals.ts'
import { aliasOf, hasRole, VOTING } from '../model/roster.ts'
import { formatTime, HOUR, SECOND } from '../model/time.ts'
import { clockWords } from '../model/time-words.ts'
import { type About, by, decide } from './decide.ts'
import { expire } from './expire.ts'
import { holdsOn, lockedBy } from './holds.ts'
import type { Actor, ApprovalPorts, Done, Told } from './ports.ts'
import { aboutProposal, lockProposal, moveTo, type ProposalRow, storedPlan, touch, votesOn } from './rows.ts'
import { decidedWords, hasRead, requesterOf, WAIVER_REASON } from './vote-refusals.ts'
import { approversWords, proposalName } from './words.ts'

/** How long approvers have to review what somebody did alone. */
const TO_REVIEW = 24 * HOUR

export interface BrokeGlass {
  readonly proposal: number
  readonly reviewBy: number
}

/** Breaking glass, as the modal has it. `cluster`: its name, typed. */
export interface BreakingGlass {
  readonly proposal: number
  readonly digest: string
  readonly reason: string
  readonly cluster: string
  /** What became of the target since it was planned, read right before; null: it is the same. */
  readonly changed: Refused | null
}

/**
 * Approves one's own proposal alone: where the configuration names the person for it, never a plan of tier 4 or one that
 * contains first, with a reason, and with a
 * review afterwards.
 */
export function breakGlass(
  ports: ApprovalPorts,
  actor: Actor,
  { proposal, digest, reason, cluster, changed }: BreakingGlass,
): Promise<Done<BrokeGlass> | Told> {
  let about: About = { scope: null, incident: null, proposal, detail: {} }
  return decide(
    ports,
    actor,
    () => about,
    async (deciding) => {
      const { trx, now, note, redraw } = deciding
      const row = await lockProposal(trx, proposal)
      if (row === null) return actor.refused ?? refuse('unknown-button', {})
      about = aboutProposal(row, { asked: 'break-glass' })
      if (actor.refused !== null) return actor.refused
      const roster = ports.roster.current()
      const P = proposalName(row.id)
      const plan = storedPlan(row)
      if (plan === null) return refuse('plan-altered', { cluster: aliasOf(roster, row.scope) })
      const { person } = actor
      if (
        person === null ||
        !roster.breakGlass.includes(person.id) ||
        plan.quorum.tier === 4 ||
        plan.isContainFirst
      )
        return refuse('no-break-glass', {
          cluster: aliasOf(roster, row.scope),
          approvers: approversWords(roster, row.scope, row.requester),
        })
      if (person.id !== row.requester || digest !== row.digest)
        return refuse('break-glass-elsewhere', { P2: P, who: [{ person: row.requester_user }], P })
      const [hold] = await holdsOn(trx, row.scope, [person.id])
      if (hold !== undefined) return lockedBy(roster, hold, now)
      if (ports.roster.problem() !== null) return refuse('policy-unreadable', {})
      if (plan.policy !== roster.policy) return refuse('policy-changed', { P })
      if (!hasRole(requesterOf(row, roster), ['responder'], row.scope))
        return refuse('requester-lapsed', {
          who: [{ person: row.requester_user }],
          P,
          cluster: aliasOf(roster, row.scope),
        })
      if (row.state === 'superseded')
        return refuse('plan-changed', { P2: proposalName(row.replaced_by ?? row.id) })
      if (row.state === 'expired') return refuse('expired', { P, T: clockWords(row.since, now) })
      if (row.state !== 'proposed')
        return refuse('already-decided', decidedWords(row, await votesOn(trx, row.id), now))
      if (now >= row.expires_at) {
        await expire(row, deciding)
        return refuse('expired', { P, T: clockWords(row.expires_at, now) })
      }
      if (plan.quorum.isRead && !(await hasRead(trx, row, person.id)))
        return refuse('plan-not-read', { P, n: `${plan.steps.length}` })
      if (changed !== null) return changed
      if ([...reason.trim()].length < WAIVER_REASON)
        return refuse('reason-missing', { n: `${WAIVER_REASON}` })
      if (cluster.trim() !== aliasOf(roster, row.scope))
        return refuse('cluster-not-typed', { cluster: aliasOf(roster, row.scope) })
      const reviewBy = now + TO_REVIEW
      await trx
        .insertInto('glass')
        .values({
          proposal: row.id,
          person: person.id,
          user: actor.account.user,
          at: formatTime(now),
          reason: reason.trim(),
          review_by: formatTime(reviewBy),
          reviewer: null,
          is_justified: null,
          review_words: null,
        })
        .execute()
      const startBy = now + plan.startWithin * SECOND
      await moveTo(
        trx,
        row,
        { state: 'approved', ended: { by: actor.account.user, words: reason.trim() }, startBy },
        now,
      )
      note({ ...by(actor), ...aboutProposal(row, { reason: reason.trim() }), act: 'broke-glass', code: null })
      await redraw(row.id)
      return { proposal: row.id, reviewBy }
    },
  )
}

/** Says whether acting alone was right; an approver of the scope other than the one who did. */
export function reviewGlass(
  ports: ApprovalPorts,
  actor: Actor,
  asked: { readonly proposal: number; readonly isJustified: boolean; readonly words: string },
): Promise<Done<{ readonly proposal: number }> | Told> {
  let about: About = { scope: null, incident: null, proposal: asked.proposal, detail: {} }
  return decide(
    ports,
    actor,
    () => about,
    async ({ trx, now, note, redraw }) => {
      const row = await lockProposal(trx, asked.proposal)
      const glass = await trx
        .selectFrom('glass')
        .select(['person', 'reviewer', 'reviewed_at'])
        .where('proposal', '=', asked.proposal)
        .executeTakeFirst()
      if (row === null || glass === undefined) return actor.refused ?? refuse('unknown-button', {})
      about = aboutProposal(row, { asked: 'review' })
      const refused = mayReview(ports, actor, row, glass.person)
      if (refused !== null) return refused
      if (glass.reviewer !== null)
        return refuse('already-counted', {
          T: clockWords(glass.reviewed_at ?? now, now),
          have: '1',
          need: '1',
        })
      if ([...asked.words.trim()].length < 10) return refuse('reason-missing', { n: '10' })
      await trx
        .updateTable('glass')
        .set({
          reviewer: actor.person?.id ?? '',
          reviewed_at: formatTime(now),
          is_justified: asked.isJustified,
          review_words: asked.words.trim(),
        })
        .where('proposal', '=', row.id)
        .execute()
      await touch(trx, row)
      const detail = { isJustified: asked.isJustified, words: asked.words.trim() }
      note({ ...by(actor), ...aboutProposal(row, detail), act: 'reviewed', code: null })
      await redraw(row.id)
      return { proposal: row.id }
    },
  )
}

function mayReview(
  ports: ApprovalPorts,
  { person, refused }: Actor,
  row: ProposalRow,
  actedAlone: string,
): Refused | null {
  if (refused !== null) return refused
  const roster = ports.roster.current()
  const approvers = approversWords(roster, row.scope, actedAlone)
  if (person?.id === actedAlone) return refuse('second-identity', { approvers })
  return person !== null && hasRole(person, VOTING, row.scope)
    ? null
    : refuse('not-approver', { cluster: aliasOf(roster, row.scope), approvers })
}
