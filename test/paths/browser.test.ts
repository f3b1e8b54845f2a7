import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { now } from '../../src/wire.ts'
import { HAS_CHROMIUM, openBrowser, openPage } from '../helpers/browser.ts'
import { openingAt } from '../helpers/opening.ts'
import { openStage, type Stage } from '../helpers/stage.ts'

// Skips with a visible line where there is no Chromium; the gate refuses the skip.
describe.skipIf(!HAS_CHROMIUM)('in the browser', () => {
  let stage: Stage
  let browser: Browser

  beforeAll(async () => {
    stage = await openStage()
    const { scenario, readable } = openingAt(now())
    await stage.feed(readable, scenario.scope)
    await stage.settled()
    browser = await openBrowser()
  })

  afterAll(async () => {
    await browser.close()
    await stage.close()
  })

  test.each([1280, 390])('at %i px every question of a card is answered in its thread', async (width) => {
    const { page, complaints } = await openPage(browser, stage.workspace.url, width)
    const card = page
      .getByRole('article')
      .filter({ hasText: 'Secrets or tokens requested anonymously' })
      .first()
    for (const label of ['Subject', 'IP', 'Secrets accessed', 'First and last seen']) {
      await card.getByRole('button', { name: label, exact: true }).click()
    }
    await card.getByRole('button', { name: /repl(y|ies)$/ }).click()
    for (const words of [
      '85 calls from 3 addresses',
      'made 53 calls as 2 subjects',
      'Rotate them all',
      'was first seen',
    ]) {
      await page.getByText(words).first().waitFor()
    }
    expect(await page.getByText('Unsupported').count()).toBe(0)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('a command typed with the keyboard is answered to that person alone', async () => {
    const { page } = await openPage(browser, stage.workspace.url, 1280)
    await page.getByLabel('Command in #sec-incidents').focus()
    await page.keyboard.type('/ip 203.0.113.0/24')
    await page.keyboard.press('Enter')
    await page.getByText('Only visible to Responder').first().waitFor()
    await page.getByText('2 addresses in').first().waitFor()
    await page.getByLabel('Act as').selectOption({ label: 'Second responder' })
    await expect.poll(() => page.getByText('Only visible to Responder').count()).toBe(0)
    await page.context().close()
  })

  test('a link of an earlier start is refused in words', async () => {
    const old = stage.workspace.url.replace(/[0-9a-f]{4}\/$/, '0000/')
    const { page } = await openPage(browser, old, 1280)
    await page.getByText('This link belongs to an earlier start. Use the one printed by npm start.').waitFor()
    await page.context().close()
  })
})
