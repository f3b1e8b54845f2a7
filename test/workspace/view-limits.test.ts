import { describe, expect, test } from 'vitest'
import { validateView } from '../../src/workspace/validate/view.ts'

type Part = { readonly [name: string]: unknown }

const of = (length: number): string => '🛡'.repeat(length)
const digits = (length: number): string => '1'.repeat(length)
const plain = (text: string): Part => ({ type: 'plain_text', text })
const option = (value: string): Part => ({ text: plain('o'), value })
const options = (count: number): readonly Part[] =>
  Array.from({ length: count }, (_, at) => option(String(at)))
const many = (count: number, part: Part): readonly Part[] => Array.from({ length: count }, () => part)
const divider: Part = { type: 'divider' }
const modal = (more: Part = {}): Part => ({
  type: 'modal',
  title: plain('t'),
  submit: plain('s'),
  blocks: [divider],
  ...more,
})
const home = (more: Part = {}): Part => ({ type: 'home', blocks: [divider], ...more })
const holding = (...blocks: readonly Part[]): Part => modal({ blocks })
const input = (element: Part, more: Part = {}): Part => ({
  type: 'input',
  label: plain('l'),
  element,
  ...more,
})
const words: Part = { type: 'plain_text_input' }
const asking = (element: Part, more: Part = {}): Part => holding(input(element, more))
const button: Part = { type: 'button', text: plain('b') }
const alert = (more: Part = {}): Part => ({ type: 'alert', text: plain('a'), ...more })
const card = (more: Part = {}): Part => ({ type: 'card', title: plain('t'), ...more })
const image = { type: 'image', alt_text: 'x', image_url: 'https://a.example/x.png' }

describe('each limit of a view holds to the character', () => {
  const cases: readonly (readonly [name: string, at: (length: number) => Part, most: number])[] = [
    ['blocks of a modal', (n) => modal({ blocks: many(n, divider) }), 100],
    ['blocks of App Home', (n) => home({ blocks: many(n, divider) }), 100],
    ['title', (n) => modal({ title: plain(of(n)) }), 24],
    ['submit', (n) => modal({ submit: plain(of(n)) }), 24],
    ['close', (n) => modal({ close: plain(of(n)) }), 24],
    ['private_metadata', (n) => modal({ private_metadata: of(n) }), 3_000],
    ['callback_id', (n) => modal({ callback_id: of(n) }), 255],
    ['external_id', (n) => home({ external_id: of(n) }), 255],
    ['label', (n) => asking(words, { label: plain(of(n)) }), 2_000],
    ['hint', (n) => asking(words, { hint: plain(of(n)) }), 2_000],
    ['action_id of an input', (n) => asking({ ...words, action_id: of(n) }), 255],
    ['placeholder of words', (n) => asking({ ...words, placeholder: plain(of(n)) }), 150],
    ['words to start with', (n) => asking({ ...words, initial_value: of(n) }), 3_000],
    ['max_length', (n) => asking({ ...words, max_length: n }), 3_000],
    ['min_length', (n) => asking({ ...words, min_length: n }), 3_000],
    ['max_files', (n) => asking({ type: 'file_input', max_files: n }), 10],
    ['lines of rich text', (n) => asking({ type: 'rich_text_input', max_lines: n }), 100],
    ['radio buttons of an input', (n) => asking({ type: 'radio_buttons', options: options(n) }), 10],
    ['options of a select', (n) => asking({ type: 'static_select', options: options(n) }), 100],
    ['text of an alert', (n) => holding(alert({ text: plain(of(n)) })), 200],
    ['title of a card', (n) => holding(card({ title: plain(of(n)) })), 150],
    ['subtitle of a card', (n) => holding(card({ subtitle: plain(of(n)) })), 150],
    ['body of a card', (n) => holding(card({ body: plain(of(n)) })), 200],
    ['subtext of a card', (n) => holding(card({ subtext: plain(of(n)) })), 200],
    ['buttons of a card', (n) => holding(card({ actions: many(n, button) })), 3],
  ]
  test.each(cases)('%s', (_name, at, most) => {
    expect(validateView(at(most))).toEqual([])
    expect(validateView(at(most + 1))).not.toEqual([])
  })
})

describe('what Slack refuses in a view is refused at its place', () => {
  const block = '/view/blocks/0'
  const element = `${block}/element`
  const email = { type: 'email_text_input', action_id: 'a', focus_on_load: true }
  const number = { type: 'number_input', is_decimal_allowed: false }
  const cases: readonly (readonly [name: string, view: unknown, pointer: string])[] = [
    ['no view', 'x', '/view'],
    ['another type', modal({ type: 'workflow_step' }), '/view/type'],
    ['a modal without a title', { type: 'modal', blocks: [divider] }, '/view'],
    ['a view without blocks', modal({ blocks: [] }), '/view/blocks'],
    ['App Home with a title', home({ title: plain('t') }), '/view'],
    ['a field that only the answer has', modal({ hash: '1.a' }), '/view'],
    ['mrkdwn in the title', modal({ title: { type: 'mrkdwn', text: 'x' } }), '/view/title/type'],
    ['an input without a submit button', modal({ submit: null, blocks: [input(words)] }), '/view'],
    ['a table', holding({ type: 'table', rows: [[{ type: 'raw_text', text: 'x' }]] }), `${block}/type`],
    ['markdown', holding({ type: 'markdown', text: 'x' }), `${block}/type`],
    ['a chart', holding({ type: 'data_visualization' }), `${block}/type`],
    ['a container', home({ blocks: [{ type: 'container' }] }), `${block}/type`],
    ['an opinion', holding({ type: 'context_actions' }), `${block}/type`],
    ['an alert in App Home', home({ blocks: [alert()] }), `${block}/type`],
    ['a file input in App Home', home({ blocks: [input({ type: 'file_input' })] }), `${element}/type`],
    ['an alert of another level', holding(alert({ level: 'loud' })), `${block}/level`],
    ['a card that shows nothing', holding({ type: 'card', subtitle: plain('s') }), block],
    [
      'two buttons of one action_id on a card',
      holding(card({ actions: many(2, { ...button, action_id: 'a' }) })),
      `${block}/actions/1/action_id`,
    ],
    ['a button as an input', asking(button), `${element}/type`],
    ['an overflow as an input', asking({ type: 'overflow', options: options(2) }), `${element}/type`],
    [
      'words beside a text',
      holding({ type: 'section', text: plain('x'), accessory: words }),
      `${block}/accessory/type`,
    ],
    ['an input without a label', holding({ type: 'input', element: words }), block],
    ['an input without an element', holding({ type: 'input', label: plain('l') }), block],
    ['mrkdwn in a label', asking(words, { label: { type: 'mrkdwn', text: 'x' } }), `${block}/label/type`],
    [
      'two elements that want the focus',
      holding(input(email), input({ ...email, type: 'url_text_input' })),
      '/view/blocks/1/element/focus_on_load',
    ],
    [
      'two inputs of one block_id',
      holding(input(words, { block_id: 'a' }), input(words, { block_id: 'a' })),
      '/view/blocks/1/block_id',
    ],
    [
      'more words than fit to start with',
      asking({ ...words, initial_value: 'abc', max_length: 2 }),
      `${element}/initial_value`,
    ],
    [
      'a shortest above the longest',
      asking({ ...words, min_length: 3, max_length: 2 }),
      `${element}/min_length`,
    ],
    ['a number that may be anything', asking({ type: 'number_input' }), element],
    ['a number in words', asking({ ...number, initial_value: 'two' }), `${element}/initial_value`],
    [
      'a number outside its range',
      asking({ ...number, min_value: '1', max_value: '5', initial_value: '6' }),
      `${element}/initial_value`,
    ],
    ['a least above the most', asking({ ...number, min_value: '6', max_value: '5' }), `${element}/min_value`],
    [
      'a dispatch at another moment',
      asking({ ...words, dispatch_action_config: { trigger_actions_on: ['on_blur'] } }),
      `${element}/dispatch_action_config/trigger_actions_on/0`,
    ],
    [
      'a time of another form',
      asking({ type: 'timepicker', initial_time: '24:00' }),
      `${element}/initial_time`,
    ],
    [
      'an initial option that is none',
      asking({ type: 'checkboxes', options: options(1), initial_options: [option('z')] }),
      element,
    ],
    ['a picture from two places', holding({ ...image, slack_file: { id: 'F12345678' } }), block],
    [
      'a file named twice',
      holding({ type: 'image', alt_text: 'x', slack_file: { id: 'F12345678', url: 'https://a.example' } }),
      `${block}/slack_file`,
    ],
  ]
  test.each(cases)('%s', (_name, view, pointer) => {
    expect(validateView(view).map((problem) => problem.pointer)).toContain(pointer)
  })
})

test('every block and element that a modal may hold is taken', () => {
  const elements: readonly Part[] = [
    { ...words, multiline: true, min_length: 1, max_length: 3_000, focus_on_load: true },
    { type: 'number_input', is_decimal_allowed: true, min_value: '-1.5', max_value: digits(9) },
    { type: 'email_text_input', dispatch_action_config: { trigger_actions_on: ['on_character_entered'] } },
    { type: 'url_text_input', initial_value: 'https://a.example' },
    { type: 'rich_text_input', min_lines: 1, max_lines: 100 },
    { type: 'file_input', filetypes: ['png'], max_files: 1 },
    { type: 'datepicker', initial_date: '2026-11-24' },
    { type: 'timepicker', initial_time: '02:14', timezone: 'Etc/UTC' },
    { type: 'datetimepicker', initial_date_time: 1_700_000_000 },
    { type: 'checkboxes', options: options(2), initial_options: [option('0')] },
    { type: 'radio_buttons', options: options(2), initial_option: option('1') },
    { type: 'static_select', option_groups: [{ label: plain('g'), options: options(1) }] },
    { type: 'multi_static_select', options: options(2), max_selected_items: 2 },
    { type: 'external_select', min_query_length: 0 },
    { type: 'multi_external_select' },
    { type: 'users_select', initial_user: 'UALEX' },
    { type: 'multi_users_select', initial_users: ['UALEX'] },
    { type: 'conversations_select', response_url_enabled: true },
    { type: 'multi_conversations_select' },
    { type: 'channels_select' },
    { type: 'multi_channels_select' },
  ]
  const others: readonly Part[] = [
    { type: 'section', text: plain('x'), accessory: button },
    { type: 'header', text: plain('x') },
    divider,
    { type: 'context', elements: [plain('x'), image] },
    { type: 'actions', elements: [button, { type: 'overflow', options: options(2) }] },
    image,
    {
      type: 'rich_text',
      elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: '<!channel>' }] }],
    },
    card({ actions: [button] }),
    alert({ level: 'warning' }),
  ]
  const dispatching = { optional: true, dispatch_action: true, hint: plain('h') }
  const blocks = [...elements.map((element) => input(element, dispatching)), ...others]
  expect(validateView(modal({ blocks, notify_on_close: true, clear_on_close: false }))).toEqual([])
})
