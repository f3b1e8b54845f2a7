import { elementsOf } from '../actions.ts'
import { type Given, listOf } from '../chosen.ts'
import { asText, type Fields, own } from '../json.ts'
import { heldAt, type Values, valueAt } from '../state-values.ts'
import { points } from '../validate/kit.ts'

/** Said below an input that holds nothing. */
const REQUIRED = 'This field is required.'

const NO_PERSON = 'Choose somebody who is in the list.'
const NO_CHANNEL = 'Choose a channel that is in the list.'

/** Said below an input of such a type whose control holds what no such input can. */
const UNLIKE: { readonly [type: string]: string } = {
  datepicker: 'Choose a date, like 2026-11-24.',
  timepicker: 'Choose a time, like 09:30.',
  datetimepicker: 'Choose a date and a time.',
  users_select: NO_PERSON,
  multi_users_select: NO_PERSON,
  conversations_select: NO_CHANNEL,
  multi_conversations_select: NO_CHANNEL,
  channels_select: NO_CHANNEL,
  multi_channels_select: NO_CHANNEL,
}

/** The inputs of a modal and what they hold. */
export interface FilledInputs {
  readonly blocks: readonly unknown[]
  /** `state.values`. */
  readonly state: Fields
  /** What the page's controls hold. */
  readonly values: Values
  /** Whether there is a person or channel with this id. */
  readonly isThere: (id: string) => boolean
}

/** What Slack's client finds wrong with the inputs of a modal before it sends anything, a sentence by block_id. */
export function checkInputs({ blocks, state, values, isThere }: FilledInputs): {
  readonly [blockId: string]: string
} {
  const errors = new Map<string, string>()
  for (const { blockId, block, element } of elementsOf(blocks)) {
    if (block['type'] !== 'input') continue
    const actionId = String(element['action_id'])
    const held = heldAt(state, blockId, actionId)
    const unlike = unlikeOf(element, choicesIn(held), valueAt(values, blockId, actionId) ?? null, isThere)
    const empty = block['optional'] === true ? null : REQUIRED
    const wrong = unlike ?? (choicesIn(held).length === 0 ? empty : formOf(element, held))
    if (wrong !== null) errors.set(blockId, wrong)
  }
  return Object.fromEntries(errors)
}

/** What an input holds: nothing, one thing or several. */
function choicesIn({ type: _type, timezone: _timezone, ...held }: Fields): readonly unknown[] {
  return Object.values(held)
    .flat()
    .filter((value) => value !== null)
}

/** What is said of a control that holds more than the input could take from it, or somebody who is not there. */
function unlikeOf(
  element: Fields,
  taken: readonly unknown[],
  given: Given,
  isThere: (id: string) => boolean,
): string | null {
  const type = asText(element['type'])
  const isOne = typeof given === 'string' && !type.startsWith('multi_')
  const asked = isOne ? [given].filter((text) => text !== '') : listOf(given)
  const isKnown =
    !/(?:users|conversations|channels)_select$/.test(type) || asked.every((id) => isThere(asText(id)))
  return asked.length > taken.length || !isKnown ? (own(UNLIKE, type) ?? null) : null
}

/** What is wrong with the form of what an input holds; null when nothing is. */
function formOf(element: Fields, held: Fields): string | null {
  const value = String(held['value'])
  switch (element['type']) {
    case 'plain_text_input':
      return lengthOf(element, points(value))
    case 'number_input':
      return numberOf(element, value)
    case 'email_text_input':
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)
        ? null
        : 'Enter an email address, like alex@example.com.'
    case 'url_text_input':
      return URL.canParse(value) ? null : 'Enter a web address, like https://example.com.'
    default:
      return mostOf(element, held)
  }
}

function lengthOf(element: Fields, length: number): string | null {
  const { min_length: min, max_length: max } = element
  if (typeof min === 'number' && length < min) return `Enter at least ${min} characters.`
  if (typeof max === 'number' && length > max) return `Enter at most ${max} characters.`
  return null
}

function numberOf(element: Fields, value: string): string | null {
  const { is_decimal_allowed: decimal, min_value: min, max_value: max } = element
  if (!/^-?\d+(\.\d+)?$/.test(value)) return 'Enter a number.'
  if (decimal !== true && value.includes('.')) return 'Enter a whole number.'
  if (typeof min === 'string' && Number(value) < Number(min)) return `Enter ${min} or more.`
  if (typeof max === 'string' && Number(value) > Number(max)) return `Enter ${max} or less.`
  return null
}

function mostOf(element: Fields, held: Fields): string | null {
  const most = element['max_selected_items'] ?? element['max_files']
  return typeof most === 'number' && choicesIn(held).length > most ? `Choose at most ${most}.` : null
}
