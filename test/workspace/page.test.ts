import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPool } from '../../src/db/open.ts'
import { INCIDENTS_CHANNEL, startWorkspace } from '../../src/workspace/index.ts'
import { HAS_CHROMIUM, openBrowser } from '../helpers/browser.ts'
import { type Stage, setStage } from './stage.ts'

const channel = INCIDENTS_CHANNEL
const AWAY = 'The database does not answer. The terminal in which Firebreak runs says why.'
const UNDRAWABLE = 'This page could not draw what Firebreak posted. Reload it; the messages are kept.'

interface Shown {
  readonly messages: readonly { readonly text: string }[]
  readonly older: boolean
  readonly ephemerals: readonly { readonly text: string }[]
}

let stage: Stage
beforeAll(async () => {
  stage = await setStage()
})
afterAll(() => stage.close())

async function get(path: string): Promise<Shown> {
  return (await (await fetch(`${stage.workspace.url}${path}`)).json()) as Shown
}

/** Keeps messages `1` to `count` without posting each one. */
async function fill(count: number, threadTs: string | null): Promise<void> {
  const first = threadTs === null ? 1_000 : 2_000
  await stage.pool.query(
    `insert into workspace.message (channel, ts, thread_ts, is_broadcast, author, body)
     select $1, lpad(($2::integer + nr)::text, 10, '0') || '.000000', $3, false, 'UFIREBREAK',
       jsonb_build_object('type', 'message', 'text', nr::text)
     from generate_series(1, $4::integer) as nr`,
    [channel, first, threadTs, count],
  )
}

const ends = ({ messages }: Shown): readonly (string | undefined)[] => [
  messages[0]?.text,
  messages.at(-1)?.text,
]

test('a channel of more than 200 messages shows the newest 200 and says that there are older ones', async () => {
  await fill(200, null)
  const whole = await get('state?as=UALEX')
  expect([whole.messages.length, ...ends(whole), whole.older]).toEqual([200, '1', '200', false])
  await stage.pool.query('delete from workspace.message')
  await fill(203, null)
  const cut = await get('state?as=UALEX')
  expect([cut.messages.length, ...ends(cut), cut.older]).toEqual([200, '4', '203', true])
})

test('a thread of more than 200 replies shows its parent and the newest 200', async () => {
  await stage.pool.query('delete from workspace.message')
  const { ts } = await stage.call('chat.postMessage', { channel, text: 'parent' })
  const path = `thread?channel=${channel}&ts=${String(ts)}`
  await fill(200, String(ts))
  expect((await get(path)).older).toBe(false)
  await stage.call('chat.postMessage', { channel, text: 'newest', thread_ts: ts })
  const thread = await get(path)
  expect([thread.messages.length, ...ends(thread), thread.older]).toEqual([201, 'parent', 'newest', true])
  expect(thread.messages[1]?.text).toBe('2')
})

test('the newest 200 messages for one person are kept, those of others are left alone', async () => {
  await stage.call('chat.postEphemeral', { channel, user: 'USAM', text: 'for Sam' })
  for (let nr = 1; nr <= 203; nr++)
    await stage.call('chat.postEphemeral', { channel, user: 'UALEX', text: String(nr) })
  const { ephemerals } = await get('state?as=UALEX')
  expect(ephemerals.map(({ text }) => text)).toEqual(Array.from({ length: 200 }, (_, at) => String(at + 4)))
  const kept = await stage.pool.query('select person from workspace.ephemeral order by person')
  expect(kept.rowCount).toBe(201)
  expect((await get('state?as=USAM')).ephemerals).toMatchObject([{ text: 'for Sam' }])
})

test('when the database does not answer, the page is told so, and a fault of ours is not called that', async () => {
  const gone = openPool('postgres://nobody@127.0.0.1:1/none', 'test gone', 1)
  let answers: { query: pg.Pool['query'] } = stage.pool
  const pool = {
    query: (...given: Parameters<pg.Pool['query']>) => answers.query(...given),
    connect: () => gone.connect(),
  } as unknown as pg.Pool
  const workspace = await startWorkspace({ pool, port: 0, tokens: stage.tokens })
  const ask = async (path: string, init: RequestInit = {}): Promise<readonly [number, string]> => {
    const response = await fetch(`${workspace.url}${path}`, init)
    return [response.status, (await response.text()).trim()]
  }
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ channel, as: 'UALEX', text: '/ip 203.0.113.9' })
  answers = gone
  expect(await ask('state?as=UALEX')).toEqual([503, AWAY])
  expect(await ask(`thread?channel=${channel}&ts=1`)).toEqual([503, AWAY])
  expect(await ask('command', { method: 'POST', headers, body })).toEqual([503, AWAY])
  answers = { query: () => Promise.reject(new Error('syntax error')) }
  expect(await ask('state?as=UALEX')).toEqual([
    500,
    'The workspace simulator failed. The terminal in which Firebreak runs says why.',
  ])
  await workspace.close()
  await gone.end()
})

// Skips with a visible line where there is no Chromium; the gate refuses the skip.
describe.skipIf(!HAS_CHROMIUM)('in the browser', () => {
  test('what cannot be drawn, what is not shown and a silent database are told in words, and taken back', async () => {
    const browser = await openBrowser()
    try {
      const page = await browser.newPage()
      let answer: { readonly status: number; readonly body: string } | null = null
      await page.route(/\/state\?/, (route) => (answer === null ? route.continue() : route.fulfill(answer)))
      const status = page.locator('#connection')
      const changed = (): Promise<unknown> => stage.call('chat.postMessage', { channel, text: 'news' })

      await stage.pool.query('delete from workspace.message')
      await fill(201, null)
      await page.goto(stage.workspace.url)
      await page.getByText('Older messages are not shown here.', { exact: true }).waitFor()
      expect(await status.textContent()).toBe('')

      const state = await get('state?as=UALEX')
      answer = { status: 200, body: JSON.stringify({ ...state, messages: null }) }
      await changed()
      await expect.poll(() => status.textContent()).toBe(UNDRAWABLE)

      answer = { status: 503, body: `${AWAY}\n` }
      await changed()
      await expect.poll(() => status.textContent()).toBe(AWAY)

      // Nothing is posted now: the page asks again by itself.
      answer = null
      await expect.poll(() => status.textContent(), { timeout: 10_000 }).toBe('')
      expect(await page.getByRole('article').filter({ hasText: 'news' }).count()).toBe(2)
    } finally {
      await browser.close()
    }
  })

  test('a lost connection is told with its time, what was typed is kept, and it is taken back', async () => {
    const browser = await openBrowser()
    try {
      const page = await browser.newPage()
      const first = await startWorkspace({ pool: stage.pool, port: 0, tokens: stage.tokens })
      await page.goto(first.url)
      await page.getByLabel('Command in').fill('/ip half')
      await first.close()
      const status = page.locator('#connection')
      await expect
        .poll(() => status.textContent())
        .toMatch(/^Connection to Firebreak lost at \d\d:\d\d UTC\. Trying again; what you typed is kept\.$/)
      const second = await startWorkspace({ pool: stage.pool, port: first.port, tokens: stage.tokens })
      await expect.poll(() => status.textContent(), { timeout: 10_000 }).toBe('')
      expect(await page.getByLabel('Command in').inputValue()).toBe('/ip half')
      await second.close()
    } finally {
      await browser.close()
    }
  })
})
