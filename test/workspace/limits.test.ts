import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { validateBlocks } from '../../src/workspace/validate/message.ts'

type Part = { readonly [name: string]: unknown }

const of = (length: number): string => '🛡'.repeat(length)
const plain = (text: string): Part => ({ type: 'plain_text', text })
const mrkdwn = (text: string): Part => ({ type: 'mrkdwn', text })
const section = (more: Part): Part => ({ type: 'section', ...more })
const actions = (...elements: readonly Part[]): Part => ({ type: 'actions', elements })
const button = (more: Part = {}): Part => ({ type: 'button', text: plain('b'), ...more })
const option = (value: string, more: Part = {}): Part => ({ text: plain('o'), value, ...more })
const options = (count: number): readonly Part[] =>
  Array.from({ length: count }, (_, at) => option(String(at)))
const select = (more: Part): Part => actions({ type: 'static_select', action_id: 's', ...more })
const overflow = (count: number): Part => actions({ type: 'overflow', options: options(count) })
const confirm = (more: Part): Part =>
  actions(button({ confirm: { title: plain('t'), text: plain('x'), ...more } }))
const image = (more: Part = {}): Part => ({
  type: 'image',
  image_url: 'https://a.example/x.png',
  alt_text: 'x',
  ...more,
})
const many = (count: number, part: Part): readonly Part[] => Array.from({ length: count }, () => part)
const cell = (text: string): Part => ({ type: 'raw_text', text })
const table = (rows: number, columns: number, text = 'x'): Part => ({
  type: 'table',
  rows: Array.from({ length: rows }, () => many(columns, cell(text))),
})
const dataTable = (rows: number, columns: number, more: Part = {}): Part => ({
  ...table(rows, columns),
  type: 'data_table',
  caption: 'c',
  ...more,
})
const rich = (...elements: readonly Part[]): Part => ({ type: 'rich_text', elements })
const line = (...elements: readonly Part[]): Part => ({ type: 'rich_text_section', elements })
const say = (text: string): Part => ({ type: 'text', text })
const list = (more: Part): Part =>
  rich({ type: 'rich_text_list', style: 'bullet', elements: [line(say('x'))], ...more })
const container = (more: Part): Part => ({
  type: 'container',
  title: plain('t'),
  child_blocks: [{ type: 'divider' }],
  ...more,
})

describe('each limit holds to the character', () => {
  const cases: readonly (readonly [name: string, at: (length: number) => readonly Part[], most: number])[] = [
    ['blocks of a message', (n) => many(n, { type: 'divider' }), 50],
    ['section text', (n) => [section({ text: mrkdwn(of(n)) })], 3_000],
    ['section fields', (n) => [section({ fields: many(n, mrkdwn('x')) })], 10],
    ['text of a section field', (n) => [section({ fields: [mrkdwn(of(n))] })], 2_000],
    ['header', (n) => [{ type: 'header', text: plain(of(n)) }], 150],
    ['context elements', (n) => [{ type: 'context', elements: many(n, mrkdwn('x')) }], 10],
    ['actions elements', (n) => [actions(...many(n, button()))], 25],
    ['block_id', (n) => [{ type: 'divider', block_id: of(n) }], 255],
    ['action_id', (n) => [actions(button({ action_id: of(n) }))], 255],
    ['button text', (n) => [actions(button({ text: plain(of(n)) }))], 75],
    ['button value', (n) => [actions(button({ value: of(n) }))], 2_000],
    ['button url', (n) => [actions(button({ url: `https://${'a'.repeat(n - 8)}` }))], 3_000],
    ['button accessibility_label', (n) => [actions(button({ accessibility_label: of(n) }))], 75],
    ['confirm title', (n) => [confirm({ title: plain(of(n)) })], 100],
    ['confirm text', (n) => [confirm({ text: plain(of(n)) })], 300],
    ['confirm yes', (n) => [confirm({ confirm: plain(of(n)) })], 30],
    ['confirm no', (n) => [confirm({ deny: plain(of(n)) })], 30],
    ['overflow options', (n) => [overflow(n)], 5],
    ['select options', (n) => [select({ options: options(n) })], 100],
    [
      'option groups',
      (n) => [select({ option_groups: many(n, { label: plain('g'), options: options(1) }) })],
      100,
    ],
    [
      'option group label',
      (n) => [select({ option_groups: [{ label: plain(of(n)), options: options(1) }] })],
      75,
    ],
    ['option text', (n) => [select({ options: [option('v', { text: plain(of(n)) })] })], 75],
    ['option value', (n) => [select({ options: [option(of(n))] })], 75],
    ['option description', (n) => [select({ options: [option('v', { description: plain(of(n)) })] })], 75],
    ['placeholder', (n) => [select({ placeholder: plain(of(n)), options: options(1) })], 150],
    ['checkboxes', (n) => [actions({ type: 'checkboxes', options: options(n) })], 10],
    ['radio buttons', (n) => [actions({ type: 'radio_buttons', options: options(n) })], 10],
    ['alt text', (n) => [image({ alt_text: of(n) })], 2_000],
    ['image title', (n) => [image({ title: plain(of(n)) })], 2_000],
    ['image url', (n) => [image({ image_url: `https://${'a'.repeat(n - 8)}` })], 3_000],
    ['table rows', (n) => [table(n, 1)], 100],
    ['table cells', (n) => [table(1, n)], 20],
    ['table characters', (n) => [{ type: 'table', rows: [[cell(of(n - 5_000)), cell(of(5_000))]] }], 10_000],
    ['column settings', (n) => [{ ...table(1, 1), column_settings: many(n, { align: 'left' }) }], 20],
    ['data table rows', (n) => [dataTable(n, 1)], 101],
    ['data table columns', (n) => [dataTable(2, n)], 20],
    ['data table page', (n) => [dataTable(2, 1, { page_size: n })], 100],
    [
      'data table characters',
      (n) => [{ type: 'data_table', caption: 'c', rows: [[cell(of(n - 10_000))], [cell(of(10_000))]] }],
      20_000,
    ],
    ['container title', (n) => [container({ title: plain(of(n)) })], 150],
    ['container subtitle', (n) => [container({ subtitle: mrkdwn(of(n)) })], 150],
    ['container blocks', (n) => [container({ child_blocks: many(n, { type: 'divider' }) })], 10],
    ['markdown', (n) => [{ type: 'markdown', text: of(n) }], 12_000],
    ['list indent', (n) => [list({ indent: n })], 8],
  ]
  test.each(cases)('%s', (_name, at, most) => {
    expect(validateBlocks(at(most))).toBeNull()
    expect(validateBlocks(at(most + 1))).toMatchObject({ error: 'invalid_blocks' })
  })
})

describe('what Slack refuses is refused at its place', () => {
  const cases: readonly (readonly [name: string, blocks: readonly Part[], pointer: string])[] = [
    ['an unknown block', [{ type: 'nonsense' }], '/blocks/0/type'],
    ['a block named like an inherited property', [{ type: 'constructor' }], '/blocks/0/type'],
    ['an alert, which only a modal may hold', [{ type: 'alert', text: plain('x') }], '/blocks/0/type'],
    ['a video', [{ type: 'video' }], '/blocks/0/type'],
    ['an unknown element', [actions({ type: 'nonsense' })], '/blocks/0/elements/0/type'],
    ['an input element of modals', [actions({ type: 'plain_text_input' })], '/blocks/0/elements/0/type'],
    ['a picture among buttons', [actions(image())], '/blocks/0/elements/0/type'],
    ['an unknown property', [{ type: 'divider', disabled: true }], '/blocks/0'],
    ['an unknown property with an inherited name', [{ type: 'divider', toString: 1 }], '/blocks/0'],
    ['an empty text', [section({ text: mrkdwn('') })], '/blocks/0/text/text'],
    ['a section without text', [section({})], '/blocks/0'],
    ['mrkdwn in a header', [{ type: 'header', text: mrkdwn('x') }], '/blocks/0/text/type'],
    ['an empty actions block', [actions()], '/blocks/0/elements'],
    ['an empty context', [{ type: 'context', elements: [] }], '/blocks/0/elements'],
    [
      'two blocks of one id',
      [
        { type: 'divider', block_id: 'a' },
        { type: 'divider', block_id: 'a' },
      ],
      '/blocks/1/block_id',
    ],
    [
      'a block and one in a container of one id',
      [{ type: 'divider', block_id: 'a' }, container({ child_blocks: [{ type: 'divider', block_id: 'a' }] })],
      '/blocks/1/child_blocks/0/block_id',
    ],
    [
      'two actions of one id in a block',
      [actions(button({ action_id: 'a' }), button({ action_id: 'a' }))],
      '/blocks/0/elements/1/action_id',
    ],
    ['a second table', [table(1, 1), table(1, 1)], '/blocks/1'],
    [
      'a table in a container after one outside',
      [table(1, 1), container({ child_blocks: [table(1, 1)] })],
      '/blocks/1/child_blocks/0',
    ],
    ['an empty cell', [table(1, 1, '')], '/blocks/0/rows/0/0/text'],
    [
      'an empty rich cell',
      [{ type: 'table', rows: [[rich(line(say('')))]] }],
      '/blocks/0/rows/0/0/elements/0/elements/0/text',
    ],
    ['a table without rows', [{ type: 'table', rows: [] }], '/blocks/0/rows'],
    [
      'uneven rows of a data table',
      [dataTable(2, 2, { rows: [[cell('a'), cell('b')], [cell('c')]] })],
      '/blocks/0/rows/1',
    ],
    ['a data table of heads alone', [dataTable(1, 1)], '/blocks/0/rows'],
    [
      'rich text as a data table head',
      [dataTable(2, 1, { rows: [[rich(line(say('x')))], [cell('c')]] })],
      '/blocks/0/rows/0/0/type',
    ],
    ['an empty line of rich text', [rich(line())], '/blocks/0/elements/0/elements'],
    ['an empty text in rich text', [rich(line(say('')))], '/blocks/0/elements/0/elements/0/text'],
    [
      'a person in preformatted text',
      [rich({ type: 'rich_text_preformatted', elements: [{ type: 'user', user_id: 'U1' }] })],
      '/blocks/0/elements/0/elements/0/type',
    ],
    ['a list without a style', [list({ style: 'stars' })], '/blocks/0/elements/0/style'],
    [
      'a broadcast to nobody',
      [rich(line({ type: 'broadcast', range: 'all' }))],
      '/blocks/0/elements/0/elements/0/range',
    ],
    [
      'a date without a token',
      [rich(line({ type: 'date', timestamp: 1, format: 'then' }))],
      '/blocks/0/elements/0/elements/0/format',
    ],
    ['a picture from two places', [image({ slack_file: { id: 'F12345678' } })], '/blocks/0'],
    ['a picture without words', [{ type: 'image', image_url: 'https://a.example' }], '/blocks/0'],
    [
      'a file id of another form',
      [{ type: 'image', alt_text: 'x', slack_file: { id: 'nope' } }],
      '/blocks/0/slack_file/id',
    ],
    ['a button to nowhere', [actions(button({ url: 'javascript:alert(1)' }))], '/blocks/0/elements/0/url'],
    ['a button of another colour', [actions(button({ style: 'green' }))], '/blocks/0/elements/0/style'],
    ['a button with an empty value', [actions(button({ value: '' }))], '/blocks/0/elements/0/value'],
    ['a confirm of another colour', [confirm({ style: 'green' })], '/blocks/0/elements/0/confirm/style'],
    ['a select without options', [select({})], '/blocks/0/elements/0'],
    [
      'a select with both forms of options',
      [select({ options: options(1), option_groups: [{ label: plain('g'), options: options(1) }] })],
      '/blocks/0/elements/0',
    ],
    [
      'an initial option that is none',
      [select({ options: options(1), initial_option: option('z') })],
      '/blocks/0/elements/0',
    ],
    [
      'a date of another form',
      [actions({ type: 'datepicker', initial_date: '24.11.2026' })],
      '/blocks/0/elements/0/initial_date',
    ],
    ['an empty overflow', [overflow(0)], '/blocks/0/elements/0/options'],
    [
      'a container without a title',
      [{ type: 'container', child_blocks: [{ type: 'divider' }] }],
      '/blocks/0',
    ],
    [
      'a container in a container',
      [container({ child_blocks: [container({})] })],
      '/blocks/0/child_blocks/0/type',
    ],
    [
      'a closed container that cannot be opened',
      [container({ default_collapsed: true })],
      '/blocks/0/default_collapsed',
    ],
    ['an empty markdown', [{ type: 'markdown', text: '' }], '/blocks/0/text'],
  ]
  test.each(cases)('%s', (_name, blocks, pointer) => {
    const refusal = validateBlocks(blocks)
    expect(refusal).toMatchObject({ error: 'invalid_blocks' })
    expect(refusal?.problems.map((problem) => problem.pointer)).toContain(pointer)
  })
})

test('all text of a message together has a limit of its own', () => {
  const parts = (last: number): readonly Part[] => [
    section({ text: mrkdwn(of(3_000)) }),
    rich(line(say(of(5_000)))),
    section({ text: mrkdwn(of(2_000)) }),
    container({ title: plain(of(100)), child_blocks: [table(1, 1, of(899 + last))] }),
  ]
  expect(validateBlocks(parts(1))).toBeNull()
  expect(validateBlocks(parts(2))).toMatchObject({ error: 'msg_blocks_too_long' })
  const markdown = { type: 'markdown', text: of(6_001) }
  expect(validateBlocks([markdown, markdown])).toMatchObject({ error: 'msg_blocks_too_long' })
})

test('every element that a message may hold is taken', () => {
  const elements = [
    button({
      style: 'danger',
      value: 'v',
      confirm: {
        title: plain('t'),
        text: mrkdwn('x'),
        confirm: plain('y'),
        deny: plain('n'),
        style: 'danger',
      },
    }),
    { type: 'overflow', options: options(2) },
    { type: 'static_select', options: options(2), initial_option: option('1') },
    { type: 'multi_static_select', options: options(2), max_selected_items: 1 },
    { type: 'users_select', initial_user: 'UALEX' },
    { type: 'conversations_select', filter: { include: ['public'] }, default_to_current_conversation: true },
    { type: 'channels_select' },
    { type: 'checkboxes', options: options(2), initial_options: [option('0')] },
    { type: 'radio_buttons', options: options(2) },
    { type: 'datepicker', initial_date: '2026-11-24' },
    { type: 'timepicker', initial_time: '02:14', timezone: 'Etc/UTC' },
    { type: 'datetimepicker', initial_date_time: 1_700_000_000 },
    { type: 'external_select', min_query_length: 3 },
  ]
  expect(validateBlocks([actions(...elements), section({ text: plain('x'), accessory: image() })])).toBeNull()
})

test('every card that the product draws is taken', () => {
  const folder = new URL('../goldens/', import.meta.url)
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  for (const name of names) {
    const golden = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as { blocks?: readonly unknown[] }
    expect(validateBlocks(golden.blocks ?? []), name).toBeNull()
  }
})
