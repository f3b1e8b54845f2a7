import type { Button, ConfirmationDialog } from '@slack/types'
import { rawText, type Sentence } from '../src/model/answer.ts'
import type { ProposalVerb, ProposalView, VoteView } from '../src/model/proposal.ts'
import type { Micros } from '../src/model/time.ts'
import { assertFits } from './assert-fits.ts'
import { blockId, proposalAction } from './ids.ts'
import { LIMITS } from './limits.ts'
import type { Message } from './message.ts'
import { context, header, isAlias, present } from './parts.ts'
import { planOnCard, tierWords, wayBack } from './plan.ts'
import { type Line, richText, say, sentence, warning } from './rich.ts'
import { counted, plain, plainText } from './safe.ts'
import { clock } from './times.ts'

export interface ProposalContext {
  readonly now: Micros
  /** The opaque value of a button. */
  readonly buttonOf: (verb: ProposalVerb) => string
}

/** The card of a proposal: what would be done, what it takes, and who may decide; drawn from its row in every state. */
export function proposalCard(view: ProposalView, { now, buttonOf }: ProposalContext): Message {
  const id = (part: string): string => blockId(`proposal-${view.number}`, part, view.revision)
  const { lines, isWhole } = planOnCard(view.plan)
  const buttons = buttonsOf(view, isWhole && !view.plan.quorum.isRead, buttonOf)
  return assertFits({
    text: plain(push(view, now), LIMITS.pushText),
    blocks: present([
      header(id('header'), MARK[view.state] ?? '', headline(view)),
      richText(id('status'), statusLines(view, now)),
      view.state === 'proposed' || view.state === 'approved' ? richText(id('plan'), lines) : null,
      context(id('facts'), facts(view)),
      buttons.length === 0 ? null : { type: 'actions', block_id: id('decisions'), elements: buttons },
    ]),
  })
}

const WAITS = ':hourglass_flowing_sand:'
const NEEDS_A_PERSON = ':warning:'
const DONE = ':shield:'

const MARK: { readonly [state in ProposalView['state']]?: string } = {
  proposed: WAITS,
  approved: WAITS,
  running: WAITS,
  done: DONE,
  failed: NEEDS_A_PERSON,
  indeterminate: NEEDS_A_PERSON,
  aborted: ':lock:',
}

const WORDS: { readonly [state in ProposalView['state']]: string } = {
  proposed: 'Waits for approval',
  approved: 'Approved',
  running: 'Running',
  done: 'Done and verified',
  failed: 'Stopped, a step failed',
  indeterminate: 'Needs a person',
  denied: 'Denied',
  expired: 'Expired',
  superseded: 'Replaced',
  withdrawn: 'Withdrawn',
  drifted: 'Stopped, the target changed',
  aborted: 'Stopped by a lock',
  undone: 'Undone',
}

function headline(view: ProposalView): string {
  const { plan, state, votes, cluster } = view
  const isVoid = state === 'proposed' && votes.some(({ voided }) => voided !== null)
  const words = `${WORDS[state]}${isVoid ? ' again' : ''}${state === 'superseded' ? ` by P-${view.replacedBy}` : ''}`
  const before = `${view.brokeGlass === null ? '' : 'BREAK GLASS · '}${plan.mode === 'dry-run' ? 'Dry run · ' : ''}`
  const where = isAlias(cluster) ? ` · ${cluster}` : ''
  return `${before}${words} · ${plan.title}${where}`
}

function push(view: ProposalView, now: Micros): string {
  const { plan, state, number, cluster } = view
  const where = `${isAlias(cluster) ? ` · ${cluster}` : ''} · INC-${plan.incident}`
  const what = plan.title.charAt(0).toLowerCase() + plan.title.slice(1)
  return state === 'proposed'
    ? `Approval needed by ${clock(plan.expiresAt, now)}: ${what}${where}`
    : `P-${number} ${WORDS[state].toLowerCase()}: ${what}${where}`
}

/** What the first lines say: where it stands, who asked and why. */
function statusLines(view: ProposalView, now: Micros): Line[] {
  const { plan, requester, lock, brokeGlass } = view
  return [
    ...(lock === null
      ? []
      : [
          warning([
            say(`Locked by `),
            ...sentence([{ person: lock.by }]),
            say(` since ${clock(lock.since, now)}: `),
            ...(lock.words === '' ? [say('no reason given')] : [say(quoted(lock.words))]),
            say('. Nothing is decided or started until two people unlock.'),
          ]),
        ]),
    sentence(status(view, now)),
    ...(brokeGlass === null ? [] : [glassLine(brokeGlass, now)]),
    sentence(['Asked by ', { person: requester }, ': ', quoted(plan.reason)], 900, 500),
    ...view.votes.filter(({ voided }) => voided !== null).map((vote) => voidLine(vote)),
  ]
}

function glassLine(glass: NonNullable<ProposalView['brokeGlass']>, now: Micros): Line {
  const { by, reason, reviewBy, review } = glass
  const verdict =
    review === null
      ? `Review due ${clock(reviewBy, now)}.`
      : `Reviewed: ${review.isJustified ? 'justified' : 'not justified'}, ${quoted(review.words)}.`
  return sentence([{ person: by }, ` acted without approval: ${quoted(reason)}. ${verdict}`], 900)
}

function voidLine({ by, voided }: VoteView): Line {
  return sentence([
    'The vote of ',
    { person: by },
    ' no longer counts (',
    ...(voided ?? []),
    '). Nothing ran.',
  ])
}

function status(view: ProposalView, now: Micros): Sentence {
  const { plan, state, ended, since, startBy } = view
  const at = clock(since, now)
  const who: Sentence = ended?.by === null || ended === null ? ['Firebreak'] : [{ person: ended.by }]
  const why: Sentence = ended?.words == null ? [] : [': ', quoted(ended.words)]
  switch (state) {
    case 'proposed':
      return waiting(view, now)
    case 'approved':
      return [
        'By ',
        ...who,
        ` ${at}`,
        ...why,
        `. Starts by ${startBy === null ? at : clock(startBy, now)} or not at all; this version starts nothing by itself.`,
      ]
    case 'denied':
      return [
        'By ',
        ...who,
        ` ${at}`,
        ...why,
        '. Nothing changed. Next: propose again with what was asked for.',
      ]
    case 'expired':
      return view.startBy === null
        ? [
            `Nobody decided by ${clock(plan.expiresAt, now)}. Nothing changed. Next: propose again for a fresh plan.`,
          ]
        : [`It was approved and did not start in time. Nothing changed. Next: propose again.`]
    case 'superseded':
      return [
        `The plan changed ${at}; its votes do not carry over. Read P-${view.replacedBy ?? ''} and vote there.`,
      ]
    case 'withdrawn':
      return ['By ', ...who, ` ${at}. Nothing changed.`]
    case 'running':
    case 'done':
    case 'failed':
    case 'indeterminate':
    case 'drifted':
    case 'aborted':
    case 'undone':
      return [`${WORDS[state]} since ${at}.`, ...why]
  }
}

function waiting({ plan, votes, approvers, number }: ProposalView, now: Micros): Sentence {
  const { quorum } = plan
  const given = votes.filter(({ decision, voided }) => decision === 'approve' && voided === null)
  const needs = quorum.votes === 1 ? '1 approver' : `${quorum.votes} approvers`
  const operator =
    quorum.operators === 0
      ? ''
      : quorum.votes === 1
        ? ' who is a cluster operator'
        : ', one of them a cluster operator,'
  const waiving = plan.isContainFirst ? ', each waiving the evidence,' : ''
  const minutes = Math.round((plan.expiresAt - plan.createdAt) / 60_000_000)
  const until = `${needs}${operator}${waiving} by ${clock(plan.expiresAt, now)}, ${minutes} min after asking.`
  const so = given.flatMap(
    (vote, at): Sentence => [
      at === 0 ? ` ${given.length} of ${quorum.votes} so far: ` : ', ',
      { person: vote.by },
      ` ${clock(vote.at, now)}`,
    ],
  )
  if (approvers.length === 0)
    return [
      `Nobody may approve P-${number} now (no-approvers). An administrator names approvers in the configuration.`,
    ]
  return [
    until,
    ...so,
    ...(so.length > 0 ? ['.'] : []),
    ...(so.length > 0 && quorum.operators > 0 && !given.some(({ isOperator }) => isOperator)
      ? [' A cluster operator is still needed.']
      : []),
    ' May approve: ',
    ...people(approvers),
    '.',
  ]
}

/** What a person typed, as they typed it, without its last full stop: ours follows. Rich text parses nothing. */
export function quoted(words: string): string {
  return `"${words.replaceAll(/\s+/g, ' ').replace(/\.$/, '')}"`
}

function people(ids: readonly string[]): Sentence {
  const shown = ids.slice(0, 5)
  const rest = ids.length - shown.length
  return [
    ...shown.flatMap((person, at): Sentence => [...(at === 0 ? [] : [', ']), { person }]),
    ...(rest > 0 ? [` and ${counted(rest, 'other')}`] : []),
  ]
}

function facts({ number, plan, digest, votes }: ProposalView): readonly string[] {
  const approving = votes.filter(({ decision, voided }) => decision === 'approve' && voided === null)
  const isOperatorMissing =
    plan.quorum.operators > 0 && approving.length > 0 && !approving.some(({ isOperator }) => isOperator)
  const mode =
    plan.mode === 'enforce' ? 'enforce: changes production' : 'dry run: checks every step, changes nothing'
  const have = approving.length
  return [
    `P-${number}`,
    `INC-${plan.incident}`,
    mode,
    tierWords(plan.quorum.tier),
    `plan ${digest.slice(0, 4)}…${digest.slice(-2)}`,
    `votes ${have} of ${plan.quorum.votes}${isOperatorMissing ? ', operator missing' : ''}`,
  ]
}

function buttonsOf(view: ProposalView, isWhole: boolean, buttonOf: ProposalContext['buttonOf']): Button[] {
  const button = (verb: ProposalVerb, words: string, more: Partial<Button> = {}): Button => ({
    type: 'button',
    action_id: proposalAction(verb),
    text: plainText(words),
    value: buttonOf(verb),
    ...more,
  })
  const read = (style: Partial<Button> = {}): Button => button('read-plan', 'Read the plan', style)
  if (view.brokeGlass?.review === null) return [button('review', 'Review…'), read()]
  if (view.state !== 'proposed') return [read()]
  const decisions = [button('deny', 'Deny…'), ...(isWhole ? [read()] : []), button('withdraw', 'Withdraw')]
  if (view.approvers.length === 0) return [read(), button('withdraw', 'Withdraw')]
  return isWhole ? [approve(view, button), ...decisions] : [read({ style: 'primary' }), ...decisions]
}

/** A plan of one pod is confirmed by a dialog; a larger one, and one without evidence, by a form that asks why. */
function approve(
  { plan, number }: ProposalView,
  button: (verb: ProposalVerb, words: string, more?: Partial<Button>) => Button,
): Button {
  const style = { style: plan.mode === 'enforce' ? ('danger' as const) : ('primary' as const) }
  if (needsForm(plan))
    return button('approve', plan.isContainFirst ? 'Approve and waive…' : 'Approve…', style)
  const stops = plan.blast.sentences.map((one) => one.map(rawText).join('')).join(' ')
  const back = ` ${counted(plan.steps.length, 'step')}. ${wayBack(plan)}`
  const confirm: ConfirmationDialog = {
    title: plainText(`Approve P-${number}?`),
    text: plainText(`${plain(stops, 300 - back.length)}${back}`),
    confirm: plainText('Approve'),
    deny: plainText('Go back'),
  }
  return button('approve', 'Approve', { ...style, confirm })
}

/** True where a vote says why. */
export function needsForm({ quorum, isContainFirst }: ProposalView['plan']): boolean {
  return isContainFirst || quorum.tier >= 3
}

/** The line in the incident's thread that says how a proposal ended; null while it has not. */
export function proposalLine(view: ProposalView, { now }: { readonly now: Micros }): Message | null {
  if (['proposed', 'approved', 'running'].includes(view.state)) return null
  const line = [say(`P-${view.number} ${WORDS[view.state].toLowerCase()}: `), ...sentence(status(view, now))]
  return assertFits({
    text: plain(push(view, now), LIMITS.pushText),
    blocks: present([richText(blockId(`proposal-${view.number}`, 'line', view.revision), [line])]),
  })
}
