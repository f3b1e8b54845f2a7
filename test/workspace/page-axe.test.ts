import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { HAS_CHROMIUM, seriousFindings } from '../helpers/browser.ts'
import { golden, inputBlock, modalView, type PageStage, setPageStage } from './page-stage.ts'
import { button } from './stage.ts'

const channel = INCIDENTS_CHANNEL
const plain = (text: string): object => ({ type: 'plain_text', text })
const options = ['subject', 'ip'].map((value) => ({ text: plain(value), value }))
const hints = [
  { id: 'ip', text: 'Who else? Press IP.', shows: { button: 'IP' } },
  { id: 'guest', text: 'Switch to Guest.', shows: { person: 'UGUEST' } },
]
const controls = [
  { type: 'plain_text_input', multiline: true },
  { type: 'number_input', is_decimal_allowed: false },
  { type: 'rich_text_input' },
  { type: 'static_select', options },
  { type: 'multi_static_select', options, initial_options: options.slice(0, 1) },
  { type: 'external_select' },
  { type: 'radio_buttons', options },
  { type: 'checkboxes', options },
  { type: 'datetimepicker' },
]
const chart = {
  type: 'line',
  series: [{ name: 'success', data: [{ label: '02:00', value: 41 }] }],
  axis_config: { categories: ['02:00'] },
}
const table = {
  type: 'data_table',
  caption: 'Calls',
  rows: ['IP', '203.0.113.9'].map((text) => [{ type: 'raw_text', text }]),
}

// Skips with a visible line where there is no Chromium; the gate refuses the skip.
describe.skipIf(!HAS_CHROMIUM)('axe has nothing serious to say', () => {
  let set: PageStage
  beforeAll(async () => {
    set = await setPageStage()
    const { ts } = await set.stage.call('chat.postMessage', { channel, ...golden('incident-joined') })
    for (const name of ['first-reply-many', 'answer', 'answer-gaps'])
      await set.stage.call('chat.postMessage', { channel, thread_ts: ts, ...golden(name) })
    await set.stage.call('chat.postEphemeral', { channel, user: 'UALEX', ...golden('help') })
    const blocks = [{ type: 'data_visualization', title: 'Calls', chart }, table]
    set.over = {
      play: { name: 'opening', state: 'paused', at: 1, length: 2, hints },
      home: { id: 'VHOME', type: 'home', hash: '1', blocks: [button('Show all'), ...blocks] },
      app: {
        name: 'Firebreak',
        commands: ['/ip'],
        shortcuts: [{ callbackId: 'a', name: 'Ask', kind: 'message' }],
      },
    }
    set.wire = [
      { seq: 1, at: 0, from: 'bot', to: 'Slack', via: 'web-api', what: 'chat.update', ok: false, ms: 1 },
    ]
    set.answers['home'] = () => ({ outcome: 'acked' })
    set.answers['submit'] = () => ({ outcome: 'errors', errors: { input0: 'This field is required.' } })
  })
  afterAll(() => set.close())

  test.each([
    [1440, 'light'],
    [1440, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ] as const)('at %i px, %s', async (width, colorScheme) => {
    const page = await set.open(width, { colorScheme })
    await page.getByText('Only visible to Responder').waitFor()
    expect(await seriousFindings(page)).toEqual([])

    if (width > 700) {
      await page.getByRole('button', { name: 'Wire', exact: true }).click()
      await page.getByText('chat.update failed').click()
    }
    await page.getByRole('button', { name: /replies$/ }).click()
    await page
      .getByRole('region', { name: /^Table/ })
      .first()
      .waitFor()
    expect(await seriousFindings(page)).toEqual([])

    const blocks = controls.map((element, at) => inputBlock(`input${at}`, `Input ${at}`, element))
    set.over = { ...set.over, views: [modalView('V1', { blocks })] }
    await set.change()
    await page.getByRole('button', { name: 'Ask again' }).click()
    await page.getByRole('alert').waitFor()
    expect(await seriousFindings(page)).toEqual([])
    set.over = { ...set.over, views: [] }
    await set.change()
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)

    if (width <= 700) {
      await page.getByRole('button', { name: 'Back to the channel' }).click()
      await page.getByRole('button', { name: 'Back to channels' }).click()
    }
    await page.getByRole('button', { name: 'Firebreak', exact: true }).click()
    await page.getByRole('button', { name: 'Show all' }).waitFor()
    expect(await seriousFindings(page)).toEqual([])
    expect(set.complaints).toEqual([])
    await set.shut(page)
  })
})
