import type { App, ViewSubmitAction } from '@slack/bolt'
import { GLASS_FIELDS } from '../../blocks/glass-modals.ts'
import { GLASS_VIEW, REVIEW_VIEW } from '../../blocks/ids.ts'
import { doneNotice } from '../../blocks/told.ts'
import { VOTE_FIELDS } from '../../blocks/vote-modals.ts'
import { breakGlass, reviewGlass } from '../approvals/glass.ts'
import type { Actor, Told } from '../approvals/ports.ts'
import { readPress } from '../approvals/press.ts'
import { loadProposal } from '../approvals/view.ts'
import { approversWords, proposalName } from '../approvals/words.ts'
import type { ProposalView } from '../model/proposal.ts'
import { isRefused, type Refused, refuse } from '../model/refusals.ts'
import { actorOf, refuseActor } from './actor.ts'
import type { ContainPorts } from './contain.ts'
import { reportFault } from './fault.ts'
import { changeOf } from './target-look.ts'
import { fieldWords, tellAt } from './vote-answers.ts'

export interface GlassPorts {
  /** Channels that hear of somebody acting alone, besides the incident's thread. */
  readonly lockChannels: readonly string[]
}

/** The forms of acting alone, and of its review. */
export function glass(app: App, ports: ContainPorts & GlassPorts): void {
  app.view<ViewSubmitAction>(GLASS_VIEW, async ({ ack, body, view }) => {
    const press = await readPress(ports.db, view.private_metadata)
    const actor = await actorOf(ports, { id: body.user.id, team: body.user.team_id ?? null }, null)
    const { values } = view.state
    const reason = values[VOTE_FIELDS.words]?.[VOTE_FIELDS.words]?.value ?? ''
    const cluster = values[GLASS_FIELDS.cluster]?.[GLASS_FIELDS.cluster]?.value ?? ''
    const result =
      press === null || press.verb !== 'break-glass'
        ? await refuseActor(ports, actor, actor.refused ?? refuse('unknown-button', {}))
        : await breakGlass(ports.approvals, actor, {
            changed: await changed(ports, press.proposal),
            proposal: press.proposal,
            digest: press.digest,
            reason,
            cluster,
          })
    if (isRefused(result) || press === null) {
      const field =
        isRefused(result) && result.refused === 'cluster-not-typed' ? GLASS_FIELDS.cluster : VOTE_FIELDS.words
      return ack({ response_action: 'errors', errors: { [field]: fieldWords(result as Told) } })
    }
    await ack({ response_action: 'clear' })
    try {
      await tellApprovers(ports, actor, press.proposal, reason, result.trail)
    } catch (error) {
      await reportFault(error, null, ports.log)
    }
  })

  app.view<ViewSubmitAction>(REVIEW_VIEW, async ({ ack, body, view }) => {
    const press = await readPress(ports.db, view.private_metadata)
    const actor = await actorOf(ports, { id: body.user.id, team: body.user.team_id ?? null }, null)
    const { values } = view.state
    const verdict = values[GLASS_FIELDS.verdict]?.[GLASS_FIELDS.verdict]?.selected_option?.value ?? ''
    const words = values[VOTE_FIELDS.words]?.[VOTE_FIELDS.words]?.value ?? ''
    if (verdict !== 'justified' && verdict !== 'not-justified')
      return ack({ response_action: 'errors', errors: { [GLASS_FIELDS.verdict]: 'Choose one of the two.' } })
    const result =
      press === null || press.verb !== 'review'
        ? await refuseActor(ports, actor, actor.refused ?? refuse('unknown-button', {}))
        : await reviewGlass(ports.approvals, actor, {
            proposal: press.proposal,
            isJustified: verdict === 'justified',
            words,
          })
    if (isRefused(result))
      return ack({ response_action: 'errors', errors: { [VOTE_FIELDS.words]: fieldWords(result) } })
    await ack({ response_action: 'clear' })
    await tellAt(
      ports,
      body.user.id,
      result.proposal,
      doneNotice([['Your review stands on the card.']], result.trail),
    )
  })
}

async function changed(ports: ContainPorts, proposal: number): Promise<Refused | null> {
  const view = await loadProposal(ports.approvals, proposal)
  return view === null ? null : changeOf(ports, view.plan)
}

/** True where the requester of a proposal may act alone on it. */
export function mayBreakGlass(
  { approvals }: ContainPorts,
  { person }: Actor,
  { plan }: ProposalView,
): boolean {
  const roster = approvals.roster.current()
  return (
    person !== null &&
    roster.breakGlass.includes(person.id) &&
    person.id === plan.requester &&
    plan.quorum.tier < 4 &&
    !plan.isContainFirst
  )
}

/** All approvers hear of it: in the thread of the incident, broadcast, and where locks are told. */
async function tellApprovers(
  ports: ContainPorts & GlassPorts,
  { account }: Actor,
  proposal: number,
  reason: string,
  trail: number,
): Promise<void> {
  const view = await loadProposal(ports.approvals, proposal)
  if (view === null) return
  const { plan, cluster } = view
  const words = reason.trim().replaceAll(/\s+/g, ' ')
  const message = doneNotice(
    [
      [
        { person: account.user },
        ` broke glass on ${proposalName(proposal)} (${plan.title}, ${cluster}): "${words}".`,
      ],
      [
        'Review it within 24 hours: ',
        ...approversWords(ports.approvals.roster.current(), plan.scope, plan.requester),
        '. /firebreak lock all stops it.',
      ],
    ],
    trail,
  )
  const card = await ports.db
    .selectFrom('card')
    .select(['channel', 'ts'])
    .where('incident', '=', plan.incident)
    .executeTakeFirst()
  const told = await Promise.allSettled([
    ...(card === undefined
      ? []
      : [ports.chat.post(message, { channel: card.channel, threadTs: card.ts, broadcast: true })]),
    ...ports.lockChannels
      .filter((channel) => channel !== card?.channel)
      .map((channel) => ports.chat.post(message, { channel })),
  ])
  for (const one of told)
    if (one.status === 'rejected')
      ports.log.error(
        { err: one.reason as unknown },
        `telling of ${proposalName(proposal)}, which somebody approved alone`,
      )
}
