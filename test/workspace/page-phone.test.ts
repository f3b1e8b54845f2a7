import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { HAS_CHROMIUM } from '../helpers/browser.ts'
import { golden, inputBlock, modalView, type PageStage, setPageStage } from './page-stage.ts'

const channel = INCIDENTS_CHANNEL
const WIDTH = 390
const hints = [{ id: 'ip', text: 'Who else? Press IP.', shows: { button: 'IP' } }]

// Skips with a visible line where there is no Chromium; the gate refuses the skip.
describe.skipIf(!HAS_CHROMIUM)('on a phone', () => {
  let set: PageStage
  let page: Page
  beforeAll(async () => {
    set = await setPageStage()
    const { ts } = await set.stage.call('chat.postMessage', { channel, ...golden('incident-new') })
    await set.stage.call('chat.postMessage', { channel, thread_ts: ts, ...golden('answer') })
  })
  afterAll(() => set.close())
  beforeEach(async () => {
    const shortcuts = [{ callbackId: 'open-incident', name: 'Open incident', kind: 'message' }]
    const play = { name: 'opening', state: 'paused', at: 34, length: 120, hints }
    set.over = { play, app: { commands: [], shortcuts } }
    set.answers = { act: () => ({ outcome: 'acked' }) }
    page = await set.open(WIDTH)
    await page.getByRole('article').first().waitFor()
  })
  afterEach(() => set.shut(page))

  const isWithin = async (): Promise<void> => {
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(WIDTH)
    expect(await page.evaluate('document.body.scrollWidth')).toBeLessThanOrEqual(WIDTH)
  }

  test('one pane is shown at a time, and each has a way back', async () => {
    expect(await page.getByRole('navigation').isVisible()).toBe(false)
    await isWithin()
    await page.getByRole('button', { name: '1 reply' }).click()
    await page.getByRole('region', { name: /^Table/ }).waitFor()
    expect(await page.getByRole('main').isVisible()).toBe(false)
    await isWithin()
    await page.getByRole('button', { name: 'Back to the channel' }).click()
    await page.getByRole('main').waitFor()
    await page.getByRole('button', { name: 'Back to channels' }).click()
    await page.getByRole('navigation').waitFor()
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toContain('sec-incidents')
    await isWithin()
    await page.getByRole('button', { name: 'sec-incidents' }).click()
    await page.getByRole('main').waitFor()
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('#sec-incidents')
  })

  test('what can be pressed is 44 pixels high and wide, and rows of buttons wrap', async () => {
    await page.getByRole('button', { name: 'More actions' }).first().waitFor()
    const small = await page.evaluate(
      `[...document.querySelectorAll('button, select, #command')]
        .filter((one) => {
          const { height, width } = one.getBoundingClientRect()
          return height > 0 && Math.min(height, width) < 44
        })
        .map((one) => one.outerHTML)`,
    )
    expect(small).toEqual([])
    await isWithin()
  })

  test('a table scrolls in a region of its own, its first column stays', async () => {
    await page.getByRole('button', { name: '1 reply' }).click()
    const region = page.getByRole('region', { name: /^Table/ })
    const before = await region.locator('td').first().boundingBox()
    await page.evaluate(`document.querySelector('.thread .scroll').scrollLeft = 200`)
    await expect.poll(() => page.evaluate(`document.querySelector('.thread .scroll').scrollLeft`)).toBe(200)
    const after = await region.locator('td').first().boundingBox()
    expect(Math.abs((after?.x ?? 0) - (before?.x ?? 0))).toBeLessThanOrEqual(2)
    await isWithin()
  })

  test('hints are one strip above the channel, the wire is not there', async () => {
    const strip = await page.getByRole('complementary', { name: 'Hint 1 of 1' }).boundingBox()
    expect(strip?.height).toBeLessThanOrEqual(60)
    expect(strip?.width).toBe(WIDTH)
    expect(await page.getByRole('button', { name: 'Wire', exact: true }).isVisible()).toBe(false)
    await page.getByRole('button', { name: 'Show me' }).click()
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('IP')
    await page.getByRole('button', { name: 'Hints off' }).click()
    await expect.poll(() => page.getByText('Who else? Press IP.').count()).toBe(0)
  })

  test('a modal fills the screen', async () => {
    const name = inputBlock('name', 'Name', { type: 'plain_text_input' })
    set.over = { ...set.over, views: [modalView('V1', { blocks: [name] })] }
    await set.change()
    const box = await page.getByRole('dialog').boundingBox()
    expect(box).toMatchObject({ x: 0, y: 0, width: WIDTH, height: 900 })
    await isWithin()
  })
})
