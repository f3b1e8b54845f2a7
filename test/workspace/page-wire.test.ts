import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { HAS_CHROMIUM } from '../helpers/browser.ts'
import { type PageStage, setPageStage } from './page-stage.ts'

const channel = INCIDENTS_CHANNEL
const at = Date.UTC(2026, 10, 22, 2, 14, 7, 113)
const call = {
  seq: 1,
  at,
  from: 'bot',
  to: 'Slack',
  via: 'web-api',
  what: 'chat.postMessage',
  ok: true,
  ms: 41.2,
  sent: { channel, text: "it's <!channel>", token: 'xoxb-secret' },
  answered: { ok: true, ts: '1.1' },
}
const failed = { ...call, seq: 2, ok: false, error: 'invalid_blocks', what: 'chat.update' }
const press = {
  ...call,
  seq: 3,
  from: 'Slack',
  to: 'bot',
  via: 'socket',
  what: 'block_actions',
  sent: null,
}

// Skips with a visible line where there is no Chromium; the gate refuses the skip.
describe.skipIf(!HAS_CHROMIUM)('the wire on the page', () => {
  let set: PageStage
  let page: Page
  beforeAll(async () => {
    set = await setPageStage()
  })
  afterAll(() => set.close())
  afterEach(() => set.shut(page))

  test('shows one line for each exchange, what was said on demand, and more as it comes', async () => {
    set.wire = [call, failed]
    page = await set.open()
    expect(await page.getByText('This is what Firebreak').count()).toBe(0)
    await page.getByRole('button', { name: 'Wire', exact: true }).click()
    await page.getByText('This is what Firebreak and Slack say to each other.').waitFor()
    const line = '02:14:07.113 bot → Slack chat.postMessage ok 41 ms'
    await page.getByText(line, { exact: true }).click()
    await page.getByText("it's <!channel>").waitFor()
    await page.getByText('02:14:07.113 bot → Slack chat.update invalid_blocks 41 ms').waitFor()
    set.wire = [call, failed, press]
    await set.change()
    await page.getByText('02:14:07.113 Slack → bot block_actions ok 41 ms').waitFor()
    expect(await page.getByText(line, { exact: true }).count()).toBe(1)
    await page.getByRole('button', { name: 'Close wire' }).click()
    await expect.poll(() => page.getByText('This is what Firebreak').count()).toBe(0)
  })

  test('is searched by direction, by text and by failure', async () => {
    set.wire = [call, failed, press]
    page = await set.open()
    await page.getByRole('button', { name: 'Wire', exact: true }).click()
    const lines = page.locator('.exchange summary')
    await expect.poll(() => lines.count()).toBe(3)
    await page.getByLabel('Failures only').check()
    expect(await lines.allTextContents()).toEqual([
      '02:14:07.113 bot → Slack chat.update invalid_blocks 41 ms',
    ])
    await page.getByLabel('Failures only').uncheck()
    await page.getByLabel('Direction').selectOption('Slack → bot')
    expect(await lines.count()).toBe(1)
    await page.getByLabel('Direction').selectOption('')
    await page.getByLabel('Method or text').fill('POSTMESSAGE')
    expect(await lines.count()).toBe(1)
  })

  test('gives a call as curl without its token', async () => {
    set.wire = [call, press]
    page = await set.open(1280, { permissions: ['clipboard-read', 'clipboard-write'] })
    await page.getByRole('button', { name: 'Wire', exact: true }).click()
    await page.getByText('chat.postMessage ok').click()
    await page.getByText('block_actions ok').click()
    await page.getByRole('button', { name: 'Copy as curl' }).click()
    await page.getByText('Copied. Set SLACK_BOT_TOKEN').waitFor()
    const copied = String(await page.evaluate('navigator.clipboard.readText()'))
    expect(copied).toContain(`/api/chat.postMessage' -H "Authorization: Bearer $SLACK_BOT_TOKEN"`)
    expect(copied).toContain(`--data-raw '{"channel":"${channel}","text":"it'\\''s <!channel>"}'`)
    expect(copied).not.toContain('xoxb')
    // What Slack sends the app is no call.
    expect(await page.getByRole('button', { name: 'Copy as curl' }).count()).toBe(1)
  })

  test('keeps the newest 500', async () => {
    set.wire = Array.from({ length: 520 }, (_, nr) => ({ ...call, seq: nr + 1, what: `call.${nr + 1}` }))
    page = await set.open()
    await page.getByRole('button', { name: 'Wire', exact: true }).click()
    await page.getByText('call.520 ok').waitFor()
    expect(await page.locator('.exchange').count()).toBe(500)
    expect(await page.getByText('call.20 ok').count()).toBe(0)
  })
})
