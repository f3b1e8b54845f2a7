import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { HAS_CHROMIUM, openBrowser, openPage, seriousFindings } from '../helpers/browser.ts'
import { openStage, type Stage } from '../helpers/stage.ts'
import { fixture } from '../sources/fixture.ts'

// Skips with a visible line where there is no Chromium; the gate refuses the skip.
describe.skipIf(!HAS_CHROMIUM)('in the browser, with the product', () => {
  let stage: Stage
  let browser: Browser
  let page: Page
  let complaints: readonly string[]

  beforeAll(async () => {
    stage = await openStage()
    await stage.feed([fixture('guardduty/anonymous.json')])
    const card = await stage.workspace.waitForMessage(
      ({ threadTs, text }) => threadTs === null && text !== '',
    )
    await stage.workspace.waitForMessage(({ threadTs }) => threadTs === card.ts)
    browser = await openBrowser()
  })
  afterEach(async () => {
    expect(complaints).toEqual([])
    await page.context().close()
  })
  afterAll(async () => {
    await browser.close()
    await stage.close()
  })

  async function open(width: number): Promise<void> {
    const opened = await openPage(browser, stage.workspace.url, width)
    page = opened.page
    complaints = opened.complaints
    await page.getByRole('article').first().waitFor()
  }

  test.each([1280, 390])(
    'at %i px Ask… opens a form that is filled in with the keyboard and answered',
    async (width) => {
      await open(width)
      const replies = page.getByRole('button', { name: /repl(y|ies)$/ })
      const before = Number.parseInt((await replies.textContent()) ?? '', 10)
      await page.getByRole('button', { name: 'Ask…' }).focus()
      await page.keyboard.press('Enter')
      await page.getByRole('dialog', { name: 'Ask about this incident' }).waitFor()
      expect(await seriousFindings(page)).toEqual([])
      // Nothing chosen: told under the field, by the words of the server.
      await page.getByRole('button', { name: /^Remove/ }).press('Enter')
      await page.getByRole('button', { name: 'Ask', exact: true }).press('Enter')
      await page.getByRole('alert').first().waitFor()
      await page.getByRole('combobox', { name: 'About' }).focus()
      await page.keyboard.type('subject:')
      await page
        .getByRole('dialog')
        .getByRole('option', { name: /subject/ })
        .first()
        .waitFor()
      await page.keyboard.press('Enter')
      await page.getByLabel('Question', { exact: true }).selectOption({ label: 'First and last seen' })
      await page.getByRole('button', { name: 'Ask', exact: true }).press('Enter')
      await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
      await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Ask…')
      await expect.poll(async () => Number.parseInt((await replies.textContent()) ?? '', 10)).toBe(before + 1)
    },
  )

  test('App Home leads to the card of an open incident', async () => {
    await open(1280)
    await page.getByRole('button', { name: 'Firebreak', exact: true }).click()
    await page.getByText('Open incidents (1)').waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Open', exact: true }).click()
    await page.getByRole('region', { name: 'Messages in the thread' }).getByRole('article').first().waitFor()
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('#sec-incidents')
  })

  test('the wire shows a press and what the bot does about it', async () => {
    await open(1280)
    await page.getByRole('button', { name: 'Wire', exact: true }).click()
    await page.getByRole('button', { name: 'Subject', exact: true }).click()
    const lines = page.locator('.exchange summary')
    await expect
      .poll(async () => (await lines.allTextContents()).join('\n'))
      .toMatch(/Slack → bot block_actions .* ok/)
    await expect
      .poll(async () => (await lines.allTextContents()).join('\n'))
      .toMatch(/bot → Slack chat\.postMessage ok/)
    expect(await page.getByText('Unsupported').count()).toBe(0)
  })
})
