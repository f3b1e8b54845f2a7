import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { HAS_CHROMIUM } from '../helpers/browser.ts'
import { type PageStage, setPageStage } from './page-stage.ts'

// Skips with a visible line where there is no Chromium; the gate refuses the skip.
describe.skipIf(!HAS_CHROMIUM)('the person at the page', () => {
  let set: PageStage
  let page: Page
  beforeAll(async () => {
    set = await setPageStage()
  })
  afterAll(() => set.close())
  beforeEach(() => {
    set.answers = { command: () => ({ outcome: 'acked' }) }
    set.sent.length = 0
  })
  afterEach(async () => {
    await set.shut(page)
    expect(set.complaints).toEqual([])
  })

  const chosen = (): Promise<string> => page.getByLabel('Act as').inputValue()

  test('is the first one when the tab has kept somebody whom the workspace does not know', async () => {
    page = await set.open()
    await page.evaluate(`sessionStorage.setItem('as', 'UGONE<!channel>')`)
    await page.reload()
    await expect.poll(chosen).toBe('UALEX')
    await page.getByLabel('Command in').fill('/ip 203.0.113.9')
    await page.keyboard.press('Enter')
    await expect.poll(() => set.sent.at(-1)).toMatchObject({ path: 'command', as: 'UALEX' })
  })

  test('stays the one who was chosen, for the tab', async () => {
    page = await set.open()
    await page.getByLabel('Act as').selectOption('USAM')
    await page.reload()
    await expect.poll(chosen).toBe('USAM')
  })

  test('can be chosen in a browser that keeps nothing', async () => {
    page = await set.open()
    await page.addInitScript(`
      for (const name of ['sessionStorage', 'localStorage'])
        Object.defineProperty(window, name, { get() { throw new DOMException('not here', 'SecurityError') } })
    `)
    await page.reload()
    await expect.poll(chosen).toBe('UALEX')
    await page.getByLabel('Act as').selectOption('USAM')
    await expect.poll(() => page.title()).toContain('Acting as Second responder')
  })
})
