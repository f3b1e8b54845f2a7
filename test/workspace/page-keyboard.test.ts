import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { HAS_CHROMIUM } from '../helpers/browser.ts'
import { golden, type PageStage, setPageStage } from './page-stage.ts'

const channel = INCIDENTS_CHANNEL
const hints = [{ id: 'ip', text: 'Press IP.', shows: { button: 'IP' } }]

// Skips with a visible line where there is no Chromium; the gate refuses the skip.
describe.skipIf(!HAS_CHROMIUM)('with the keyboard alone', () => {
  let set: PageStage
  let page: Page
  beforeAll(async () => {
    set = await setPageStage()
    for (const text of ['first', 'second']) await set.stage.call('chat.postMessage', { channel, text })
    const { ts } = await set.stage.call('chat.postMessage', { channel, ...golden('incident-new') })
    await set.stage.call('chat.postMessage', { channel, thread_ts: ts, text: 'a reply' })
  })
  afterAll(() => set.close())
  beforeEach(async () => {
    set.over = { play: { name: 'opening', state: 'done', at: 1, length: 1, hints } }
    set.answers = { act: () => ({ outcome: 'acked' }) }
    page = await set.open()
    await page.getByRole('article').nth(2).waitFor()
  })
  afterEach(() => set.shut(page))

  /** What has the focus: its label, its address on the page, or its words. */
  const focused = (): Promise<unknown> =>
    page.evaluate('document.activeElement.ariaLabel ?? document.activeElement.textContent')

  test('Tab goes from the channels over the newest message to the composer and the hints', async () => {
    await page.getByRole('button', { name: 'sec-incidents' }).focus()
    const seen: string[] = []
    for (let presses = 0; presses < 20; presses++) {
      await page.keyboard.press('Tab')
      seen.push(String(await focused()))
    }
    const places = [
      'Firebreak',
      'Firebreak, ',
      'Secrets accessed',
      'Command in',
      'Send',
      'Hints off',
      'Show me',
    ]
    const at = places.map((place) => seen.findIndex((words) => words.includes(place)))
    expect(at).toEqual(at.toSorted((a, b) => a - b))
    expect(at).not.toContain(-1)
    // One message is a stop with what is in it; the others are reached with the arrow keys.
    expect(seen.filter((words) => /^Firebreak, \d/.test(words))).toHaveLength(1)
    expect(seen).not.toContain('Open thread')
  })

  test('the arrow keys move between messages, Enter opens the thread, Escape closes it and goes back', async () => {
    await page.locator('article[tabindex="0"]').focus()
    await page.keyboard.press('ArrowUp')
    await expect.poll(focused).toMatch(/^Firebreak, .*: second$/)
    await page.keyboard.press('Home')
    await expect.poll(focused).toMatch(/: first$/)
    await page.keyboard.press('End')
    await expect.poll(focused).toMatch(/: High: /)
    await page.keyboard.press('Enter')
    await page.getByText('a reply').waitFor()
    await expect.poll(focused).toBe('Thread')
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByText('a reply').count()).toBe(0)
    await expect.poll(focused).toBe('1 reply')
  })

  test('a slash goes to the composer, and is typed where one types', async () => {
    await page.locator('article[tabindex="0"]').focus()
    await page.keyboard.type('//ip')
    expect(await page.getByLabel('Command in').inputValue()).toBe('/ip')
  })

  test('F6 goes from pane to pane and round, with Shift the other way', async () => {
    await page.locator('article[tabindex="0"]').focus()
    await page.keyboard.press('Enter')
    await page.getByText('a reply').waitFor()
    const panes = ['sec-incidents', 'Firebreak, ', 'Command in', 'a reply', 'Hints off']
    await page.getByRole('button', { name: 'sec-incidents' }).focus()
    for (const pane of [...panes.slice(1), ...panes.slice(0, 1)]) {
      await page.keyboard.press('F6')
      await expect.poll(focused).toContain(pane)
    }
    await page.keyboard.press('Shift+F6')
    await expect.poll(focused).toContain('Hints off')
  })

  test('new messages are read out as their push text, and so is a switch of person', async () => {
    const live = page.locator('[aria-live="polite"]')
    expect(await live.textContent()).toBe('')
    await set.stage.call('chat.postMessage', { channel, ...golden('incident-runtime') })
    await expect.poll(() => live.textContent()).toBe(golden('incident-runtime')['text'])
    await page.getByLabel('Act as').focus()
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => live.textContent()).toBe('Acting as Second responder')
    expect(await page.title()).toBe(
      '#sec-incidents · Acting as Second responder · Firebreak workspace simulator',
    )
  })

  test('a press keeps the focus on its button while the card is edited', async () => {
    const { ts } = await set.stage.call('chat.postMessage', { channel, ...golden('incident-new') })
    const card = page.locator(`article[data-ts="${String(ts)}"]`)
    await card.getByRole('button', { name: 'IP', exact: true }).focus()
    await page.keyboard.press('Enter')
    await set.stage.call('chat.update', { channel, ts, ...golden('incident-recurs') })
    await card.getByText('(edited)').waitFor()
    expect(await focused()).toBe('IP')
  })
})
