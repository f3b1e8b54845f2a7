import { elementsOf } from '../actions.ts'
import { asFields, asList, type Fields } from '../json.ts'
import { points } from '../validate/kit.ts'

/** Said below an input that holds nothing. */
const REQUIRED = 'This field is required.'

/**
 * What Slack's client finds wrong with the inputs of a modal before it sends anything, a sentence by block_id. `state` is
 * `state.values`.
 */
export function checkInputs(
  blocks: readonly unknown[],
  state: Fields,
): { readonly [blockId: string]: string } {
  const errors: { [blockId: string]: string } = {}
  for (const { blockId, block, element } of elementsOf(blocks)) {
    if (block['type'] !== 'input') continue
    const held = asFields(asFields(state[blockId])?.[String(element['action_id'])]) ?? {}
    const wrong = isEmpty(held) ? block['optional'] !== true && REQUIRED : formOf(element, held)
    if (wrong) errors[blockId] = wrong
  }
  return errors
}

function isEmpty({ type: _type, timezone: _timezone, ...held }: Fields): boolean {
  return Object.values(held).every((value) => value === null || (Array.isArray(value) && value.length === 0))
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
  const chosen = Object.values(held).map((value) => asList(value).length)
  return typeof most === 'number' && Math.max(...chosen) > most ? `Choose at most ${most}.` : null
}
