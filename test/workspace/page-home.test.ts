import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AUDIT_CHANNEL, INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { HAS_CHROMIUM } from '../helpers/browser.ts'
import { type PageStage, setPageStage } from './page-stage.ts'
import { button } from './stage.ts'

const channel = INCIDENTS_CHANNEL

// Skips with a visible line where there is no Chromium; the gate refuses the skip.
describe.skipIf(!HAS_CHROMIUM)('on the page', () => {
  let set: PageStage
  let page: Page
  beforeAll(async () => {
    set = await setPageStage()
    await set.stage.call('chat.postMessage', { channel, text: 'a card' })
  })
  afterAll(() => set.close())
  beforeEach(() => {
    set.over = {}
    set.answers = { act: () => ({ outcome: 'acked' }) }
    set.sent.length = 0
  })
  afterEach(() => set.shut(page))

  describe('App Home', () => {
    test('is asked of the app when it is opened, and its buttons act on it', async () => {
      set.over = { home: null }
      set.answers['home'] = () => ({ outcome: 'acked' })
      page = await set.open()
      await page.getByRole('button', { name: 'Firebreak', exact: true }).click()
      await page.getByText('Firebreak has not drawn its Home yet.').waitFor()
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Firebreak')
      expect(set.sent).toMatchObject([{ path: 'home', as: 'UALEX', tab: 'home' }])
      const blocks = [{ ...button('Show all'), block_id: 'row' }]
      set.over = { home: { id: 'VHOME', type: 'home', hash: '1', blocks } }
      await set.change()
      await page.getByRole('button', { name: 'Show all' }).click()
      await expect
        .poll(() => set.sent.at(-1))
        .toMatchObject({ path: 'act', viewId: 'VHOME', actionId: 'Show all' })
      await page.getByLabel('Act as').selectOption('USAM')
      await expect.poll(() => set.sent.at(-1)).toMatchObject({ path: 'home', as: 'USAM' })
    })
  })

  describe('shortcuts', () => {
    test('of a message are in its menu, others in that of the composer', async () => {
      const shortcuts = [
        { callbackId: 'ask', name: 'Ask about this', kind: 'message' },
        { callbackId: 'pending', name: 'What waits for me', kind: 'global' },
      ]
      set.over = { app: { name: 'Firebreak', commands: ['/ip'], shortcuts } }
      set.answers['shortcut'] = ({ callbackId }) =>
        callbackId === 'ask' ? { outcome: 'acked' } : { outcome: 'failed', words: 'It did not answer.' }
      page = await set.open()
      await page.getByRole('button', { name: 'More actions' }).first().click()
      await page.getByRole('button', { name: 'Ask about this' }).click()
      await expect.poll(() => set.sent.at(-1)).toMatchObject({ callbackId: 'ask', channel })
      expect(set.sent.at(-1)?.['ts']).toMatch(/^\d+\.\d{6}$/)
      await page.getByRole('button', { name: 'Shortcuts' }).click()
      await page.getByRole('button', { name: 'What waits for me' }).click()
      await page.getByText('⚠️ It did not answer.').waitFor()
      expect(set.sent.at(-1)).not.toHaveProperty('ts')
    })
  })

  test('a channel says how many messages nobody has looked at', async () => {
    set.over = {}
    page = await set.open()
    const audit = page.getByRole('button', { name: /firebreak-audit/ })
    await audit.click()
    await page.getByRole('heading', { name: '#firebreak-audit' }).waitFor()
    await page.getByRole('button', { name: /sec-incidents/ }).click()
    await page.getByRole('heading', { name: '#sec-incidents' }).waitFor()
    for (const text of ['one', 'two'])
      await set.stage.call('chat.postMessage', { channel: AUDIT_CHANNEL, text })
    await expect.poll(() => audit.textContent()).toContain('2 unread')
    await page.reload()
    await expect.poll(() => audit.textContent()).toContain('2 unread')
    await audit.click()
    await expect.poll(() => audit.textContent()).not.toContain('unread')
    expect(set.complaints).toEqual([])
  })
})
