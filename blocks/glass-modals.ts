import type { ModalView } from '@slack/types'
import type { ProposalView } from '../src/model/proposal.ts'
import { blockId, GLASS_VIEW, REVIEW_VIEW } from './ids.ts'
import { present } from './parts.ts'
import { planBlocks } from './plan.ts'
import { richText, say, warning } from './rich.ts'
import { plain, plainText } from './safe.ts'
import { VOTE_FIELDS, type VoteForm } from './vote-modals.ts'

/** Where the answers of these forms stand, beside the words. */
export const GLASS_FIELDS = { cluster: 'glass_cluster', verdict: 'glass_verdict' } as const

/** `Break glass`: acting alone, with a reason and the name of the cluster typed. */
export function glassModal(view: ProposalView, { press }: VoteForm): ModalView {
  const id = (part: string): string => blockId(`glass-${view.number}`, part, view.revision)
  return {
    type: 'modal',
    callback_id: GLASS_VIEW,
    private_metadata: press,
    title: plainText('Break glass'),
    submit: plainText('Act alone'),
    close: plainText('Go back'),
    blocks: present([
      richText(id('alone'), [
        warning([
          say('You act alone. All approvers are told now, and one of them reviews it within 24 hours.'),
        ]),
      ]),
      ...planBlocks(view.plan, id),
      {
        type: 'input',
        block_id: VOTE_FIELDS.words,
        label: plainText('Why can nobody be waited for?'),
        element: {
          type: 'plain_text_input',
          action_id: VOTE_FIELDS.words,
          multiline: true,
          min_length: 20,
          max_length: 500,
        },
      },
      {
        type: 'input',
        block_id: GLASS_FIELDS.cluster,
        label: plainText(plain(`Type the name of the cluster: ${view.cluster}`, 200)),
        element: { type: 'plain_text_input', action_id: GLASS_FIELDS.cluster, max_length: 100 },
      },
    ]),
  }
}

/** `Review`: whether acting alone was right, said by somebody else. */
export function reviewModal(view: ProposalView, { press }: VoteForm): ModalView {
  const id = (part: string): string => blockId(`review-${view.number}`, part, view.revision)
  return {
    type: 'modal',
    callback_id: REVIEW_VIEW,
    private_metadata: press,
    title: plainText('Review'),
    submit: plainText('Say so'),
    close: plainText('Go back'),
    blocks: present([
      ...planBlocks(view.plan, id),
      {
        type: 'input',
        block_id: GLASS_FIELDS.verdict,
        label: plainText('Was acting alone right?'),
        element: {
          type: 'radio_buttons',
          action_id: GLASS_FIELDS.verdict,
          options: [
            { text: plainText('Justified'), value: 'justified' },
            { text: plainText('Not justified'), value: 'not-justified' },
          ],
        },
      },
      {
        type: 'input',
        block_id: VOTE_FIELDS.words,
        label: plainText('Why?'),
        element: {
          type: 'plain_text_input',
          action_id: VOTE_FIELDS.words,
          multiline: true,
          min_length: 10,
          max_length: 500,
        },
      },
    ]),
  }
}
