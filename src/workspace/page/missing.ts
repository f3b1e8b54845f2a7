import { asFields, asText, type Fields } from '../json.ts'
import type { Held, Value } from './held.ts'
import { objects } from './state.ts'

/** What Slack's client checks before it sends a view: by block_id, what is wrong with an input. */
export function missingIn(blocks: unknown, held: Held): { readonly [blockId: string]: string } {
  const wrong = objects(blocks).flatMap((block): readonly (readonly [string, string])[] => {
    const element = asFields(block['element'])
    if (block['type'] !== 'input' || element === null) return []
    const blockId = asText(block['block_id'])
    const value = held.valueOf(blockId, element)
    if (value === null || value.length === 0)
      return block['optional'] === true ? [] : [[blockId, 'This is needed before it can be sent.']]
    const words = wrongWith(element, value)
    return words === null ? [] : [[blockId, words]]
  })
  return Object.fromEntries(wrong)
}

function wrongWith(element: Fields, value: Value): string | null {
  if (typeof value !== 'string') return null
  const { type, min_length: shortest, max_length: longest } = element
  const length = [...value].length
  if (typeof shortest === 'number' && length < shortest)
    return `Write at least ${shortest} characters; there are ${length}.`
  if (typeof longest === 'number' && length > longest)
    return `Write at most ${longest} characters; there are ${length}.`
  if (type === 'number_input') return wrongNumber(element, value.trim())
  if (type === 'email_text_input' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value.trim()))
    return 'Write an email address, such as name@example.com.'
  if (type === 'url_text_input' && !/^https?:\/\/[^\s]+$/i.test(value.trim()))
    return 'Write a web address that begins with https://.'
  return null
}

function wrongNumber(element: Fields, value: string): string | null {
  const isDecimal = element['is_decimal_allowed'] === true
  if (!(isDecimal ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/).test(value))
    return isDecimal ? 'Write a number, such as 2.5.' : 'Write a whole number.'
  const [least, most] = [element['min_value'], element['max_value']].map((bound) => asText(bound))
  if (least !== undefined && least !== '' && Number(value) < Number(least)) return `Write ${least} or more.`
  if (most !== undefined && most !== '' && Number(value) > Number(most)) return `Write ${most} or less.`
  return null
}
