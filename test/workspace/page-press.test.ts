import { App, LogLevel, SocketModeReceiver } from '@slack/bolt'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { AUDIT_CHANNEL, INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { HAS_CHROMIUM } from '../helpers/browser.ts'
import { golden, type PageStage, setPageStage } from './page-stage.ts'
import { button } from './stage.ts'

const channel = INCIDENTS_CHANNEL
const plain = (text: string): object => ({ type: 'plain_text', text })

// Skips with a visible line where there is no Chromium; the gate refuses the skip.
describe.skipIf(!HAS_CHROMIUM)('a press on the page, answered by an unmodified Bolt app', () => {
  let set: PageStage
  let app: App
  let page: Page
  /** What was pressed, and how each press is acked. */
  const pressed: string[] = []
  let held = Promise.withResolvers<void>()

  beforeAll(async () => {
    set = await setPageStage()
    const slackApiUrl = set.stage.workspace.apiUrl
    const receiver = new SocketModeReceiver({
      appToken: set.stage.tokens.appToken,
      logLevel: LogLevel.ERROR,
      installerOptions: { clientOptions: { slackApiUrl } },
    })
    app = new App({
      token: set.stage.tokens.botToken,
      receiver,
      clientOptions: { slackApiUrl },
      deferInitialization: true,
      logLevel: LogLevel.ERROR,
    })
    app.action(/.*/, async ({ ack, action }) => {
      const id = 'action_id' in action ? action.action_id : ''
      pressed.push(id)
      if (id === 'slow') await held.promise
      if (id !== 'never') await ack()
    })
    app.command('/ip', async ({ ack, command }) => {
      await ack({ text: `asked ${command.text}` })
    })
    await app.init()
    await app.start()
  })
  afterAll(async () => {
    await app.stop()
    await set.close()
  })
  afterEach(async () => {
    await set.shut(page)
    set.over = {}
    pressed.length = 0
    held = Promise.withResolvers()
  })

  async function post(blocks: readonly object[]): Promise<string> {
    const { ts } = await set.stage.call('chat.postMessage', { channel, text: 'a card', blocks })
    return String(ts)
  }

  test('the button spins until it is acked, also when its message is redrawn, and is sent once', async () => {
    const ts = await post([{ ...button('slow', { value: 'v' }), block_id: 'card.1' }])
    page = await set.open()
    const slow = page.locator(`[data-ts="${ts}"]`).getByRole('button', { name: 'slow' })
    await slow.dblclick()
    await expect.poll(() => slow.getAttribute('aria-busy')).toBe('true')
    const blocks = [{ ...button('slow', { value: 'v' }), block_id: 'card.2' }]
    await set.stage.call('chat.update', { channel, ts, text: 'redrawn', blocks })
    await page.locator(`[data-ts="${ts}"]`).getByText('(edited)').waitFor()
    expect(await slow.getAttribute('aria-busy')).toBe('true')
    await slow.click()
    held.resolve()
    await expect.poll(() => slow.getAttribute('aria-busy')).toBeNull()
    expect(pressed).toEqual(['slow'])
    expect(await page.evaluate('document.activeElement.textContent')).toBe('slow')
  })

  test('without an ack Slack’s failure words stand beside the button, until it is pressed again', async () => {
    const ts = await post([button('never')])
    page = await set.open()
    const card = page.locator(`[data-ts="${ts}"]`)
    await card.getByRole('button', { name: 'never' }).click()
    await card.getByText('⚠️ Firebreak failed with the error "operation_timeout"').waitFor()
    await card.getByRole('button', { name: 'never' }).click()
    await expect.poll(() => card.getByText('⚠️').count()).toBe(0)
    await card.getByText('⚠️').waitFor()
    expect(pressed).toEqual(['never', 'never'])
  })

  test('an element that asks first is sent only when the person agrees', async () => {
    const confirm = {
      title: plain('Stop it?'),
      text: plain('Stops 1 of 3 <!channel> pods.'),
      confirm: plain('Stop'),
      deny: plain('Go back'),
      style: 'danger',
    }
    const ts = await post([button('asks', { confirm })])
    page = await set.open()
    const asks = page.locator(`[data-ts="${ts}"]`).getByRole('button', { name: 'asks' })
    await asks.click()
    const dialog = page.getByRole('dialog', { name: 'Stop it?' })
    await dialog.getByText('Stops 1 of 3 <!channel> pods.').waitFor()
    expect(await page.evaluate('document.activeElement.textContent.trim()')).toBe('Go back')
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('asks')
    expect(pressed).toEqual([])
    await asks.click()
    await page.getByRole('button', { name: 'Stop', exact: true }).click()
    await expect.poll(() => pressed).toEqual(['asks'])
  })

  test('a command is answered for its sender, and one that nobody knows fails in words', async () => {
    page = await set.open()
    await page.getByLabel('Command in').fill('/ip 203.0.113.9')
    await page.keyboard.press('Enter')
    await page.getByRole('article').getByText('asked 203.0.113.9').waitFor()
    await expect.poll(() => page.getByLabel('Command in').inputValue()).toBe('')
    await page.getByLabel('Command in').fill('no command')
    await page.keyboard.press('Enter')
    await page.getByText('A command starts with a slash').waitFor()
    expect(await page.getByLabel('Command in').inputValue()).toBe('no command')
    await page.getByRole('button', { name: 'firebreak-audit' }).click()
    await page.getByRole('heading', { name: '#firebreak-audit' }).waitFor()
    expect(await page.getByLabel('Command in').inputValue()).toBe('')
    await page.getByRole('button', { name: 'sec-incidents' }).click()
    await page.getByRole('heading', { name: '#sec-incidents' }).waitFor()
    expect(await page.getByLabel('Command in').inputValue()).toBe('no command')
  })

  test('a link to a message of this workspace opens its thread', async () => {
    const ts = await post([button('x')])
    await set.stage.call('chat.postMessage', { channel, thread_ts: ts, text: 'the reply' })
    const { permalink } = await set.stage.call('chat.getPermalink', { channel, message_ts: ts })
    await set.stage.call('chat.postMessage', { channel, text: `see <${String(permalink)}|that card>` })
    page = await set.open()
    await page.getByRole('link', { name: 'that card' }).click()
    await page.getByText('the reply').waitFor()
  })

  test('a link to a message of another channel goes there, and one to nothing says so', async () => {
    const ts = await post([button('x')])
    await set.stage.call('chat.postMessage', { channel, thread_ts: ts, text: 'a reply elsewhere' })
    const { permalink } = await set.stage.call('chat.getPermalink', { channel, message_ts: ts })
    const gone = String(permalink).replace(/p\d{16}/, 'p1700000000000001')
    const text = `see <${String(permalink)}|that card> and <${gone}|nothing>`
    await set.stage.call('chat.postMessage', { channel: AUDIT_CHANNEL, text })
    page = await set.open()
    await page.getByRole('button', { name: 'firebreak-audit' }).click()
    await page.getByRole('heading', { name: '#firebreak-audit' }).waitFor()
    await page.getByRole('link', { name: 'nothing' }).last().click()
    await page.getByText('There is no such thread here.').waitFor()
    await page.getByRole('button', { name: 'firebreak-audit' }).click()
    await page.getByRole('heading', { name: '#firebreak-audit' }).waitFor()
    await page.getByRole('link', { name: 'that card' }).last().click()
    await page.getByText('a reply elsewhere').waitFor()
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('#sec-incidents')
  })

  test('what one person sends, types and is told stays with that person', async () => {
    await post([button('slow')])
    page = await set.open()
    await page.getByLabel('Command in').fill('/ip half')
    await page.getByRole('button', { name: 'slow', exact: true }).last().click()
    await expect.poll(() => pressed).toEqual(['slow'])
    await page.getByLabel('Act as').selectOption({ label: 'Second responder' })
    expect(await page.getByLabel('Command in').inputValue()).toBe('')
    const again = page.getByRole('button', { name: 'slow', exact: true }).last()
    expect(await again.getAttribute('aria-busy')).toBeNull()
    await again.click()
    await expect.poll(() => pressed).toEqual(['slow', 'slow'])
    held.resolve()
    await page.getByLabel('Act as').selectOption({ label: 'Responder' })
    expect(await page.getByLabel('Command in').inputValue()).toBe('/ip half')
  })

  test('a choice made while the last one is on its way is sent after it, the newest alone', async () => {
    const options = ['one', 'two', 'three'].map((value) => ({ text: plain(value), value }))
    const select = { type: 'static_select', action_id: 'slow', placeholder: plain('Pick'), options }
    await post([{ type: 'actions', elements: [select] }])
    page = await set.open()
    const chosen: unknown[] = []
    await page.route('**/act', async (route) => {
      chosen.push((route.request().postDataJSON() as { value: unknown }).value)
      await route.continue()
    })
    const control = page.getByRole('combobox', { name: 'Pick' }).last()
    for (const value of ['one', 'two', 'three']) await control.selectOption(value)
    held.resolve()
    await expect.poll(() => chosen).toEqual(['one', 'three'])
    expect(await control.inputValue()).toBe('three')
  })

  test('what was chosen in a message outlives an edit of it', async () => {
    const options = ['one', 'two'].map((value) => ({ text: plain(value), value }))
    const select = { type: 'static_select', action_id: 'kept', placeholder: plain('Keep'), options }
    const blocks = [
      { type: 'actions', block_id: 'row', elements: [select] },
      {
        type: 'actions',
        block_id: 'go',
        elements: [{ type: 'button', action_id: 'go', text: plain('Go on') }],
      },
    ]
    const ts = await post(blocks)
    page = await set.open()
    await page.getByRole('combobox', { name: 'Keep' }).last().selectOption('two')
    await expect.poll(() => pressed).toEqual(['kept'])
    await set.stage.call('chat.update', { channel, ts, text: 'edited', blocks })
    await page.getByText('(edited)').last().waitFor()
    const body = page.waitForRequest((request) => request.url().endsWith('/act'))
    await page.getByRole('button', { name: 'Go on' }).last().click()
    expect((await body).postDataJSON()).toMatchObject({ values: { row: { kept: 'two' } } })
  })

  test('an answer that was lost on the way is not said to be a press that was not sent', async () => {
    page = await set.open()
    await page.route('**/command', async (route) => {
      await route.fetch()
      await route.abort('connectionreset')
    })
    await page.getByLabel('Command in').fill('/ip 203.0.113.9')
    await page.keyboard.press('Enter')
    await page
      .getByText('Firebreak did not answer, and it may have been sent. Look before you press again.')
      .waitFor()
  })

  test('of 200 cards, a change elsewhere redraws none and a new one at most its neighbour', async () => {
    const messages = Array.from({ length: 200 }, (_, nr) => ({
      ...golden('incident-joined'),
      ts: `1760000000.${String(nr).padStart(6, '0')}`,
      user: 'UFIREBREAK',
    }))
    set.over = { messages, ephemerals: [] }
    page = await set.open()
    await expect.poll(() => page.getByRole('article').count()).toBe(200)
    await page.evaluate(`
      window.redrawn = new Set()
      new MutationObserver((records) => {
        for (const { target } of records) {
          const element = target instanceof Element ? target : target.parentElement
          const article = element.closest('article')
          if (article !== null) window.redrawn.add(article.dataset.ts)
        }
      }).observe(document.querySelector('main'), { subtree: true, childList: true, attributes: true, characterData: true })
    `)
    await set.change()
    await page.getByRole('button', { name: /firebreak-audit.*unread/ }).waitFor()
    expect(await page.evaluate('[...window.redrawn]')).toEqual([])
    set.over = { ephemerals: [], messages: [...messages, { ...messages[0], ts: '1760000001.000000' }] }
    await set.change()
    await expect.poll(() => page.getByRole('article').count()).toBe(201)
    // The newest one is what Tab reaches, and the one before is not any more.
    expect(await page.evaluate('[...window.redrawn]')).toEqual(['1760000000.000199'])
  })
})
