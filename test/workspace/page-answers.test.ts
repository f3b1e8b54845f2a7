import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { HAS_CHROMIUM } from '../helpers/browser.ts'
import { type PageStage, setPageStage } from './page-stage.ts'
import { button, section } from './stage.ts'

const channel = INCIDENTS_CHANNEL

// Skips with a visible line where there is no Chromium; the gate refuses the skip.
describe.skipIf(!HAS_CHROMIUM)('an answer in a thread that is not open', () => {
  let set: PageStage
  let page: Page
  beforeAll(async () => {
    set = await setPageStage()
    set.answers = { act: () => ({ outcome: 'acked' }) }
  })
  afterAll(() => set.close())
  afterEach(async () => {
    await set.shut(page)
    expect(set.complaints).toEqual([])
  })

  async function post(text: string, threadTs?: string): Promise<string> {
    const blocks = [section(`what ${text} says in full`), button(`Ask ${text}`)]
    const thread = threadTs === undefined ? {} : { thread_ts: threadTs }
    return String((await set.stage.call('chat.postMessage', { channel, text, blocks, ...thread }))['ts'])
  }
  const live = (): Promise<string | null> => page.locator('[aria-live="polite"]').textContent()
  const card = (ts: string): ReturnType<Page['locator']> => page.locator(`main [data-ts="${ts}"]`)

  test('is read out as its push text, when its button was pressed here', async () => {
    const [first, second] = [await post('one'), await post('two')]
    page = await set.open()
    await card(first).waitFor()
    await post('an answer for somebody else', second)
    await card(second).getByText('1 reply').waitFor()
    expect(await live()).toBe('')
    await card(first).getByRole('button', { name: 'Ask one' }).click()
    await post('3 pods <!channel>', first)
    await expect.poll(live).toBe('3 pods <!channel>')
    await post('4 pods', first)
    await expect.poll(live).toBe('4 pods')
  })

  test('is read out once, also when the thread is opened, and to a button in it when it was closed', async () => {
    const parent = await post('three')
    page = await set.open()
    await card(parent).getByRole('button', { name: 'Open thread' }).click()
    await page.locator('.thread article').waitFor()
    await post('the reply', parent)
    await expect.poll(live).toBe('the reply')
    await page.locator('.thread').getByRole('button', { name: 'Ask the reply' }).click()
    await page.keyboard.press('Escape')
    await expect.poll(() => page.locator('.thread article').count()).toBe(0)
    await post('the answer', parent)
    await expect.poll(live).toBe('the answer')
    await card(parent).getByRole('button', { name: '2 replies' }).click()
    await page.locator('.thread').getByText('what the answer says in full').waitFor()
    expect(await live()).toBe('the answer')
  })
})
