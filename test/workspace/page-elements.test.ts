import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { HAS_CHROMIUM } from '../helpers/browser.ts'
import { type PageStage, setPageStage } from './page-stage.ts'

const plain = (text: string): object => ({ type: 'plain_text', text })
const option = (value: string, label = value): object => ({ text: plain(label), value })

// Skips with a visible line where there is no Chromium; the gate refuses the skip.
describe.skipIf(!HAS_CHROMIUM)('an element on the page', () => {
  let set: PageStage
  let page: Page
  beforeAll(async () => {
    set = await setPageStage()
  })
  afterAll(() => set.close())
  beforeEach(() => {
    set.sent.length = 0
    set.answers = { act: () => ({ outcome: 'acked' }) }
  })
  afterEach(async () => {
    await set.shut(page)
    expect(set.complaints).toEqual([])
  })

  /** Shows one message with these elements in a row, as the server would tell it. */
  async function show(elements: readonly object[]): Promise<void> {
    const blocks = [{ type: 'actions', block_id: 'row', elements }]
    set.over = { messages: [{ ts: '1760000000.000100', user: 'UFIREBREAK', text: 'a message', blocks }] }
    page = await set.open()
    await page.getByRole('article').waitFor()
  }

  test('selects, marks, dates and menus of a message send what was chosen', async () => {
    const elements = [
      {
        type: 'static_select',
        action_id: 'one',
        placeholder: plain('One'),
        options: [option('a'), option('b')],
      },
      { type: 'users_select', action_id: 'who', placeholder: plain('Who') },
      { type: 'channels_select', action_id: 'where', placeholder: plain('Where') },
      { type: 'conversations_select', action_id: 'any', placeholder: plain('Any') },
      { type: 'datepicker', action_id: 'day', placeholder: plain('Day'), initial_date: '2026-11-20' },
      { type: 'timepicker', action_id: 'time', placeholder: plain('Time') },
      { type: 'datetimepicker', action_id: 'moment' },
      { type: 'radio_buttons', action_id: 'radio', options: [option('r1'), option('r2')] },
      {
        type: 'checkboxes',
        action_id: 'boxes',
        options: [option('c1'), option('c2')],
        initial_options: [option('c1')],
      },
      { type: 'overflow', action_id: 'more', options: [option('export', 'Export…')] },
    ]
    await show(elements)
    const sent = async (actionId: string, value: unknown): Promise<void> =>
      expect.poll(() => set.sent.at(-1)).toMatchObject({ path: 'act', blockId: 'row', actionId, value })
    await page.getByLabel('One').selectOption('b')
    await sent('one', 'b')
    await page.getByLabel('Who').selectOption({ label: 'Second responder' })
    await sent('who', 'USAM')
    await page.getByLabel('Where').selectOption({ label: '#firebreak-audit' })
    await sent('where', 'C0AUDIT')
    await page.getByLabel('Any').selectOption({ label: 'Responder' })
    await sent('any', 'UALEX')
    expect(await page.getByLabel('Day', { exact: true }).inputValue()).toBe('2026-11-20')
    await page.getByLabel('Day', { exact: true }).fill('2026-11-22')
    await sent('day', '2026-11-22')
    await page.getByLabel('Time', { exact: true }).fill('02:14')
    await sent('time', '02:14')
    await page.getByLabel('Choose a date and time').fill('2026-11-22T02:14')
    await sent('moment', String(Date.UTC(2026, 10, 22, 2, 14) / 1_000))
    await page.getByLabel('r2').check()
    await sent('radio', 'r2')
    await page.getByLabel('c2').check()
    await sent('boxes', ['c1', 'c2'])
    await page.getByRole('button', { name: 'More actions' }).click()
    await page.keyboard.press('Enter')
    await sent('more', 'export')
    expect(await page.evaluate('document.activeElement.ariaLabel')).toBe('More actions')
    expect(set.sent.at(-1)?.['values']).toMatchObject({ row: { one: 'b', boxes: ['c1', 'c2'] } })
  })

  test('several choices are sent once, when their list is left', async () => {
    const options = ['subject', 'ip', 'pod'].map((value) => option(value))
    await show([{ type: 'multi_static_select', action_id: 'kinds', options }])
    await page.getByRole('combobox', { name: 'Choose any' }).focus()
    await page.keyboard.type('i')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    await page.getByRole('option', { name: 'pod' }).click()
    expect(set.sent).toEqual([])
    await page.getByRole('button', { name: 'Remove pod' }).waitFor()
    await page.getByLabel('Command in').focus()
    await expect.poll(() => set.sent).toMatchObject([{ actionId: 'kinds', value: ['ip', 'pod'] }])
  })

  test('an external select asks the app for what is typed, and says why there is nothing', async () => {
    set.answers['options'] = ({ query }) =>
      query === '203' ? { outcome: 'acked', options: [option('203.0.113.9', '1 · 203.0.113.9')] } : late
    const late = { outcome: 'failed', words: 'Firebreak failed with the error "operation_timeout"' }
    await show([{ type: 'external_select', action_id: 'entity' }])
    await page.getByRole('combobox', { name: 'Choose' }).click()
    await page.getByText('Type at least 3 characters.').waitFor()
    await page.keyboard.type('203')
    await page.getByRole('option', { name: '1 · 203.0.113.9' }).click()
    await expect
      .poll(() => set.sent.at(-1))
      .toMatchObject({ path: 'act', actionId: 'entity', value: '203.0.113.9' })
    await page.getByRole('button', { name: 'Remove 1 · 203.0.113.9' }).waitFor()
    await page.getByRole('combobox', { name: 'Choose' }).fill('10.0')
    await page.getByText('⚠️ Firebreak failed with the error "operation_timeout"').waitFor()
  })
})
