import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

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

/** False where there is no Chromium: then tests skip with a visible line, and the gate refuses the skip. */
export const HAS_CHROMIUM = existsSync(CHROMIUM)

/** A page that is open, and what it complained of. */
export interface OpenPage {
  readonly page: Page
  readonly complaints: readonly string[]
}

/** Starts Chromium. The caller closes it. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
}

/** Opens an address in a window of its own, 900 pixels high. `prepare` runs before the page is loaded. */
export async function openPage(
  browser: Browser,
  url: string,
  width: number,
  options: BrowserContextOptions = {},
  prepare: (page: Page) => Promise<unknown> = () => Promise.resolve(),
): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, ...options })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} ${message.location().url}`)
  })
  await prepare(page)
  await page.goto(url)
  return { page, complaints }
}

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

interface Violation {
  readonly id: string
  readonly impact: string | null
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

/** What axe finds on the page that is serious or critical, one line each. */
export async function seriousFindings(page: Page): Promise<readonly string[]> {
  // Evaluated from outside, so that the page's own policy need not allow it.
  await page.evaluate(readFileSync(AXE, 'utf8'))
  const { violations } = await page.evaluate<{ readonly violations: readonly Violation[] }>('axe.run()')
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary = '' }) => `${id}: ${html} ${failureSummary}`),
    )
}
