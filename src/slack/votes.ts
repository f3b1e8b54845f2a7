import type { App, BlockAction, ButtonAction, ViewSubmitAction } from '@slack/bolt'
import type { ModalView } from '@slack/types'
import type { WebClient } from '@slack/web-api'
import { said } from '../../blocks/contain-modal.ts'
import { glassModal, reviewModal } from '../../blocks/glass-modals.ts'
import { APPROVE_VIEW, actionPattern, DENY_VIEW } from '../../blocks/ids.ts'
import type { Message } from '../../blocks/message.ts'
import { notice } from '../../blocks/notice.ts'
import { needsForm } from '../../blocks/proposal-card.ts'
import { doneNotice, refusalNotice } from '../../blocks/told.ts'
import { approveModal, denyModal, planModal, VOTE_FIELDS } from '../../blocks/vote-modals.ts'
import type { Actor, Done, Told } from '../approvals/ports.ts'
import { type Press, pressIds, readPress } from '../approvals/press.ts'
import { loadProposal, noteRead } from '../approvals/view.ts'
import { mayVote, type Voted, vote } from '../approvals/vote.ts'
import { withdraw } from '../approvals/withdraw.ts'
import { proposalName } from '../approvals/words.ts'
import type { Sentence } from '../model/answer.ts'
import type { ProposalView } from '../model/proposal.ts'
import { isRefused, refuse } from '../model/refusals.ts'
import { approversOf } from '../model/roster.ts'
import { actorOf, refuseActor } from './actor.ts'
import type { ContainPorts } from './contain.ts'
import { reportFault } from './fault.ts'
import { type GlassPorts, glass, mayBreakGlass } from './glass.ts'
import { claim } from './once.ts'
import { errorOf } from './post.ts'
import { changeOf } from './target-look.ts'
import { type Ear, earOf, tell } from './tell.ts'
import { fieldWords, tellAt } from './vote-answers.ts'

/** The buttons of a proposal's card and of its whole plan, and the forms that they open. */
export function votes(app: App, ports: ContainPorts & GlassPorts): void {
  glass(app, ports)
  app.action<BlockAction<ButtonAction>>(actionPattern.proposal, async ({ ack, body, action, client }) => {
    await ack()
    const ear = earOf(body, ports.chat)
    const actor = await actorOf(
      ports,
      { id: body.user.id, team: body.user.team_id ?? null },
      ear?.channel ?? null,
    )
    // Slack delivers twice when an ack gets lost: the press was answered the first time.
    if (!(await claim(ports.db, ['trigger', body.trigger_id], ports.now()))) return
    const press = await readPress(ports.db, typeof action.value === 'string' ? action.value : '')
    const subtype: unknown = body.message?.['subtype']
    const isBroadcast = subtype === 'thread_broadcast'
    const at: Where = { client, trigger: body.trigger_id, view: body.view?.id ?? null, ear, isBroadcast }
    if (press === null || `proposal:${press.verb}` !== action.action_id)
      return answer(at, await refuseActor(ports, actor, actor.refused ?? refuse('unknown-button', {})))
    await pressed(ports, at, actor, press, action.value ?? '')
  })

  for (const [view, decision] of [
    [APPROVE_VIEW, 'approve'],
    [DENY_VIEW, 'deny'],
  ] as const) {
    app.view<ViewSubmitAction>(view, async ({ ack, body, view: form }) => {
      const press = await readPress(ports.db, form.private_metadata)
      const actor = await actorOf(ports, { id: body.user.id, team: body.user.team_id ?? null }, null)
      if (press === null || press.verb !== decision) {
        const told = await refuseActor(ports, actor, actor.refused ?? refuse('unknown-button', {}))
        return ack({ response_action: 'errors', errors: { [VOTE_FIELDS.words]: fieldWords(told) } })
      }
      const { values } = form.state
      const words = values[VOTE_FIELDS.words]?.[VOTE_FIELDS.words]?.value ?? ''
      const isWaiver = (values[VOTE_FIELDS.waive]?.[VOTE_FIELDS.waive]?.selected_options ?? []).some(
        ({ value }) => value === 'waive',
      )
      const result = await cast(ports, actor, press, decision, words, isWaiver)
      if (isRefused(result))
        return ack({ response_action: 'errors', errors: { [VOTE_FIELDS.words]: fieldWords(result) } })
      // A form over the whole plan closes that too: its buttons are of the past.
      await ack({ response_action: 'clear' })
      try {
        await tellAt(ports, body.user.id, press.proposal, countedNotice(result))
      } catch (error) {
        await reportFault(error, null, ports.log)
      }
    })
  }
}

/** Where a press came from: a message (then somebody can be told there), or a modal. */
interface Where {
  readonly client: WebClient
  readonly trigger: string
  readonly view: string | null
  readonly ear: Ear | null
  /** A message of a thread that the channel shows too. */
  readonly isBroadcast: boolean
}

async function pressed(
  ports: ContainPorts,
  at: Where,
  actor: Actor,
  press: Press,
  value: string,
): Promise<void> {
  const { proposal, digest, verb } = press
  if (verb === 'break-glass' || verb === 'review') return openGlass(ports, at, actor, press, value)
  if (verb === 'withdraw') return answer(at, await withdraw(ports.approvals, actor, proposal))
  if (verb === 'read-plan') return readPlan(ports, at, actor, press)
  const view = await loadProposal(ports.approvals, proposal)
  const isForm = verb === 'deny' || view === null || needsForm(view.plan)
  if (!isForm) return answer(at, await cast(ports, actor, press, 'approve', null, false))
  const may = await mayVote(ports.approvals, actor, { proposal, digest, decision: verb })
  if (isRefused(may) || view === null) return answer(at, may as Told)
  await open(at, verb === 'deny' ? denyModal({ press: value }) : approveModal(view, { press: value }))
}

/** The forms refuse whoever may not: they ask for more than a press tells. */
async function openGlass(
  ports: ContainPorts,
  at: Where,
  actor: Actor,
  { proposal, verb }: Press,
  press: string,
): Promise<void> {
  const view = await loadProposal(ports.approvals, proposal)
  if (view === null || actor.refused !== null) {
    const refused = actor.refused ?? refuse('unknown-button', {})
    return answer(at, await refuseActor(ports, actor, refused, { proposal }))
  }
  await open(at, verb === 'review' ? reviewModal(view, { press }) : glassModal(view, { press }))
}

/** Looks at the target once more, and votes. */
async function cast(
  ports: ContainPorts,
  actor: Actor,
  { proposal, digest }: Press,
  decision: 'approve' | 'deny',
  words: string | null,
  isWaiver: boolean,
): Promise<Done<Voted> | Told> {
  const view = decision === 'approve' ? await loadProposal(ports.approvals, proposal) : null
  const changed = view === null ? null : await changeOf(ports, view.plan)
  return vote(ports.approvals, actor, { proposal, digest, decision, words, isWaiver, changed })
}

/** Opens the whole plan, and notes who read it. */
async function readPlan(ports: ContainPorts, at: Where, actor: Actor, press: Press): Promise<void> {
  if (actor.refused !== null) return answer(at, await refuseActor(ports, actor, actor.refused, press))
  const view = await loadProposal(ports.approvals, press.proposal)
  if (view === null) return answer(at, await refuseActor(ports, actor, refuse('unknown-button', {}), press))
  const { number, digest, revision } = view
  const buttonOf = await pressIds(ports.db, { proposal: number, digest, revision }, ports.now())
  const isOpen = await open(
    at,
    planModal(view, {
      now: ports.now(),
      role: roleOf(ports, actor, view),
      mayBreakGlass: mayBreakGlass(ports, actor, view),
      buttonOf,
    }),
  )
  if (isOpen) await noteRead(ports.db, actor, view, ports.now())
}

function roleOf(
  ports: ContainPorts,
  { person }: Actor,
  { plan }: ProposalView,
): 'approver' | 'requester' | 'reader' {
  if (person === null) return 'reader'
  if (person.id === plan.requester) return 'requester'
  const approvers = approversOf(ports.approvals.roster.current(), plan.scope, plan.requester)
  return approvers.some(({ id }) => id === person.id) ? 'approver' : 'reader'
}

/** True when it opened. */
async function open(at: Where, view: ModalView): Promise<boolean> {
  const { client, trigger } = at
  try {
    if (at.view === null) await client.views.open({ trigger_id: trigger, view })
    else await client.views.push({ trigger_id: trigger, view })
    return true
  } catch (error) {
    if (!/trigger/.test(errorOf(error) ?? '') || at.ear === null) throw error
    const late: Sentence = ["The form did not open within Slack's 3 s. Press the button again."]
    await tell(at.ear, notice({ sentences: [late], context: null, buttons: [] }))
    return false
  }
}

/** Says what came of a press: beside the card to that person alone, or in the modal in which it was pressed. */
async function answer(
  at: Where,
  result: Told | Done<Voted> | Done<{ readonly proposal: number }>,
): Promise<void> {
  const message = isRefused(result)
    ? refusalNotice(result)
    : 'have' in result
      ? countedNotice(result)
      : withdrawn(result)
  if (at.view !== null) {
    const sentence: Sentence = isRefused(result)
      ? result.sentence
      : 'have' in result
        ? countedWords(result)
        : ['Withdrawn. Nothing changed.']
    const note = isRefused(result) ? `${result.refused} · ` : ''
    const row = result.trail === null ? 'not on the trail' : `trail #${result.trail}`
    await at.client.views.update({
      view_id: at.view,
      view: said('The whole plan', [sentence, [`${note}${row}`]]),
    })
    return
  }
  if (at.ear === null) return
  await tell(at.ear, message)
  // Slack does not say whether it was pressed in the channel or in the thread: a refusal must be seen in either.
  const { chat, channel, person, threadTs } = at.ear
  if (at.isBroadcast && threadTs !== null) await chat.postEphemeral(message, { channel, person })
}

function countedNotice(voted: Done<Voted>): Message {
  return doneNotice([countedWords(voted)], voted.trail)
}

function countedWords({ proposal, decision, have, need, needsOperator, isDecided }: Voted): Sentence {
  const P = proposalName(proposal)
  if (decision === 'deny') return [`Counted. ${P} is denied, and nothing changed.`]
  if (isDecided) return [`Counted. ${P} is approved; the card says by when it has to start.`]
  const still = needsOperator ? 'A cluster operator is still needed' : `${need - have} more is needed`
  return [`Counted: ${have} of ${need}. ${still}; you are done.`]
}

function withdrawn({ proposal, trail }: Done<{ readonly proposal: number }>): Message {
  return doneNotice([[`${proposalName(proposal)} is withdrawn. Nothing changed.`]], trail)
}
