import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { castOf } from '../../src/gameday/opening/cast.ts'
import { hintsOf } from '../../src/gameday/opening/hints.ts'
import { now } from '../../src/wire.ts'
import { HAS_CHROMIUM, openBrowser, openPage, seriousFindings } from '../helpers/browser.ts'
import { ROOT } from '../helpers/documents.ts'
import { openingAt } from '../helpers/opening.ts'
import { openStage, type Stage } from '../helpers/stage.ts'

// The first sixty seconds of a newcomer, at a desk and on a phone. `npm run pictures` keeps what each step looks like.

const FOLDER = process.env['PICTURES'] === undefined ? null : join(ROOT, process.env['PICTURES'])
const cast = castOf(1)
const played = {
  state: () => ({ name: 'opening', state: 'done', at: 120, length: 120, hints: hintsOf(cast), heldBack: 0 }),
  pause: () => undefined,
  resume: () => undefined,
  onChange: () => undefined,
}

// Skips with a visible line where there is no Chromium; the gate refuses the skip.
describe.skipIf(!HAS_CHROMIUM).each([1280, 390])('the first minute at %i px', (width) => {
  const isPhone = width === 390
  let stage: Stage
  let browser: Browser
  let page: Page
  let complaints: readonly string[] = []

  beforeAll(async () => {
    stage = await openStage({ player: played })
    const { scenario, readable } = openingAt(now())
    await stage.feed(readable, scenario.scope)
    await stage.settled()
    browser = await openBrowser()
    const opened = await openPage(browser, stage.workspace.url, width)
    page = opened.page
    complaints = opened.complaints
    if (FOLDER !== null) await mkdir(FOLDER, { recursive: true })
  })
  afterAll(async () => {
    await browser.close()
    await stage.close()
  })

  /** Nothing sticks out, nothing is unsupported, nothing is hard to read; and the picture of it. */
  async function look(step: string): Promise<void> {
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    expect(await page.getByText('Unsupported').count()).toBe(0)
    expect(await seriousFindings(page)).toEqual([])
    expect(complaints).toEqual([])
    if (FOLDER !== null) await page.screenshot({ path: join(FOLDER, `${step}-${width}.png`) })
  }

  const card = () =>
    page.getByRole('article').filter({ hasText: 'Secrets or tokens requested anonymously' }).first()
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const back = async (): Promise<void> => {
    if (isPhone) await button('Back to the channel').click()
  }

  test('a card stands in the channel, with what to try beside it', async () => {
    await card().waitFor()
    await page.getByText('A finding arrived. Press Secrets accessed.').first().waitFor()
    await look('1-card')
  })

  test('a button is answered in the thread, and the hint is ticked', async () => {
    await card().getByRole('button', { name: 'Secrets accessed', exact: true }).click()
    await card()
      .getByRole('button', { name: /repl(y|ies)$/ })
      .click()
    await page.getByText('Rotate them all').first().waitFor()
    await page.getByText('Who else came from there? Press IP.').first().waitFor()
    await page.getByText('Rotate them all').first().scrollIntoViewIfNeeded()
    await look('2-answer')
    await back()
  })

  test('Ask… opens a form in which anything of the incident can be asked about', async () => {
    await card().getByRole('button', { name: 'Ask…', exact: true }).click()
    await page.getByRole('dialog', { name: 'Ask about this incident' }).waitFor()
    await look('3-form')
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
  })

  test('a command is answered to that person alone, who may share it', async () => {
    await page.getByLabel('Command in #sec-incidents').fill(`/ip ${cast.network}`)
    await button('Send').click()
    await page.getByText('Only visible to Responder').last().waitFor()
    await button('Share to channel').last().scrollIntoViewIfNeeded()
    await look('4-alone')
    await button('Share to channel').last().click()
    await page.getByText('Shared in this channel; everyone there sees it.').waitFor()
    await page.getByText('shared by').last().scrollIntoViewIfNeeded()
    await look('5-shared')
  })

  test('a person of another workspace is refused, in words', async () => {
    await page.getByLabel('Act as').selectOption({ label: 'Guest (other workspace)' })
    await card().getByRole('button', { name: 'Secrets accessed', exact: true }).click()
    const refusal = page.getByRole('article').getByText('Your account is from another workspace')
    await refusal.waitFor()
    await refusal.scrollIntoViewIfNeeded()
    await look('6-refused')
    await page.getByLabel('Act as').selectOption({ label: 'Responder' })
  })

  test('App Home shows what is open', async () => {
    if (isPhone) await button('Back to channels').click()
    await button('Firebreak').click()
    await page.getByText('Open incidents (2)').waitFor()
    await look('7-home')
  })

  test('the wire shows what was said, where there is room for it', async () => {
    if (isPhone) return expect(await button('Wire').isVisible()).toBe(false)
    await button('Wire').click()
    await page.getByText('This is what Firebreak and Slack say to each other.').waitFor()
    await page.locator('.exchange summary').last().waitFor()
    await look('8-wire')
  })
})
