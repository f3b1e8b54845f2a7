import type { Button, InputBlock, KnownBlock, ModalView } from '@slack/types'
import type { ProposalVerb, ProposalView } from '../src/model/proposal.ts'
import type { Micros } from '../src/model/time.ts'
import { APPROVE_VIEW, blockId, DENY_VIEW, PLAN_VIEW, proposalAction } from './ids.ts'
import { context, present } from './parts.ts'
import { planBlocks, tierWords } from './plan.ts'
import { needsForm, quoted } from './proposal-card.ts'
import { richText, say, sentence, warning } from './rich.ts'
import { plainText } from './safe.ts'
import { clock } from './times.ts'

/** Where the answers of the forms stand. */
export const VOTE_FIELDS = { words: 'vote_words', waive: 'vote_waive' } as const

/** What a form of a vote carries from the button that opened it: the opaque id of that button. */
export interface VoteForm {
  readonly press: string
}

/**
 * The whole plan with the decision at its end; whoever may not decide sees who may. `role`: what the person who opened it may do.
 */
export function planModal(
  view: ProposalView,
  context_: {
    readonly now: Micros
    readonly role: 'approver' | 'requester' | 'reader'
    /** True where the requester may act alone. */
    readonly mayBreakGlass: boolean
    readonly buttonOf: (verb: ProposalVerb) => string
  },
): ModalView {
  const { now, role, buttonOf } = context_
  const id = (part: string): string => blockId(`plan-${view.number}`, part, view.revision)
  const isOpen = view.state === 'proposed'
  const button = (verb: ProposalVerb, label: string, style: Partial<Button> = {}): Button => ({
    type: 'button',
    action_id: proposalAction(verb),
    text: plainText(label),
    value: buttonOf(verb),
    ...style,
  })
  const danger = { style: view.plan.mode === 'enforce' ? ('danger' as const) : ('primary' as const) }
  const buttons: Button[] = !isOpen
    ? []
    : role === 'approver'
      ? [button('approve', needsForm(view.plan) ? 'Approve…' : 'Approve', danger), button('deny', 'Deny…')]
      : role === 'requester'
        ? [
            button('withdraw', 'Withdraw'),
            ...(context_.mayBreakGlass ? [button('break-glass', 'Break glass…')] : []),
          ]
        : []
  const waits =
    isOpen && role !== 'approver'
      ? richText(id('waits'), [
          sentence([
            'Waiting for ',
            ...view.approvers.slice(0, 5).flatMap((person, at) => [...(at === 0 ? [] : [', ']), { person }]),
            ` until ${clock(view.plan.expiresAt, now)}.`,
          ]),
        ])
      : null
  return {
    type: 'modal',
    callback_id: PLAN_VIEW,
    title: plainText('The whole plan'),
    close: plainText('Go back'),
    blocks: present([
      richText(id('why'), [
        sentence(['Asked by ', { person: view.requester }, ': ', quoted(view.plan.reason)], 900, 500),
      ]),
      ...planBlocks(view.plan, id),
      context(id('facts'), [
        `P-${view.number}`,
        `INC-${view.plan.incident}`,
        tierWords(view.plan.quorum.tier),
        `plan ${view.digest.slice(0, 4)}…${view.digest.slice(-2)}`,
      ]),
      waits,
      buttons.length === 0 ? null : { type: 'actions', block_id: id('decisions'), elements: buttons },
    ]),
  }
}

/** `Deny this plan`. */
export function denyModal({ press }: VoteForm): ModalView {
  return {
    type: 'modal',
    callback_id: DENY_VIEW,
    private_metadata: press,
    title: plainText('Deny this plan'),
    submit: plainText('Deny'),
    close: plainText('Go back'),
    blocks: [words('What should the requester do instead?', 10, 'Nothing changes when you deny it.')],
  }
}

/** `Approve this plan`: why, and for a plan that contains first that evidence is waived. */
export function approveModal(view: ProposalView, { press }: VoteForm): ModalView {
  const { isContainFirst } = view.plan
  const least = isContainFirst ? 20 : 10
  const id = (part: string): string => blockId(`approve-${view.number}`, part, view.revision)
  const waive: KnownBlock[] = isContainFirst
    ? [
        {
          type: 'input',
          block_id: VOTE_FIELDS.waive,
          label: plainText('Evidence'),
          element: {
            type: 'checkboxes',
            action_id: VOTE_FIELDS.waive,
            options: [
              {
                text: plainText('Waive evidence: quarantine may run before it is saved'),
                description: plainText('What the target holds in memory may be lost for good.'),
                value: 'waive',
              },
            ],
          },
        },
      ]
    : []
  return {
    type: 'modal',
    callback_id: APPROVE_VIEW,
    private_metadata: press,
    title: plainText('Approve this plan'),
    submit: plainText('Approve'),
    close: plainText('Go back'),
    blocks: present([
      view.plan.mode === 'enforce'
        ? richText(id('mode'), [warning([say('Enforce: this changes production.')])])
        : richText(id('mode'), [[say('Dry run: nothing changes.')]]),
      ...planBlocks(view.plan, id),
      words('Why do you approve it?', least, `At least ${least} characters; it stands on the trail.`),
      ...waive,
    ]),
  }
}

function words(label: string, least: number, hint: string): InputBlock {
  return {
    type: 'input',
    block_id: VOTE_FIELDS.words,
    label: plainText(label),
    hint: plainText(hint),
    element: {
      type: 'plain_text_input',
      action_id: VOTE_FIELDS.words,
      multiline: true,
      min_length: least,
      max_length: 500,
    },
  }
}
