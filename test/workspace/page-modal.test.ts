import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { HAS_CHROMIUM } from '../helpers/browser.ts'
import { inputBlock, modalView, type PageStage, setPageStage } from './page-stage.ts'
import { button } from './stage.ts'

const channel = INCIDENTS_CHANNEL
const reason = inputBlock('reason', 'Reason', { type: 'plain_text_input', multiline: true })
const name = inputBlock('name', 'Name <!channel>', { type: 'plain_text_input' })

// Skips with a visible line where there is no Chromium; the gate refuses the skip.
describe.skipIf(!HAS_CHROMIUM)('a modal on the page', () => {
  let set: PageStage
  beforeAll(async () => {
    set = await setPageStage()
    await set.stage.call('chat.postMessage', { channel, text: 'a card', blocks: [button('Open…')] })
  })
  afterAll(() => set.close())
  beforeEach(() => {
    set.over = {}
    set.answers = {}
    set.sent.length = 0
  })

  /** Opens the page and lets a press on its button open these views. */
  async function openModal(
    views: readonly object[],
    width = 1280,
  ): Promise<Awaited<ReturnType<PageStage['open']>>> {
    set.answers['act'] = () => {
      set.over = { views }
      return { outcome: 'acked' }
    }
    const page = await set.open(width)
    await page.getByRole('button', { name: 'Open…' }).click()
    await page.getByRole('dialog').waitFor()
    return page
  }

  test('the press opens it, its first input has the focus, and closing it gives the focus back', async () => {
    const page = await openModal([modalView('V1', { blocks: [name, reason] })])
    expect(await page.getByRole('dialog', { name: 'Scope time' }).count()).toBe(1)
    expect(await page.evaluate('document.activeElement.dataset.key')).toBe('V1 name')
    set.answers['dismiss'] = () => {
      set.over = { views: [] }
      return { outcome: 'acked' }
    }
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
    await expect.poll(() => set.sent.at(-1)).toMatchObject({ path: 'dismiss', as: 'UALEX', viewId: 'V1' })
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Open…')
    await set.shut(page)
  })

  test('focus_on_load says which input is first', async () => {
    const second = inputBlock('second', 'Second', { type: 'plain_text_input', focus_on_load: true })
    const page = await openModal([modalView('V1', { blocks: [name, second] })])
    await expect.poll(() => page.evaluate('document.activeElement.dataset.key')).toBe('V1 second')
    await set.shut(page)
  })

  test('Tab never leaves it', async () => {
    const page = await openModal([modalView('V1', { blocks: [name] })])
    for (let presses = 0; presses < 12; presses++) {
      await page.keyboard.press('Tab')
      const isInside =
        'document.activeElement === document.body || !!document.activeElement.closest("dialog")'
      expect(await page.evaluate(isInside)).toBe(true)
    }
    await set.shut(page)
  })

  test('what is wrong with an input stands under it, is read out, and goes when the input is changed', async () => {
    set.answers['submit'] = () => ({
      outcome: 'errors',
      errors: { name: '"To" is before "From". Swap them?' },
    })
    const page = await openModal([modalView('V1', { blocks: [name, reason] })])
    await page.getByLabel('Name <!channel>').fill('x')
    await page.getByLabel('Reason').fill('what I know')
    await page.getByRole('button', { name: 'Ask again' }).click()
    await page.getByRole('alert').getByText('"To" is before "From". Swap them?').waitFor()
    expect(set.sent.at(-1)).toMatchObject({
      path: 'submit',
      viewId: 'V1',
      values: { name: { name: 'x' }, reason: { reason: 'what I know' } },
    })
    const input = page.getByLabel('Name <!channel>')
    expect(await input.getAttribute('aria-invalid')).toBe('true')
    expect(await page.evaluate('document.activeElement.dataset.key')).toBe('V1 name')
    const described = (await input.getAttribute('aria-describedby')) ?? ''
    expect(await page.locator(`[id="${described}"]`).textContent()).toContain('Swap them?')
    await input.fill('y')
    await expect.poll(() => page.getByRole('alert').count()).toBe(0)
    expect(await input.getAttribute('aria-invalid')).toBeNull()
    await set.shut(page)
  })

  test('when the app does not answer, Slack’s words stand in the modal and it can be sent again', async () => {
    let tries = 0
    set.answers['submit'] = () => {
      tries += 1
      return {
        outcome: 'failed',
        word: 'operation_timeout',
        words: 'We had some trouble connecting. Try again?',
      }
    }
    const page = await openModal([modalView('V1', { blocks: [name] })])
    for (const _ of [1, 2]) {
      await page.getByRole('button', { name: 'Ask again' }).click()
      await page.getByText('We had some trouble connecting. Try again?').waitFor()
    }
    await expect.poll(() => tries).toBe(2)
    await set.shut(page)
  })

  test('a second press on submit while the first is on its way sends nothing', async () => {
    const way = Promise.withResolvers<object>()
    set.answers['submit'] = () => way.promise
    const page = await openModal([modalView('V1', { blocks: [name] })])
    const submit = page.getByRole('button', { name: 'Ask again' })
    await submit.dblclick()
    await page.locator('dialog [aria-busy="true"]').waitFor()
    await submit.click()
    way.resolve({ outcome: 'acked' })
    await expect.poll(() => page.locator('dialog [aria-busy="true"]').count()).toBe(0)
    expect(set.sent.filter(({ path }) => path === 'submit')).toHaveLength(1)
    await set.shut(page)
  })

  test('an update keeps what was typed and where, and draws what is new', async () => {
    const page = await openModal([modalView('V1', { blocks: [name] })])
    await page.getByLabel('Name <!channel>').fill('half a na')
    const title = { type: 'plain_text', text: 'Planned' }
    set.over = { views: [modalView('V1', { hash: 'V1.2', title, blocks: [reason, name] })] }
    await set.change()
    await page.getByRole('dialog', { name: 'Planned' }).waitFor()
    await page.keyboard.type('me')
    expect(await page.getByLabel('Name <!channel>').inputValue()).toBe('half a name')
    await set.shut(page)
  })

  test('a pushed modal leads back to the one below, which kept what was typed', async () => {
    const page = await openModal([modalView('V1', { blocks: [name] })])
    await page.getByLabel('Name <!channel>').fill('kept')
    const title = { type: 'plain_text', text: 'Preview' }
    const below = modalView('V1', { blocks: [name] })
    const top = modalView('V2', { title, blocks: [reason], previous_view_id: 'V1', root_view_id: 'V1' })
    set.over = { views: [below, top] }
    await set.change()
    await page.getByRole('dialog', { name: 'Preview' }).waitFor()
    set.answers['dismiss'] = ({ viewId }) => {
      set.over = { views: viewId === 'V2' ? [below] : [] }
      return { outcome: 'acked' }
    }
    await page.getByRole('button', { name: 'Back', exact: true }).click()
    await page.getByRole('dialog', { name: 'Scope time' }).waitFor()
    expect(await page.getByLabel('Name <!channel>').inputValue()).toBe('kept')
    expect(await page.getByRole('button', { name: 'Back', exact: true }).count()).toBe(0)
    await page.getByRole('button', { name: 'Close' }).click()
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
    await expect.poll(() => set.sent.at(-1)).toMatchObject({ path: 'dismiss', viewId: 'V1', all: true })
    await set.shut(page)
  })

  test('a button and an input that acts send the values of the view', async () => {
    const acting = inputBlock(
      'kind',
      'Kind',
      {
        type: 'static_select',
        options: [{ text: { type: 'plain_text', text: 'IP' }, value: 'ip' }],
      },
      { dispatch_action: true },
    )
    const row = { ...button('Look'), block_id: 'row' }
    const page = await openModal([modalView('V1', { blocks: [name, acting, row] })])
    await page.getByLabel('Name <!channel>').fill('x')
    await page.getByLabel('Kind').selectOption('ip')
    await expect
      .poll(() => set.sent.at(-1))
      .toMatchObject({ path: 'act', viewId: 'V1', blockId: 'kind', actionId: 'kind', value: 'ip' })
    await page.getByRole('button', { name: 'Look' }).click()
    await expect
      .poll(() => set.sent.at(-1))
      .toMatchObject({
        path: 'act',
        viewId: 'V1',
        blockId: 'row',
        actionId: 'Look',
        values: { name: { name: 'x' }, kind: { kind: 'ip' } },
      })
    await set.shut(page)
  })

  test('an alert is drawn, and without submit there is only a way out', async () => {
    const alert = {
      type: 'alert',
      level: 'warning',
      text: { type: 'mrkdwn', text: '*Dry run*: nothing changes.' },
    }
    const page = await openModal([modalView('V1', { blocks: [alert], submit: null, close: null })])
    await page.getByText(': nothing changes.').waitFor()
    expect(await page.getByRole('dialog').getByRole('button').allTextContents()).toEqual(['✕', 'Close'])
    expect(set.complaints).toEqual([])
    await set.shut(page)
  })
})
