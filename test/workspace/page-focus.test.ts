import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { HAS_CHROMIUM } from '../helpers/browser.ts'
import { modalView, type PageStage, setPageStage } from './page-stage.ts'
import { button } from './stage.ts'

const channel = INCIDENTS_CHANNEL
const hints = ['IP', 'Subject'].map((label) => ({
  id: label,
  text: `Press ${label}.`,
  shows: { button: label },
}))
const play = { name: 'opening', state: 'playing', at: 34, length: 120, hints }

// Skips with a visible line where there is no Chromium; the gate refuses the skip.
describe.skipIf(!HAS_CHROMIUM)('the focus is not lost when what has it goes away:', () => {
  let set: PageStage
  let page: Page
  beforeAll(async () => {
    set = await setPageStage()
    await set.stage.call('chat.postMessage', { channel, text: 'a card', blocks: [button('IP')] })
  })
  afterAll(() => set.close())
  beforeEach(() => {
    set.over = { play }
    set.answers = {}
    set.sent.length = 0
  })
  afterEach(() => set.shut(page))

  const focused = (): Promise<unknown> => page.evaluate('document.activeElement.textContent.trim()')

  test('Pause becomes Resume and Pause again under the same finger', async () => {
    set.answers['play'] = (body) => {
      const state = body['do'] === 'pause' ? 'paused' : 'playing'
      set.over = { play: { ...play, state, name: `press ${set.sent.length}` } }
      return { play: {} }
    }
    page = await set.open()
    await page.getByRole('button', { name: 'Pause' }).focus()
    for (const [at, label] of ['Resume', 'Pause', 'Resume'].entries()) {
      await page.keyboard.press('Enter')
      // What the server says of this press, and not of the one before.
      await page.getByText(`Scenario "press ${at + 1}"`).waitFor()
      expect(await focused()).toBe(label)
    }
  })

  test('hints that are turned off leave it on what turns them on', async () => {
    page = await set.open()
    await page.getByRole('button', { name: 'Hints off' }).focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => page.getByText('Press IP.').count()).toBe(0)
    expect(await focused()).toBe('Hints')
  })

  test('the last hint that is skipped leaves it on what is said of them all', async () => {
    page = await set.open()
    await page.getByRole('button', { name: 'Skip' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Hint 2 of 2' }).waitFor()
    expect(await focused()).toBe('Skip')
    await page.keyboard.press('Enter')
    await page.getByText('That was the tour.').waitFor()
    expect(await focused()).toBe('0 of 2 hints done')
  })

  test('an open menu that is drawn anew gives it back to what opened it', async () => {
    const text = { type: 'plain_text', text: 'Export' }
    const row = (blockId: string): object => ({
      type: 'actions',
      block_id: blockId,
      elements: [{ type: 'overflow', action_id: 'more', options: [{ text, value: 'export' }] }],
    })
    const card = { channel, text: 'a menu', blocks: [row('card.1')] }
    const { ts } = await set.stage.call('chat.postMessage', card)
    page = await set.open()
    const message = page.locator(`main [data-ts="${String(ts)}"]`)
    await message.getByRole('button', { name: 'More actions' }).focus()
    await page.keyboard.press('Enter')
    await expect.poll(focused).toBe('Export')
    await set.stage.call('chat.update', { ...card, ts, blocks: [row('card.2')] })
    await message.getByText('(edited)').waitFor()
    expect(await page.evaluate('document.activeElement.ariaLabel')).toBe('More actions')
  })

  test('a modal that was open when the page was loaded leaves it on the channel', async () => {
    set.over = { play: null, views: [modalView('V1')] }
    set.answers['dismiss'] = () => {
      set.over = { play: null, views: [] }
      return { outcome: 'acked' }
    }
    page = await set.open()
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
    await expect.poll(focused).toBe('#sec-incidents')
  })
})
