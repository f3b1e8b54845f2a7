import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { AUDIT_CHANNEL } from '../../src/workspace/index.ts'
import { openBrowser, openPage } from '../helpers/browser.ts'
import { type Stage, setStage } from './stage.ts'

type Json = { readonly [name: string]: unknown }

/** A workspace and a browser, and what the page is told beyond what the workspace says. */
export interface PageStage {
  readonly stage: Stage
  readonly browser: Browser
  /** Laid over the answer of `state`. */
  over: Json
  /** Answers to what the page sends, by the last part of the address; what is not here the workspace answers. */
  answers: { [path: string]: (body: Json) => unknown }
  /** What the page sent to those addresses, in order. */
  readonly sent: Json[]
  /** The exchanges of the wire. */
  wire: readonly Json[]
  open(width?: number, options?: BrowserContextOptions): Promise<Page>
  /** Closes a page, whatever it still asks for. */
  shut(page: Page): Promise<void>
  /** What open pages complained of so far. */
  readonly complaints: readonly string[]
  /** Tells open pages that something changed. */
  change(): Promise<unknown>
  close(): Promise<void>
}

/** Builds it. An ack may take half a second. */
export async function setPageStage(): Promise<PageStage> {
  const stage = await setStage({ ackWithin: 500 })
  const browser = await openBrowser()
  const complaints: (readonly string[])[] = []
  const set: PageStage = {
    stage,
    browser,
    over: {},
    answers: {},
    sent: [],
    wire: [],
    async open(width = 1280, options = {}) {
      const opened = await openPage(browser, stage.workspace.url, width, options, lay)
      complaints.push(opened.complaints)
      await opened.page.locator('main h1').waitFor()
      return opened.page
    },
    async shut(page) {
      await page.goto('about:blank')
      await page.unrouteAll({ behavior: 'ignoreErrors' })
      await page.context().close()
    },
    get complaints() {
      return complaints.flat()
    },
    change: () => stage.call('chat.postMessage', { channel: AUDIT_CHANNEL, text: 'news elsewhere' }),
    async close() {
      await browser.close()
      await stage.close()
    },
  }

  async function lay(page: Page): Promise<void> {
    await page.route(/\/state\?/, async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, json: { ...((await response.json()) as Json), ...set.over } })
    })
    await page.route(/\/wire\?/, (route) => {
      const after = Number(new URL(route.request().url()).searchParams.get('after'))
      return route.fulfill({ json: { exchanges: set.wire.filter(({ seq }) => Number(seq) > after) } })
    })
    await page.route(/\/w\/[0-9a-f]+\/[a-z]+$/, async (route) => {
      const path = new URL(route.request().url()).pathname.split('/').at(-1) ?? ''
      const answer = Object.hasOwn(set.answers, path) ? set.answers[path] : undefined
      if (route.request().method() !== 'POST' || answer === undefined) return route.continue()
      const body = route.request().postDataJSON() as Json
      set.sent.push({ path, ...body })
      return route.fulfill({ json: await answer(body) })
    })
  }

  return set
}

/** A card as the product posts it. */
export function golden(name: string): Json {
  const path = join(import.meta.dirname, '../goldens', `${name}.json`)
  return JSON.parse(readFileSync(path, 'utf8')) as Json
}

/** A modal as the server tells it. */
export function modalView(id: string, more: Json = {}): Json {
  return {
    id,
    type: 'modal',
    hash: `${id}.1`,
    title: { type: 'plain_text', text: 'Scope time' },
    submit: { type: 'plain_text', text: 'Ask again' },
    close: { type: 'plain_text', text: 'Go back' },
    blocks: [],
    private_metadata: '',
    callback_id: 'scope-time',
    state: { values: {} },
    previous_view_id: null,
    root_view_id: id,
    ...more,
  }
}

/** An input block whose block_id and action_id are the same. */
export function inputBlock(id: string, label: string, element: Json, more: Json = {}): Json {
  return {
    type: 'input',
    block_id: id,
    label: { type: 'plain_text', text: label },
    element: { action_id: id, ...element },
    ...more,
  }
}
