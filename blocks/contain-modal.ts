import type { InputBlock, ModalView, PlainTextOption } from '@slack/types'
import type { Sentence } from '../src/model/answer.ts'
import type { EntityRef } from '../src/model/entity.ts'
import type { Mode } from '../src/model/plan.ts'
import { blockId, CONTAIN_VIEW, PREVIEW_VIEW } from './ids.ts'
import { present } from './parts.ts'
import { type Drawn, planBlocks } from './plan.ts'
import { type Line, richText, say, sentence, warning } from './rich.ts'
import { plain, plainText } from './safe.ts'

/** A target that an action can be planned for; `value` is read back, `label` shown. */
export interface ContainTarget {
  readonly value: string
  readonly kind: EntityRef['kind']
  readonly key: string
}

export interface ContainView {
  readonly incident: number
  readonly cluster: string
  readonly mode: Mode
  readonly actions: readonly { readonly name: string; readonly label: string }[]
  readonly targets: readonly ContainTarget[]
}

/** Where the form's answers stand: `state.values[block][action]`. */
export const CONTAIN_FIELDS = {
  action: 'contain_action',
  target: 'contain_target',
  order: 'contain_order',
  reason: 'contain_reason',
  keep: 'contain_keep',
} as const

/** For how long what is held is kept before its owner decides, in hours. */
export const KEEP_HOURS = [4, 12, 24, 168] as const

const OPTION = 75
/** Characters of a key in it. */
const KEY = 60

/** The first page: what to do, with what, in which order, and why. */
export function containModal(view: ContainView): ModalView {
  const { incident, cluster, mode, actions, targets } = view
  const options = actions.map(({ name, label }) => option(name, label))
  const kinds = targets.map((target) => option(target.value, `${target.kind} · ${shortKey(target.key)}`))
  const keep = KEEP_HOURS.map((hours) =>
    option(String(hours), hours < 48 ? `${hours} hours` : `${hours / 24} days`),
  )
  return {
    type: 'modal',
    callback_id: CONTAIN_VIEW,
    private_metadata: String(incident),
    title: plainText('Contain'),
    submit: plainText('Preview'),
    close: plainText('Go back'),
    blocks: present([
      richText(blockId('contain', 'mode'), [modeLine(mode, cluster)]),
      {
        ...input(CONTAIN_FIELDS.action, 'What to do'),
        element: {
          type: 'radio_buttons',
          action_id: CONTAIN_FIELDS.action,
          options,
          ...(options[0] !== undefined && { initial_option: options[0] }),
        },
      },
      {
        ...input(CONTAIN_FIELDS.target, 'Target'),
        element: {
          type: 'static_select',
          action_id: CONTAIN_FIELDS.target,
          options: kinds,
          ...(kinds[0] !== undefined && { initial_option: kinds[0] }),
        },
      },
      {
        ...input(CONTAIN_FIELDS.order, 'Order'),
        element: {
          type: 'radio_buttons',
          action_id: CONTAIN_FIELDS.order,
          options: ORDERS,
          initial_option: ORDERS[0],
        },
      },
      {
        ...input(CONTAIN_FIELDS.reason, 'Reason'),
        hint: plainText('What you know and what you fear. Approvers read this first.'),
        element: {
          type: 'plain_text_input',
          action_id: CONTAIN_FIELDS.reason,
          multiline: true,
          min_length: 10,
          max_length: 500,
        },
      },
      {
        ...input(CONTAIN_FIELDS.keep, 'Keep for'),
        hint: plainText('Then the owner decides; nothing is undone by itself.'),
        element: {
          type: 'static_select',
          action_id: CONTAIN_FIELDS.keep,
          options: keep,
          ...(keep[2] !== undefined && { initial_option: keep[2] }),
        },
      },
    ]),
  }
}

const ORDERS: [PlainTextOption, PlainTextOption] = [
  { text: plainText('Evidence first'), value: 'evidence' },
  {
    text: plainText('Contain first: faster, two approvers, evidence may be lost'),
    value: 'contain',
  },
]

/** A key whose end still tells replicas apart. */
function shortKey(key: string): string {
  const points = [...key]
  return points.length <= KEY ? key : `${points.slice(0, 28).join('')}…${points.slice(-30).join('')}`
}

function option(value: string, text: string): PlainTextOption {
  return { text: plainText(plain(text, OPTION)), value }
}

function input(block_id: string, label: string): Pick<InputBlock, 'type' | 'block_id' | 'label'> {
  return { type: 'input', block_id, label: plainText(label) }
}

function modeLine(mode: Mode, cluster: string): Line {
  return mode === 'enforce'
    ? warning([say(`Enforce: this will change ${plain(cluster, 100)} after approval.`)])
    : [say(`Dry run: nothing in ${plain(cluster, 100)} will change; every step is checked.`)]
}

/** The second page: the plan as approvers will see it. `draft`: the opaque id of what was filled in. */
export function previewModal(
  plan: Drawn & { readonly title: string; readonly mode: Mode },
  about: { readonly draft: string; readonly cluster: string; readonly isChanged: boolean },
): ModalView {
  const id = (part: string): string => blockId('preview', part)
  return {
    type: 'modal',
    callback_id: PREVIEW_VIEW,
    private_metadata: about.draft,
    title: plainText('Preview'),
    submit: plainText('Propose'),
    close: plainText('Go back'),
    blocks: present([
      richText(id('mode'), [
        [say(`${plan.title}. `), ...modeLine(plan.mode, about.cluster)],
        about.isChanged
          ? warning([
              say('The cluster changed since the last preview. This is the plan for what is there now.'),
            ])
          : [],
      ]),
      ...planBlocks(plan, id),
    ]),
  }
}

/** Shown while a plan is made. */
export function planningModal(): ModalView {
  return said('Preview', [['Planning… Firebreak reads the cluster.']])
}

/** A modal that only says something. */
export function said(title: string, sentences: readonly Sentence[]): ModalView {
  const lines = sentences.map((one) => sentence(one, 900, 200))
  return {
    type: 'modal',
    title: plainText(title),
    close: plainText('Go back'),
    blocks: present([richText(blockId('said', 'sentences'), lines)]),
  }
}
