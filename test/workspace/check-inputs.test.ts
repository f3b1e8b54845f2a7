import { describe, expect, test } from 'vitest'
import { readValues, stateValues } from '../../src/workspace/state-values.ts'
import { checkInputs } from '../../src/workspace/views/check-inputs.ts'

type Part = { readonly [name: string]: unknown }

const option = (value: string): Part => ({ text: { type: 'plain_text', text: value }, value })
const options = ['a', 'b', 'c'].map(option)
const inputOf = (element: Part, more: Part = {}): Part => ({
  type: 'input',
  block_id: 'block',
  element: { action_id: 'act', ...element },
  ...more,
})

/** What is wrong with what the controls of these inputs hold; UALEX and C1 are the only ones there. */
function wrongIn(blocks: readonly Part[], given: object): object {
  const values = readValues(given)
  const state = stateValues(blocks, values, () => [])
  return checkInputs({ blocks, state, values, isThere: (id) => id === 'UALEX' || id === 'C1' })
}

describe('Slack does not send a modal whose inputs are not as they say', () => {
  const cases: readonly (readonly [words: string, element: Part, given: unknown])[] = [
    ['This field is required.', { type: 'plain_text_input' }, ''],
    ['This field is required.', { type: 'checkboxes', options }, []],
    ['This field is required.', { type: 'datepicker' }, null],
    ['This field is required.', { type: 'datepicker' }, ''],
    ['This field is required.', { type: 'users_select' }, ''],
    ['Choose a date, like 2026-11-24.', { type: 'datepicker' }, 'soon'],
    ['Choose a time, like 09:30.', { type: 'timepicker', initial_time: '01:00' }, '9:30'],
    ['Choose a date and a time.', { type: 'datetimepicker' }, '1763950440.5'],
    ['Choose somebody who is in the list.', { type: 'users_select' }, 'UNOBODY'],
    ['Choose somebody who is in the list.', { type: 'users_select' }, '<!channel>'],
    ['Choose somebody who is in the list.', { type: 'multi_users_select' }, ['UALEX', 'UNOBODY']],
    ['Choose a channel that is in the list.', { type: 'channels_select' }, 'UALEX'],
    ['Choose a channel that is in the list.', { type: 'multi_conversations_select' }, '["C1","C2"]'],
    ['Enter at least 3 characters.', { type: 'plain_text_input', min_length: 3 }, '🛡🛡'],
    ['Enter at most 2 characters.', { type: 'plain_text_input', max_length: 2 }, '🛡🛡🛡'],
    ['Enter a number.', { type: 'number_input', is_decimal_allowed: true }, 'two'],
    ['Enter a whole number.', { type: 'number_input', is_decimal_allowed: false }, '1.5'],
    ['Enter 1 or more.', { type: 'number_input', is_decimal_allowed: false, min_value: '1' }, '0'],
    ['Enter 5 or less.', { type: 'number_input', is_decimal_allowed: false, max_value: '5' }, '6'],
    ['Enter an email address, like alex@example.com.', { type: 'email_text_input' }, 'alex'],
    ['Enter a web address, like https://example.com.', { type: 'url_text_input' }, 'example'],
    ['Choose at most 1.', { type: 'multi_static_select', options, max_selected_items: 1 }, ['a', 'b']],
  ]
  test.each(cases)('%s', (words, element, given) => {
    const check = (more: Part, value: unknown): object => {
      const blocks = [inputOf(element, more)]
      return wrongIn(blocks, { block: { act: value } })
    }
    expect(check({}, given)).toEqual({ block: words })
    const isEmpty = words.includes('required')
    expect(check({ optional: true }, given)).toEqual(isEmpty ? {} : { block: words })
  })

  test('and sends one whose inputs are', () => {
    const blocks = [
      inputOf({ type: 'number_input', is_decimal_allowed: false, min_value: '1', max_value: '5' }),
      { ...inputOf({ type: 'email_text_input' }), block_id: 'email' },
      { ...inputOf({ type: 'multi_users_select' }), block_id: 'who' },
      { ...inputOf({ type: 'conversations_select' }), block_id: 'where' },
    ]
    const values = {
      block: { act: '5' },
      email: { act: 'alex@firebreak-practice.example' },
      who: { act: ['UALEX'] },
      where: { act: 'C1' },
    }
    expect(wrongIn(blocks, values)).toEqual({})
  })
})

test('ids like those of every object hold what was typed, and are told when they hold nothing', () => {
  for (const id of ['__proto__', 'constructor']) {
    const blocks = [{ ...inputOf({ type: 'plain_text_input', action_id: id }), block_id: id }]
    const typed = JSON.parse(`{"${id}":{"${id}":"words"}}`) as object
    expect(JSON.stringify(stateValues(blocks, readValues(typed), () => []))).toBe(
      `{"${id}":{"${id}":{"type":"plain_text_input","value":"words"}}}`,
    )
    expect(wrongIn(blocks, typed)).toEqual({})
    expect(JSON.stringify(wrongIn(blocks, {}))).toBe(`{"${id}":"This field is required."}`)
  }
})
