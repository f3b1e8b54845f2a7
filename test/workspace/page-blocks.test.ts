import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { HAS_CHROMIUM } from '../helpers/browser.ts'
import { golden, type PageStage, setPageStage } from './page-stage.ts'

const plain = (text: string): object => ({ type: 'plain_text', text })
const mrkdwn = (text: string): object => ({ type: 'mrkdwn', text })
const cells = (...texts: readonly string[]): readonly object[] =>
  texts.map((text) => ({ type: 'raw_text', text }))
const rich = (...elements: readonly object[]): object => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements }],
})

function goldensIn(folder: string): readonly string[] {
  const files = readdirSync(join(import.meta.dirname, '../goldens', folder))
  return files.filter((file) => file.endsWith('.json')).map((file) => file.replace('.json', ''))
}

// Skips with a visible line where there is no Chromium; the gate refuses the skip.
describe.skipIf(!HAS_CHROMIUM)('a block on the page', () => {
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
    expect(complained()).toEqual([])
  })

  let heard = 0
  /** What pages complained of since this was asked last. */
  function complained(): readonly string[] {
    const fresh = set.complaints.slice(heard)
    heard += fresh.length
    return fresh
  }

  /** Shows one message with these blocks, as the server would tell it. */
  async function show(blocks: readonly object[], more: object = {}): Promise<void> {
    const message = { ts: '1760000000.000100', user: 'UFIREBREAK', text: 'a message', blocks, ...more }
    set.over = { messages: [message] }
    page = await set.open()
    await page.getByRole('article').waitFor()
  }

  test('every card of the product is drawn whole', async () => {
    const names = goldensIn('')
    const messages = names.map((name, at) => ({
      ts: `1760000000.${String(at).padStart(6, '0')}`,
      user: 'UFIREBREAK',
      ...golden(name),
    }))
    set.over = { messages }
    page = await set.open()
    await expect.poll(() => page.getByRole('article').count()).toBe(names.length)
    expect(names.length).toBeGreaterThan(20)
    expect(await page.getByText('Unsupported').count()).toBe(0)
    expect(await page.locator('.mention').filter({ hasText: '@channel' }).count()).toBe(0)
  })

  test.each(goldensIn('views'))('the view %s of the product is drawn whole', async (name) => {
    const view = golden(`views/${name}`)
    const drawn = { id: 'V1', hash: 'V1.1', ...view }
    const isHome = view['type'] === 'home'
    set.answers['home'] = () => ({ outcome: 'acked' })
    set.over = isHome ? { home: drawn } : { views: [drawn] }
    page = await set.open()
    if (isHome) await page.getByRole('button', { name: 'Firebreak', exact: true }).click()
    await page
      .locator(isHome ? '.home .block' : 'dialog .block')
      .first()
      .waitFor()
    expect(await page.getByText('Unsupported').count()).toBe(0)
  })

  test('what the page does not know stands in a box that says so, and the rest is drawn', async () => {
    const element = { type: 'workflow_button', action_id: 'x', text: plain('x') }
    await show([
      { type: 'video', title: plain('x') },
      { type: 'actions', elements: [element] },
      { type: 'alert', text: plain('only in modals') },
      { type: 'section', text: plain('the rest') },
    ])
    for (const words of ['block "video"', 'element "workflow_button"', 'block "alert"', 'the rest'])
      await page.getByText(words).waitFor()
  })

  test('one message that cannot be drawn says so, and the others are there', async () => {
    const message = { user: 'UFIREBREAK', text: 'x' }
    set.over = {
      messages: [
        { ...message, ts: '1760000000.000100' },
        // No clock can show this.
        { ...message, ts: 'soon' },
        { ...message, ts: '1760000000.000300' },
      ],
    }
    page = await set.open()
    await page.getByText('This page could not draw what Firebreak posted.').waitFor()
    expect(await page.getByRole('article').count()).toBe(2)
    expect(complained()).toEqual(['Invalid time value'])
  })

  test('no picture of another site is loaded, and one of the workspace is', async () => {
    const asked: string[] = []
    set.answers = {}
    await show([])
    page.on('request', (request) => asked.push(request.url()))
    const image = { type: 'image', alt_text: 'A map <!channel>' }
    set.over = {
      messages: [
        {
          ts: '1760000000.000200',
          user: 'UFIREBREAK',
          text: 'pictures',
          blocks: [
            { ...image, image_url: 'https://evil.example/x.png' },
            { ...image, alt_text: 'own', slack_file: { id: 'F0123456789' } },
          ],
        },
      ],
    }
    await page.route(/\/file\//, (route) =>
      route.fulfill({ contentType: 'image/png', body: Buffer.from('') }),
    )
    await set.change()
    await page.getByText('Picture: A map <!channel>').waitFor()
    await expect.poll(() => asked.filter((url) => url.endsWith('/file/F0123456789')).length).toBe(1)
    expect(asked.filter((url) => url.includes('evil.example'))).toEqual([])
  })

  test('a data table is sorted by its heads and turned page by page', async () => {
    const counts = [9, 41, 200, 7, 12, 3, 88]
    const rows = counts.map((value, at) => [...cells(`10.0.0.${at + 1}`), { type: 'raw_number', value }])
    await show([
      {
        type: 'data_table',
        caption: 'Calls by address',
        page_size: 3,
        rows: [cells('IP', 'Calls'), ...rows],
      },
    ])
    const column = (): Promise<readonly string[]> => page.locator('tbody td').allTextContents()
    expect(await column()).toEqual(['9', '41', '200'])
    await page.getByText('1–3 of 7 rows').waitFor()
    await page.getByRole('button', { name: 'Calls' }).click()
    expect(await column()).toEqual(['3', '7', '9'])
    expect(await page.getByRole('columnheader', { name: 'Calls' }).getAttribute('aria-sort')).toBe(
      'ascending',
    )
    await page.getByRole('button', { name: 'Calls' }).click()
    expect(await column()).toEqual(['200', '88', '41'])
    await page.getByRole('button', { name: 'Next rows' }).click()
    await page.getByRole('button', { name: 'Next rows' }).click()
    await page.getByText('7–7 of 7 rows').waitFor()
    await page.getByRole('button', { name: 'Next rows' }).click({ force: true })
    expect(await column()).toEqual(['3'])
  })

  test.each(['bar', 'line', 'area', 'pie'])(
    'a %s chart is described in words, with its numbers below',
    async (type) => {
      const categories = ['02:00', '02:10']
      const series = [
        {
          name: 'success',
          data: [
            { label: '02:00', value: 41 },
            { label: '02:10', value: 310 },
          ],
        },
        { name: 'forbidden', data: [{ label: '02:00', value: 9 }] },
      ]
      const segments = [
        { label: 'success', value: 351 },
        { label: 'forbidden', value: 9 },
      ]
      const xy = { type, series, axis_config: { categories, x_label: 'UTC', y_label: 'Calls' } }
      const chart = type === 'pie' ? { type, segments } : xy
      await show([{ type: 'data_visualization', title: 'API calls by outcome', chart }])
      const words = await page.getByRole('img').getAttribute('aria-label')
      expect(words).toContain(`${type} chart: API calls by outcome`)
      expect(words).toContain(type === 'pie' ? '351 at success' : 'success 351, most 310 at 02:10')
      await page.getByText('Numbers of this chart').click()
      expect(await page.getByRole('table').textContent()).toContain(
        type === 'pie' ? 'success351' : '02:10310–',
      )
    },
  )

  test('a card, a container, a markdown block and its feedback are drawn', async () => {
    const helpful = { text: plain('Helpful'), value: 'up' }
    const not = { text: plain('Not helpful'), value: 'down' }
    await show([
      {
        type: 'card',
        block_id: 'card',
        title: mrkdwn('*INC-41*'),
        body: mrkdwn('14 secrets'),
        actions: [{ type: 'button', action_id: 'open', text: plain('Open') }],
      },
      {
        type: 'container',
        title: plain('Evidence'),
        is_collapsible: true,
        default_collapsed: true,
        child_blocks: [{ type: 'section', text: plain('as code') }],
      },
      { type: 'markdown', text: '**not** drawn <b>as</b> markup' },
      {
        type: 'context_actions',
        block_id: 'useful',
        elements: [
          { type: 'feedback_buttons', action_id: 'useful', positive_button: helpful, negative_button: not },
        ],
      },
    ])
    expect(await page.getByText('as code').isVisible()).toBe(false)
    await page.getByText('Evidence').click()
    expect(await page.getByText('as code').isVisible()).toBe(true)
    await page.getByText('**not** drawn <b>as</b> markup').waitFor()
    await page.getByRole('button', { name: 'Open', exact: true }).click()
    await expect.poll(() => set.sent.at(-1)).toMatchObject({ blockId: 'card', actionId: 'open' })
    await page.getByRole('button', { name: 'Not helpful' }).click()
    await expect.poll(() => set.sent.at(-1)).toMatchObject({ actionId: 'useful', value: 'down' })
    await expect
      .poll(() => page.getByRole('button', { name: 'Not helpful' }).getAttribute('aria-pressed'))
      .toBe('true')
  })

  test('a date says how long ago it was, and goes on saying what is true', async () => {
    page = await set.open(1280)
    const now = Math.trunc(Date.now() / 1_000)
    const date = { type: 'date', timestamp: now - 50, format: '{time} ({ago})', fallback: 'then' }
    const blocks = [rich(date), { type: 'section', text: mrkdwn(`<!date^${now - 7_300}^{ago}|then>`) }]
    await page.clock.install()
    set.over = { messages: [{ ts: `${now}.000100`, user: 'UFIREBREAK', text: 'dates', blocks }] }
    await page.reload()
    await page.getByText('(1 minute ago)').waitFor()
    await page.getByText('2 hours ago', { exact: true }).waitFor()
    await page.clock.runFor(5 * 60_000)
    await page.getByText(/\([56] minutes ago\)/).waitFor()
  })

  test('files stand under their message with name and size, and a picture is shown', async () => {
    const files = [
      { id: 'F0000000001', name: 'all.csv', size: 20_480, mimetype: 'text/csv' },
      { id: 'F0000000002', name: 'chart.png', size: 820, mimetype: 'image/png', alt_txt: 'Calls' },
    ]
    page = await set.open()
    await page.route(/\/file\//, (route) =>
      route.fulfill({ contentType: 'image/png', body: Buffer.from('') }),
    )
    set.over = { messages: [{ ts: '1760000000.000300', user: 'UFIREBREAK', text: 'export', files }] }
    await set.change()
    await page.getByText('20.5 KB').waitFor()
    await page.getByText('820 bytes').waitFor()
    expect(await page.getByRole('link', { name: 'all.csv' }).getAttribute('href')).toBe('file/F0000000001')
    expect(await page.getByRole('img', { name: 'Calls' }).count()).toBe(1)
  })

  test('a message says that it was edited, was said in a thread too, or is seen by one person alone', async () => {
    await show([rich({ type: 'text', text: 'words' })], {
      edited: { user: 'UFIREBREAK', ts: '1' },
      reactions: [{ name: 'lock', count: 2, users: [] }],
    })
    await page.getByText('(edited)').waitFor()
    expect(await page.getByRole('list', { name: 'Reactions' }).textContent()).toBe('🔒 lock2')
    const message = { user: 'UFIREBREAK', text: 'x' }
    set.over = {
      messages: [
        { ...message, ts: '1760000000.000400', subtype: 'thread_broadcast', thread_ts: '1759999999.000000' },
      ],
      ephemerals: [{ ...message, ts: '1760000000.000500', is_ephemeral: true }],
    }
    await set.change()
    await page.getByText('Also said in a thread').waitFor()
    await page.getByText('Only visible to Responder').waitFor()
    set.over = {}
    await page.getByLabel('Act as').selectOption({ label: 'Second responder' })
    await expect.poll(() => page.getByText('Only visible to').count()).toBe(0)
  })
})
