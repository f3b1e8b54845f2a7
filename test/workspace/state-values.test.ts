import { describe, expect, test } from 'vitest'
import { readValues, stateValues } from '../../src/workspace/state-values.ts'
import { withIds } from '../../src/workspace/validate/with-ids.ts'

type Part = { readonly [name: string]: unknown }

const option = (value: string): Part => ({ text: { type: 'plain_text', text: value }, value })
const options = ['a', 'b', 'c'].map(option)
const file = { id: 'F0000000001', name: 'x.png' }
const inputOf = (element: Part, more: Part = {}): Part => ({
  type: 'input',
  block_id: 'block',
  element: { action_id: 'act', ...element },
  ...more,
})

/** What one element holds when its control holds `given`; untouched when that is absent. */
function held(element: Part, ...given: readonly unknown[]): unknown {
  const values = given.length === 0 ? {} : readValues({ block: { act: given[0] } })
  const known = (): readonly Part[] => [option('offered'), file]
  const state = stateValues([inputOf(element)], values, known) as { block: { act: unknown } }
  return state.block.act
}

const richText = (text: string): Part => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
})

describe('an element holds what was chosen, nothing, or what it starts with', () => {
  const one = options[1]
  const two = [options[0], options[2]]
  const cases: readonly (readonly [
    element: Part,
    given: unknown,
    chosen: Part,
    untouched: Part,
    start: Part,
  ])[] = [
    [
      { type: 'plain_text_input' },
      '<!channel>',
      { value: '<!channel>' },
      { value: null },
      { initial_value: 'x' },
    ],
    [{ type: 'number_input' }, '3.5', { value: '3.5' }, { value: null }, { initial_value: '1' }],
    [{ type: 'email_text_input' }, 'a@b.example', { value: 'a@b.example' }, { value: null }, {}],
    [{ type: 'url_text_input' }, 'https://a.example', { value: 'https://a.example' }, { value: null }, {}],
    [
      { type: 'rich_text_input' },
      'words',
      { rich_text_value: richText('words') },
      { rich_text_value: null },
      { initial_value: richText('x') },
    ],
    [{ type: 'file_input' }, [file.id], { files: [file] }, { files: [] }, {}],
    [
      { type: 'static_select', options },
      'b',
      { selected_option: one },
      { selected_option: null },
      { initial_option: one },
    ],
    [
      { type: 'radio_buttons', options },
      'b',
      { selected_option: one },
      { selected_option: null },
      { initial_option: one },
    ],
    [
      { type: 'external_select' },
      'offered',
      { selected_option: option('offered') },
      { selected_option: null },
      { initial_option: option('x') },
    ],
    [
      { type: 'multi_static_select', option_groups: [{ options }] },
      ['a', 'c'],
      { selected_options: two },
      { selected_options: [] },
      { initial_options: two },
    ],
    [
      { type: 'multi_external_select', initial_options: [option('x')] },
      ['x', 'offered'],
      { selected_options: [option('offered'), option('x')] },
      { selected_options: [option('x')] },
      {},
    ],
    [
      { type: 'checkboxes', options },
      '["a","c"]',
      { selected_options: two },
      { selected_options: [] },
      { initial_options: two },
    ],
    [
      { type: 'users_select' },
      'UALEX',
      { selected_user: 'UALEX' },
      { selected_user: null },
      { initial_user: 'USAM' },
    ],
    [{ type: 'multi_users_select' }, ['UALEX'], { selected_users: ['UALEX'] }, { selected_users: [] }, {}],
    [
      { type: 'conversations_select' },
      'C1',
      { selected_conversation: 'C1' },
      { selected_conversation: null },
      { initial_conversation: 'C2' },
    ],
    [
      { type: 'multi_conversations_select' },
      ['C1'],
      { selected_conversations: ['C1'] },
      { selected_conversations: [] },
      {},
    ],
    [
      { type: 'channels_select' },
      'C1',
      { selected_channel: 'C1' },
      { selected_channel: null },
      { initial_channel: 'C2' },
    ],
    [{ type: 'multi_channels_select' }, ['C1'], { selected_channels: ['C1'] }, { selected_channels: [] }, {}],
    [
      { type: 'datepicker' },
      '2026-11-24',
      { selected_date: '2026-11-24' },
      { selected_date: null },
      { initial_date: '2026-01-01' },
    ],
    [
      { type: 'timepicker', timezone: 'Etc/UTC' },
      '02:14',
      { selected_time: '02:14', timezone: 'Etc/UTC' },
      { selected_time: null, timezone: 'Etc/UTC' },
      { initial_time: '01:00' },
    ],
    [
      { type: 'datetimepicker' },
      '1763950440',
      { selected_date_time: 1_763_950_440 },
      { selected_date_time: null },
      { initial_date_time: 1_700_000_000 },
    ],
  ]
  test.each(cases)('$type', (element, given, chosen, untouched, start) => {
    const { type } = element
    const [kind] = Object.keys(chosen)
    expect(held(element, given)).toEqual({ type, ...chosen })
    expect(held(element)).toEqual({ type, ...untouched })
    const [initial] = Object.values(start)
    if (initial !== undefined)
      expect(held({ ...element, ...start })).toEqual({ type, ...untouched, [String(kind)]: initial })
    expect(held({ ...element, ...start }, null)).toEqual(held({ ...element }, null))
  })
})

test('a text that was deleted is null, and an option that is not offered any more leaves its select empty', () => {
  expect(held({ type: 'plain_text_input', initial_value: 'x' }, '')).toMatchObject({ value: null })
  const select = { type: 'static_select', options, initial_option: options[0] }
  expect(held(select, 'gone')).toMatchObject({ selected_option: null })
  expect(held({ type: 'checkboxes', options }, ['gone', 'a'])).toMatchObject({
    selected_options: [option('a')],
  })
  expect(held({ type: 'datetimepicker' }, 'tomorrow')).toMatchObject({ selected_date_time: null })
})

test('buttons and menus hold nothing, and ids like those of every object are ids as any other', () => {
  const button = { type: 'button', action_id: 'go' }
  const menu = { type: 'overflow', action_id: 'more', options }
  const blocks = [
    { type: 'actions', block_id: 'row', elements: [button, menu] },
    { ...inputOf({ type: 'plain_text_input', action_id: 'name' }), block_id: 'constructor' },
  ]
  expect(stateValues(blocks, {}, () => [])).toEqual({
    constructor: { name: { type: 'plain_text_input', value: null } },
  })
})

test('a cleared control holds nothing, and no text passes for a date, a time, a person or a channel', () => {
  for (const type of ['datepicker', 'timepicker', 'datetimepicker', 'users_select', 'channels_select'])
    for (const given of ['', 'soon', '<!channel>', '2026-13-01', '24:00', '1.5', 'ualex'])
      expect(Object.values(held({ type }, given) as Part), `${type} ${given}`).toEqual([type, null])
  expect(held({ type: 'multi_users_select' }, ['UALEX', '<!channel>'])).toMatchObject({
    selected_users: ['UALEX'],
  })
  const initial = { type: 'datepicker', initial_date: '2026-11-24' }
  expect(held(initial, '')).toMatchObject({ selected_date: null })
  expect(held({ type: 'static_select', options, initial_option: options[0] }, '')).toMatchObject({
    selected_option: null,
  })
})

test('every block and element without an id gets one', () => {
  let made = 0
  const blocks = withIds(
    [
      { type: 'input', element: { type: 'plain_text_input' } },
      { type: 'card', actions: [{ type: 'button' }] },
      {
        type: 'context_actions',
        elements: [{ type: 'icon_button' }, { type: 'icon_button', action_id: 'own' }],
      },
      { type: 'section', accessory: { type: 'image' } },
    ],
    () => {
      made += 1
      return `id${made}`
    },
  )
  expect(blocks).toMatchObject([
    {
      block_id: expect.stringMatching(/^id/) as string,
      element: { action_id: expect.any(String) as string },
    },
    { actions: [{ action_id: expect.any(String) as string }] },
    { elements: [{ action_id: expect.any(String) as string }, { action_id: 'own' }] },
    { accessory: { type: 'image' } },
  ])
  expect(blocks[3]?.['accessory']).not.toHaveProperty('action_id')
  expect(made).toBe(7)
})
