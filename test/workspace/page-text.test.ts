import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { APPROVERS_GROUP } from '../../src/workspace/identity.ts'
import { HAS_CHROMIUM } from '../helpers/browser.ts'
import { golden, type PageStage, setPageStage } from './page-stage.ts'

const said = (text: string, more: object = {}): object => ({
  type: 'section',
  text: { type: 'mrkdwn', text, ...more },
})

// Skips with a visible line where there is no Chromium; the gate refuses the skip.
describe.skipIf(!HAS_CHROMIUM)('text on the page', () => {
  let set: PageStage
  let page: Page
  beforeAll(async () => {
    set = await setPageStage()
  })
  afterAll(() => set.close())
  afterEach(async () => {
    await set.shut(page)
    expect(set.complaints).toEqual([])
  })

  /** Shows these messages, as the server would tell them. */
  async function show(messages: readonly object[]): Promise<void> {
    const of = (at: number): object => ({
      ts: `1760000000.${String(at).padStart(6, '0')}`,
      user: 'UFIREBREAK',
    })
    set.over = { messages: messages.map((message, at) => ({ ...of(at), ...message })) }
    page = await set.open()
    await expect.poll(() => page.getByRole('article').count()).toBe(messages.length)
  }

  const links = (): Promise<readonly string[]> =>
    page.evaluate(`[...document.querySelectorAll('article a')].map((link) => link.getAttribute('href'))`)

  test('has a link for each bare address, unless it is verbatim or plain', async () => {
    await show([
      { text: 'http://a.example/text <!channel>' },
      { text: 'x', blocks: [said('http://b.example/login.')] },
      { text: 'x', blocks: [said('http://c.example', { verbatim: true })] },
      { text: 'x', blocks: [{ type: 'section', text: { type: 'plain_text', text: 'http://d.example' } }] },
    ])
    expect(await links()).toEqual(['http://a.example/text', 'http://b.example/login'])
  })

  test('of our cards has no link that they do not name', async () => {
    const files = readdirSync(join(import.meta.dirname, '../goldens')).filter((file) =>
      file.endsWith('.json'),
    )
    const cards = files.map((file) => golden(file.replace('.json', '')))
    expect(cards.length).toBeGreaterThan(20)
    await show(cards)
    const named = cards.flatMap(linksIn)
    expect(await links()).toEqual(named)
  })

  test('names a group by its handle, and one that nobody knows by its id', async () => {
    const group = { type: 'usergroup', usergroup_id: APPROVERS_GROUP }
    const elements = [{ type: 'rich_text_section', elements: [group] }]
    await show([
      { text: `<!subteam^${APPROVERS_GROUP}> <!subteam^${APPROVERS_GROUP}|@evil> <!subteam^S0UNKNOWN>` },
      { text: 'x', blocks: [{ type: 'rich_text', elements }] },
    ])
    const drawn = await page.locator('.mention').allTextContents()
    expect(drawn).toEqual(['@eks-approvers', '@eks-approvers', '@S0UNKNOWN', '@eks-approvers'])
  })

  test('has emoji, but not where plain text wants none', async () => {
    const header = (more: object): object => ({
      text: 'x',
      blocks: [{ type: 'header', text: { type: 'plain_text', text: ':lock: pod', ...more } }],
    })
    await show([header({}), header({ emoji: true }), header({ emoji: false })])
    const drawn = await page.locator('.block-header').allTextContents()
    expect(drawn).toEqual(['🔒 pod', '🔒 pod', ':lock: pod'])
  })

  test('leads on from a date that has an address', async () => {
    await show([{ text: '<!date^1700000000^{date_num}^https://a.example/?b&amp;c|then>' }])
    expect(await links()).toEqual(['https://a.example/?b&c'])
    expect((await page.getByRole('link').textContent())?.trim()).toBe('2023-11-14')
  })
})

/** The addresses of the links of a card, in its order. */
function linksIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  const { type, url } = value as { readonly [name: string]: unknown }
  const own = type === 'link' && typeof url === 'string' ? [url] : []
  return [...own, ...Object.values(value).flatMap(linksIn)]
}
