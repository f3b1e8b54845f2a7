import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { HAS_CHROMIUM } from '../helpers/browser.ts'
import { type PageStage, setPageStage } from './page-stage.ts'
import { button } from './stage.ts'

const channel = INCIDENTS_CHANNEL
const plain = (text: string): object => ({ type: 'plain_text', text })
const hints = [
  {
    id: 'secrets',
    text: 'A finding arrived. Press Secrets accessed.',
    shows: { button: 'Secrets accessed' },
  },
  { id: 'ip', text: 'Ask who else: press IP.', shows: { button: 'IP' } },
  {
    id: 'net',
    text: 'Ask about the network: type /ip 203.0.113.0/24.',
    shows: { command: '/ip 203.0.113.0/24' },
  },
  { id: 'guest', text: 'Switch to Guest.', shows: { person: 'UGUEST' } },
]
const play = { name: 'opening', state: 'paused', at: 34, length: 120, hints }

// Skips with a visible line where there is no Chromium; the gate refuses the skip.
describe.skipIf(!HAS_CHROMIUM)('for a newcomer', () => {
  let set: PageStage
  let page: Page
  beforeAll(async () => {
    set = await setPageStage()
    const blocks = [button('IP'), button('Secrets accessed')]
    await set.stage.call('chat.postMessage', { channel, text: 'a card', blocks })
  })
  afterAll(() => set.close())
  beforeEach(() => {
    set.over = { play }
    set.answers = { act: () => ({ outcome: 'acked' }), command: () => ({ outcome: 'acked' }) }
    set.sent.length = 0
  })
  afterEach(() => set.shut(page))

  describe('hints', () => {
    test('each is ticked when it is done, in any order, and what is next stands in full', async () => {
      page = await set.open()
      await page.getByRole('heading', { name: 'Hint 1 of 4' }).waitFor()
      await page.getByRole('button', { name: 'IP', exact: true }).click()
      await page.getByText('done: Ask who else').waitFor()
      await page.getByRole('heading', { name: 'Hint 1 of 4' }).waitFor()
      await page.getByRole('button', { name: 'Secrets accessed' }).click()
      await page.getByRole('heading', { name: 'Hint 3 of 4' }).waitFor()
      await page.getByRole('button', { name: 'Skip' }).click()
      await page.getByText('skipped: Ask about the network').waitFor()
      await page.getByLabel('Act as').selectOption('UGUEST')
      await page.getByRole('heading', { name: '3 of 4 hints done' }).waitFor()
      await page.getByLabel('Act as').selectOption('UALEX')
      await page.getByLabel('Command in').fill('/ip 203.0.113.0/24 since 1d')
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: '4 of 4 hints done' }).waitFor()
    })

    test('Show me finds the button, types the command, and points at the choice of person', async () => {
      page = await set.open()
      const focused = (): Promise<unknown> =>
        page.evaluate('document.activeElement.value || document.activeElement.textContent')
      await page.getByRole('button', { name: 'Show me' }).click()
      await expect.poll(focused).toBe('Secrets accessed')
      await page.getByRole('button', { name: 'Skip' }).click()
      await page.getByRole('button', { name: 'Skip' }).click()
      await page.getByRole('button', { name: 'Show me' }).click()
      await expect.poll(focused).toBe('/ip 203.0.113.0/24')
      await page.getByRole('button', { name: 'Skip' }).click()
      await page.getByRole('button', { name: 'Show me' }).click()
      await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('as')
    })

    test('one is not ticked by what Firebreak did not ack, nor by what was called off', async () => {
      set.answers['act'] = () => ({ outcome: 'failed', words: 'It did not work.' })
      set.answers['command'] = () => ({ outcome: 'failed', words: 'No such command.' })
      const confirm = {
        title: plain('Sure?'),
        text: plain('x'),
        confirm: plain('Do it'),
        deny: plain('Go back'),
      }
      const blocks = [button('IP'), button('Secrets accessed', { confirm })]
      const message = { ts: '1760000000.000100', user: 'UFIREBREAK', text: 'a card', blocks }
      set.over = { play, messages: [message] }
      page = await set.open()
      await page.getByRole('button', { name: 'IP', exact: true }).click()
      await page.getByText('It did not work.').waitFor()
      await page.getByLabel('Command in').fill('/ip 203.0.113.0/24')
      await page.keyboard.press('Enter')
      await page.getByText('No such command.').waitFor()
      await page.getByRole('button', { name: 'Secrets accessed' }).click()
      await page.getByRole('button', { name: 'Go back' }).click()
      await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
      expect(await page.getByText('done:').count()).toBe(0)
      set.answers['act'] = () => ({ outcome: 'acked' })
      await page.getByRole('button', { name: 'Secrets accessed' }).click()
      await page.getByRole('button', { name: 'Do it' }).click()
      await page.getByText('done: A finding arrived').waitFor()
      expect(await page.getByText('done:').count()).toBe(1)
    })

    test('they go away with one press and stay away, until they are asked for', async () => {
      page = await set.open()
      await page.getByRole('button', { name: 'Hints off' }).click()
      await expect.poll(() => page.getByText('A finding arrived').count()).toBe(0)
      await page.reload()
      const toggle = page.getByRole('button', { name: 'Hints', exact: true })
      await toggle.waitFor()
      expect(await toggle.getAttribute('aria-pressed')).toBe('false')
      expect(await page.getByText('A finding arrived').count()).toBe(0)
      await toggle.click()
      await page.getByRole('heading', { name: 'Hint 1 of 4' }).waitFor()
    })

    test('without a scenario there are no hints, no bar and nothing for newcomers', async () => {
      set.over = { play: null }
      page = await set.open()
      await page.getByRole('article').waitFor()
      for (const words of ['Hints', 'Scenario', 'An attacker has given'])
        expect(await page.getByText(words).count()).toBe(0)
    })
  })

  describe('the scenario', () => {
    test('Show me means the gravest card, comes back from elsewhere, and leaves what is typed', async () => {
      const high = await set.stage.call('chat.postMessage', {
        channel,
        text: 'High: a story',
        blocks: [button('Secrets accessed')],
      })
      await set.stage.call('chat.postMessage', {
        channel,
        text: 'Low: no story',
        blocks: [button('Secrets accessed')],
      })
      page = await set.open()
      await page.getByLabel('Command in').fill('/ip half')
      await page.getByRole('button', { name: 'firebreak-audit' }).click()
      await page.getByRole('heading', { name: '#firebreak-audit' }).waitFor()
      await page.getByRole('button', { name: 'Show me' }).click()
      const focused = (what: string): Promise<unknown> => page.evaluate(`document.activeElement.${what}`)
      await expect.poll(() => focused(`closest('article')?.dataset.ts`)).toBe(high['ts'])
      expect(await page.getByLabel('Command in').inputValue()).toBe('/ip half')
      await page.getByRole('button', { name: 'Skip' }).click()
      await page.getByRole('button', { name: 'Skip' }).click()
      await page.getByRole('button', { name: 'Show me' }).click()
      await expect.poll(() => focused('id')).toBe('command')
      expect(await page.getByLabel('Command in').inputValue()).toBe('/ip half')
    })

    test('says how far it is, is held and goes on', async () => {
      page = await set.open()
      await page.getByText('Somebody has given everyone access to a cluster, and strangers use it.').waitFor()
      await page.getByText('Scenario "opening" · paused at 0:34 of 2:00').waitFor()
      set.answers['play'] = (body) => {
        set.over = { play: { ...play, state: body['do'] === 'pause' ? 'paused' : 'playing' } }
        return { play: {} }
      }
      await page.getByRole('button', { name: 'Resume' }).click()
      await page.getByText(/Scenario "opening" · 0:3[4-9] of 2:00/).waitFor()
      await page.getByRole('button', { name: 'Pause' }).click()
      await page.getByText('paused at 0:34 of 2:00').waitFor()
      await expect.poll(() => set.sent.map((sent) => sent['do'])).toEqual(['resume', 'pause'])
    })

    test('that is paused before its first card says how it goes on', async () => {
      set.over = { play, messages: [] }
      page = await set.open()
      await page.getByText('Paused. Press Resume.', { exact: true }).waitFor()
      set.over = { play: { ...play, state: 'playing' }, messages: [] }
      await set.change()
      await page.getByText('The first card arrives in a few seconds.').waitFor()
    })

    test.each([
      ['done', 'Scenario "opening" · played to the end'],
      ['stopped', 'stopped at 0:34 of 2:00; npm start -- --fresh plays it from the beginning'],
    ])('that is %s says so, and nothing can be pressed', async (state, words) => {
      set.over = { play: { ...play, state } }
      page = await set.open()
      await page.getByText(words).waitFor()
      expect(await page.getByRole('group', { name: 'Scenario' }).getByRole('button').count()).toBe(0)
    })
  })
})
