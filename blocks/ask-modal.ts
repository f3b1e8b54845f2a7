import type { InputBlock, ModalView, PlainTextOption } from '@slack/types'
import type { LookupName } from '../src/model/answer.ts'
import { type EntityRef, formatEntity, unescapeKey } from '../src/model/entity.ts'
import { ASK_VIEW } from './ids.ts'
import { plain, plainText } from './safe.ts'

/** Everything the modal shows: what may be asked about, and the questions that fit what is chosen. */
export interface AskModalView {
  readonly incident: number
  /** What is chosen; null: nothing yet. */
  readonly entity: EntityRef | null
  /** The questions that fit its kind, in the order of menus. */
  readonly questions: readonly { readonly lookup: LookupName; readonly label: string }[]
}

/** Where the modal's answers stand: `state.values[block][action]`. */
export const ASK_FIELDS = { about: 'ask_about', question: 'ask_question', time: 'ask_time' } as const

/** The windows that can be chosen, by value; `incident` is its first to last seen, `all` is all that is known. */
export const SCOPE_TIMES = {
  incident: "The incident's window",
  '1h': 'Last hour',
  '1d': 'Last day',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
  '365d': 'Last year',
  all: 'All that is known',
} as const
export type ScopeTime = keyof typeof SCOPE_TIMES

const OPTION_TEXT = 75
/** Slack takes 150 by its newer documentation and 75 by its older one: longer keys are left out. */
const OPTION_VALUE = 150

/** `Ask about this incident`: an entity, a question that fits it, and the scope time. */
export function askModal({ incident, entity, questions }: AskModalView): ModalView {
  const chosen = entity === null ? null : entityOption(entity)
  const [first] = questions
  return {
    type: 'modal',
    callback_id: ASK_VIEW,
    private_metadata: String(incident),
    title: plainText('Ask about this incident'),
    submit: plainText('Ask'),
    close: plainText('Go back'),
    blocks: [
      {
        ...input(ASK_FIELDS.about, 'About'),
        dispatch_action: true,
        hint: plainText(
          'Type a beginning, or a pattern with * or ?. kind: in front keeps to one kind, as pod:api*.',
        ),
        element: {
          type: 'external_select',
          action_id: ASK_FIELDS.about,
          min_query_length: 0,
          placeholder: plainText('Subject, IP, pod, …'),
          ...(chosen !== null && { initial_option: chosen }),
        },
      },
      {
        // Another kind has other questions: a new block forgets what was chosen for the old one.
        ...input(`${ASK_FIELDS.question}-${entity?.kind ?? 'none'}`, 'Question'),
        element: {
          type: 'static_select',
          action_id: ASK_FIELDS.question,
          options: questions.map(questionOption),
          ...(first !== undefined && { initial_option: questionOption(first) }),
        },
      },
      {
        ...input(ASK_FIELDS.time, 'Scope time'),
        element: {
          type: 'static_select',
          action_id: ASK_FIELDS.time,
          options: Object.keys(SCOPE_TIMES).map((value) => timeOption(value as ScopeTime)),
          initial_option: timeOption('incident'),
        },
      },
    ],
  }
}

function input(block_id: string, label: string): Pick<InputBlock, 'type' | 'block_id' | 'label'> {
  return { type: 'input', block_id, label: plainText(label) }
}

/** An entity as an option; null when its key is too long for one. */
export function entityOption(entity: EntityRef): PlainTextOption | null {
  const value = formatEntity(entity)
  if (value.length > OPTION_VALUE) return null
  return { text: plainText(plain(`${entity.kind} · ${unescapeKey(entity.key)}`, OPTION_TEXT)), value }
}

function questionOption({ lookup, label }: { lookup: LookupName; label: string }): PlainTextOption {
  return { text: plainText(label), value: lookup }
}

function timeOption(value: ScopeTime): PlainTextOption {
  return { text: plainText(SCOPE_TIMES[value]), value }
}
