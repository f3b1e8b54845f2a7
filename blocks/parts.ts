import type { ActionsBlock, Button, ContextBlock, HeaderBlock, KnownBlock } from '@slack/types'
import type { QuestionButton } from '../src/model/views.ts'
import { askAction, encodeQuestion } from './ids.ts'
import { LIMITS } from './limits.ts'
import { mrkdwnText, plain, plainText, type Safe } from './safe.ts'

/** The header: one of our marks, where there is one, then our own words and aliases. */
export function header(block_id: string, mark: string, words: string): HeaderBlock {
  if (mark === '') return { type: 'header', block_id, text: plainText(plain(words, LIMITS.header)) }
  const text = `${mark} ${plain(words, LIMITS.header - mark.length - 1)}`
  return { type: 'header', block_id, text: plainText(text, true) }
}

/** The small print: facts joined by `·` as plain text, then what holds a mention of a person. */
export function context(
  block_id: string,
  facts: readonly string[],
  people: Safe | null = null,
): ContextBlock {
  const text = plain(facts.join(' · '), 900)
  const elements: ContextBlock['elements'] = [plainText(text)]
  if (people !== null) elements.push(mrkdwnText(people))
  return { type: 'context', block_id, elements }
}

/**
 * A row of question buttons, at most `most`, the first one standing out when `alarming`. A question whose value does not
 * fit is left out. Null when no button is left.
 */
export function questionRow(
  block_id: string,
  questions: readonly QuestionButton[],
  incident: number | null,
  {
    most = 5,
    alarming = false,
    further = [],
  }: { most?: number; alarming?: boolean; further?: Button[] } = {},
): ActionsBlock | null {
  const seen = new Map<string, number>()
  const buttons = questions.flatMap(({ lookup, label, entity, scope, window }): Button[] => {
    const value = encodeQuestion({ lookup, entity, incident, scope, window })
    if (value === null) return []
    const nth = (seen.get(lookup) ?? 0) + 1
    seen.set(lookup, nth)
    return [
      {
        type: 'button',
        action_id: askAction(lookup, nth),
        text: plainText(plain(label, LIMITS.label)),
        value,
      },
    ]
  })
  const [first, ...rest] = buttons.slice(0, most)
  const row = first === undefined ? [] : [alarming ? { ...first, style: 'primary' as const } : first, ...rest]
  const elements = [...row, ...further]
  return elements.length === 0 ? null : { type: 'actions', block_id, elements }
}

/** The blocks that are there. */
export function present(blocks: readonly (KnownBlock | null)[]): KnownBlock[] {
  return blocks.filter((block) => block !== null)
}

/** Cluster and account names that may stand in headers and push texts. */
export function isAlias(name: string): boolean {
  return /^[A-Za-z0-9_-]{1,100}$/.test(name) && name !== '-'
}
