import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { now } from '../../src/wire.ts'
import { openingAt } from '../helpers/opening.ts'
import { openStage, type Stage } from '../helpers/stage.ts'

const CHROMIUM = '/usr/bin/chromium'
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

// Skips with a visible line where there is no Chromium; the gate refuses the skip.
describe.skipIf(!existsSync(CHROMIUM))('in the browser', () => {
  let stage: Stage
  let folder: string
  let context: BrowserContext

  beforeAll(async () => {
    stage = await openStage()
    const { scenario, readable } = openingAt(now())
    await stage.feed(readable, scenario.scope)
    await stage.workspace.waitForMessage(({ text }) => text.startsWith('Low: Unusual check'))
    folder = await mkdtemp(join(tmpdir(), 'firebreak-browser-'))
    context = await chromium.launchPersistentContext(folder, { executablePath: CHROMIUM, args: FLAGS })
  })

  afterAll(async () => {
    await context.close()
    await stage.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** Opens the page and collects what it complains of. */
  async function openPage(width: number): Promise<{ readonly page: Page; readonly complaints: string[] }> {
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    await page.setViewportSize({ width, height: 900 })
    await page.goto(stage.workspace.url)
    return { page, complaints }
  }

  test.each([1280, 390])('at %i px every question of a card is answered in its thread', async (width) => {
    const { page, complaints } = await openPage(width)
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
    await page.close()
  })

  test('a command typed with the keyboard is answered to that person alone', async () => {
    const { page } = await openPage(1280)
    await page.getByLabel('Command, as Responder').focus()
    await page.keyboard.type('/ip 203.0.113.0/24')
    await page.keyboard.press('Enter')
    await page.getByText('Only visible to Responder').first().waitFor()
    await page.getByText('2 addresses in').first().waitFor()
    await page.getByLabel('Acting as').selectOption({ label: 'Second responder' })
    await expect.poll(() => page.getByText('Only visible to Responder').count()).toBe(0)
    await page.close()
  })

  test('a link of an earlier start is refused in words', async () => {
    const page = await context.newPage()
    await page.goto(stage.workspace.url.replace(/[0-9a-f]{4}\/$/, '0000/'))
    await page.getByText('This link belongs to an earlier start. Use the one printed by npm start.').waitFor()
    await page.close()
  })
})
