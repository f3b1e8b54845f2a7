import { randomBytes } from 'node:crypto'
import { canonicalText, digestOf } from '../model/digest.ts'
import type { Canonical, Plan, Planned } from '../model/plan.ts'
import { planQuorum } from '../model/quorum.ts'
import { isRefused, type Refused, refuse } from '../model/refusals.ts'
import { aliasOf, hasRole, modeOf } from '../model/roster.ts'
import { formatTime, SECOND } from '../model/time.ts'
import { by, type Deciding, decide } from './decide.ts'
import { evidenceFor } from './evidence.ts'
import { holdsOn, lockedBy } from './holds.ts'
import type { Actor, ApprovalPorts, Done, Told } from './ports.ts'
import { aboutProposal, lockProposal, moveTo, type ProposalRow } from './rows.ts'
import { peopleWords } from './words.ts'

/** Characters of a reason. */
export const REASON = { least: 10, most: 500 } as const

/** Seconds: how long approvers have, and how long an approved plan has to start. */
const TO_DECIDE = 30 * 60
const TO_START = 10 * 60

/** What somebody proposes. */
export interface Proposing {
  readonly planned: Planned
  readonly incident: number
  /** `ACCOUNT/REGION/CLUSTER` */
  readonly scope: string
  readonly reason: string
  readonly isContainFirst: boolean
  /** Seconds for which what it holds is kept. */
  readonly keepFor: number
  /** A proposal of the same person that this one replaces; null: none. */
  readonly replaces: number | null
  /** True: a finding that GuardDuty's sample generator made. */
  readonly isSample: boolean
}

export interface Proposed {
  readonly proposal: number
  readonly digest: string
}

/** Puts a plan to approvers: closed, hashed and kept as it is, with its row on the trail and its card on the way. */
export function propose(
  ports: ApprovalPorts,
  actor: Actor,
  asked: Proposing,
): Promise<Done<Proposed> | Told> {
  const { incident, scope, planned } = asked
  const about = {
    scope,
    incident,
    proposal: null,
    detail: { action: planned.action, target: targetOf(planned) },
  }
  return decide(
    ports,
    actor,
    () => about,
    async (deciding) => {
      const refused = await refusal(ports, actor, asked, deciding)
      if (refused !== null) return refused
      const before = asked.isContainFirst
        ? { evidence: [] }
        : await evidenceFor(deciding.trx, incident, planned)
      if (isRefused(before)) return before
      return keep(ports, actor, asked, before.evidence, deciding)
    },
  )
}

async function refusal(
  ports: ApprovalPorts,
  { person, refused }: Actor,
  { scope, reason, isSample }: Proposing,
  { trx, now }: Deciding,
): Promise<Refused | null> {
  if (refused !== null) return refused
  const roster = ports.roster.current()
  const cluster = aliasOf(roster, scope)
  if (person === null || !hasRole(person, ['responder'], scope)) {
    const responders = roster.people.filter((one) => hasRole(one, ['responder'], scope))
    return refuse('not-responder', { cluster, owner: peopleWords(roster, responders) })
  }
  const [hold] = await holdsOn(trx, scope, [person.id])
  if (hold !== undefined) return lockedBy(roster, hold, now)
  if (ports.roster.problem() !== null) return refuse('policy-unreadable', {})
  if (isSample) return refuse('sample-target', {})
  if (modeOf(roster, scope) === 'off') return refuse('mode-off', { cluster })
  const length = [...reason.trim()].length
  return length < REASON.least || length > REASON.most
    ? refuse('reason-missing', { n: `${REASON.least}` })
    : null
}

async function keep(
  ports: ApprovalPorts,
  actor: Actor,
  asked: Proposing,
  evidence: readonly string[],
  { trx, now, note, redraw }: Deciding,
): Promise<Proposed> {
  const roster = ports.roster.current()
  const { planned, incident, scope, isContainFirst, keepFor } = asked
  const requester = actor.person?.id ?? ''
  const plan: Plan = {
    ...planned,
    v: 1,
    tenant: roster.tenant,
    scope,
    incident,
    requester,
    reason: asked.reason.trim(),
    mode: modeOf(roster, scope),
    quorum: planQuorum(planned.steps, isContainFirst),
    isContainFirst,
    evidence,
    policy: roster.policy,
    createdAt: now,
    expiresAt: now + TO_DECIDE * SECOND,
    startWithin: TO_START,
    keepFor,
    nonce: randomBytes(16).toString('hex'),
  }
  const text = canonicalText(plan as unknown as Canonical)
  const digest = digestOf(text)
  const { id } = await trx
    .insertInto('proposal')
    .values({
      incident,
      scope,
      state: 'proposed',
      plan: text,
      digest,
      requester,
      requester_team: actor.account.team,
      requester_user: actor.account.user,
      created_at: formatTime(now),
      expires_at: formatTime(plan.expiresAt),
      since: formatTime(now),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const replaced = asked.replaces === null ? null : await lockProposal(trx, asked.replaces)
  if (replaced !== null && replaces(replaced, asked, requester)) {
    await moveTo(trx, replaced, { state: 'superseded', replacedBy: id }, now)
    note({ ...by(actor), ...aboutProposal(replaced, { replacedBy: id }), act: 'superseded', code: null })
    await redraw(replaced.id)
  }
  const about = aboutProposal(
    { id, scope, incident, digest },
    {
      action: planned.action,
      target: targetOf(planned),
      mode: plan.mode,
      tier: plan.quorum.tier,
      reason: plan.reason,
    },
  )
  note({ ...by(actor), ...about, act: 'proposed', code: null })
  await redraw(id)
  return { proposal: id, digest }
}

/** A proposal that nobody has decided is replaced by its requester's next one for the same incident. */
function replaces({ state, incident, requester }: ProposalRow, asked: Proposing, person: string): boolean {
  return state === 'proposed' && incident === asked.incident && requester === person
}

function targetOf({ target }: Planned): {
  readonly kind: string
  readonly key: string
  readonly uid: string
} {
  const { kind, key, uid } = target
  return { kind, key, uid }
}
