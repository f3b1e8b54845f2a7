import { describe, expect, test } from 'vitest'
import { validateBlocks } from '../../src/workspace/validate/message.ts'

type Part = { readonly [name: string]: unknown }

const of = (length: number): string => '🛡'.repeat(length)
const plain = (text: string): Part => ({ type: 'plain_text', text })
const many = <T>(count: number, make: (at: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, at) => make(at))
const label = (at: number): string => `${at}:00`
const chart = (given: Part, title = 'Calls by outcome'): Part => ({
  type: 'data_visualization',
  title,
  chart: given,
})
const pie = (count: number, value = 1): Part =>
  chart({ type: 'pie', segments: many(count, (at) => ({ label: label(at), value })) })
const series = (points: number, name = 'success', value = 0): Part => ({
  name,
  data: many(points, (at) => ({ label: label(at), value })),
})
const plot = (count: number, points: number, more: Part = {}, axis: Part = {}): Part =>
  chart({
    type: 'bar',
    series: many(count, (at) => series(points, `series ${at}`)),
    axis_config: { categories: many(points, label), ...axis },
    ...more,
  })
const button: Part = { type: 'button', text: plain('b') }
const trash = (more: Part = {}): Part => ({
  type: 'icon_button',
  icon: 'trash',
  text: plain('Delete'),
  ...more,
})
const opinion = (value: string, more: Part = {}): Part => ({ text: plain('Yes'), value, ...more })
const feedback = (more: Part = {}): Part => ({
  type: 'feedback_buttons',
  positive_button: opinion('yes'),
  negative_button: opinion('no'),
  ...more,
})
const context = (...elements: readonly Part[]): Part => ({ type: 'context_actions', elements })

describe('each limit of charts and cards holds to the character', () => {
  const cases: readonly (readonly [name: string, at: (length: number) => Part, most: number])[] = [
    ['chart title', (n) => chart(pie(1)['chart'] as Part, of(n)), 50],
    ['pie segments', (n) => pie(n), 6],
    ['pie label', (n) => chart({ type: 'pie', segments: [{ label: of(n), value: 1 }] }), 20],
    ['series', (n) => plot(n, 1), 6],
    ['points', (n) => plot(1, n), 20],
    ['series name', (n) => plot(1, 1, { series: [series(1, of(n))] }), 20],
    ['axis words', (n) => plot(1, 1, {}, { x_label: of(n), y_label: 'Calls' }), 50],
    ['context actions', (n) => context(...many(n, () => trash())), 5],
    ['people who see an icon', (n) => context(trash({ visible_to_user_ids: many(n, String) })), 10],
    [
      'words of an opinion',
      (n) => context(feedback({ positive_button: opinion('v', { text: plain(of(n)) }) })),
      75,
    ],
    ['value of an opinion', (n) => context(feedback({ negative_button: opinion(of(n)) })), 2_000],
    ['buttons of a card', (n) => ({ type: 'card', actions: many(n, () => button) }), 3],
  ]
  test.each(cases)('%s', (_name, at, most) => {
    expect(validateBlocks([at(most)])).toBeNull()
    expect(validateBlocks([at(most + 1)])).toMatchObject({ error: 'invalid_blocks' })
  })
})

describe('what Slack refuses of charts and cards is refused at its place', () => {
  const at = '/blocks/0/chart'
  const cases: readonly (readonly [name: string, blocks: readonly Part[], pointer: string])[] = [
    ['a third chart', many(3, () => pie(1)), '/blocks/2'],
    ['a pie without segments', [pie(0)], `${at}/segments`],
    ['an empty segment', [pie(1, 0)], `${at}/segments/0/value`],
    ['a stack of bars', [plot(1, 1, { stacked: true })], at],
    ['a chart of another kind', [chart({ type: 'radar' })], `${at}/type`],
    ['two series of one name', [plot(2, 1, { series: many(2, () => series(1)) })], `${at}/series/1/name`],
    ['a category without a point', [plot(1, 1, { series: [series(2)] })], `${at}/series/0/data`],
    ['a point of another category', [plot(1, 1, {}, { categories: ['other'] })], `${at}/series/0/data`],
    ['a card that shows nothing', [{ type: 'card' }], '/blocks/0'],
    ['a menu on a card', [{ type: 'card', actions: [{ type: 'overflow' }] }], '/blocks/0/actions/0/type'],
    ['a button among opinions', [context(button)], '/blocks/0/elements/0/type'],
    ['another icon', [context(trash({ icon: 'star' }))], '/blocks/0/elements/0/icon'],
    [
      'two icons of one action_id',
      [context(trash({ action_id: 'a' }), trash({ action_id: 'a' }))],
      '/blocks/0/elements/1/action_id',
    ],
  ]
  test.each(cases)('%s', (_name, blocks, pointer) => {
    expect(validateBlocks(blocks)?.problems.map((problem) => problem.pointer)).toContain(pointer)
  })
})

test('two charts, a card, an opinion and an input may stand in one message', () => {
  const words = { type: 'input', label: plain('Note'), element: { type: 'plain_text_input' } }
  const areas = plot(2, 20, { type: 'area' }, { x_label: 'Hour', y_label: 'Calls' })
  const card = { type: 'card', title: plain('INC-41'), body: plain('`<!channel>`'), actions: [button] }
  expect(validateBlocks([pie(6), areas, card, context(feedback(), trash()), words])).toBeNull()
})
