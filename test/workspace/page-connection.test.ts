import type { ServerResponse } from 'node:http'
import type { Page, Route } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { Changes } from '../../src/workspace/changes.ts'
import { Lost, read } from '../../src/workspace/page/connection.ts'
import { watchSilence } from '../../src/workspace/page/silence.ts'
import { HAS_CHROMIUM } from '../helpers/browser.ts'
import { type PageStage, setPageStage } from './page-stage.ts'

describe('with a clock that is moved by hand', () => {
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
    vi.unstubAllGlobals()
  })

  test('the stream of changes says every 15 seconds, as an event, that it is alive', () => {
    vi.useFakeTimers()
    const written: string[] = []
    const page = {
      writeHead: () => page,
      write: (text: string) => written.push(text),
      on: () => page,
      end: () => page,
    }
    const changes = new Changes()
    changes.stream(page as unknown as ServerResponse)
    vi.advanceTimersByTime(30_000)
    changes.close()
    vi.advanceTimersByTime(30_000)
    expect(written.slice(1)).toEqual(['event: alive\ndata: {}\n\n', 'event: alive\ndata: {}\n\n'])
  })

  test('silence is 35 seconds in which nothing was heard, and is told once', () => {
    vi.useFakeTimers()
    const silent = vi.fn<() => void>()
    const { heard, stop } = watchSilence(silent)
    vi.advanceTimersByTime(34_999)
    heard()
    vi.advanceTimersByTime(34_999)
    expect(silent).not.toHaveBeenCalled()
    vi.advanceTimersByTime(100_000)
    expect(silent).toHaveBeenCalledOnce()
    heard()
    stop()
    vi.advanceTimersByTime(100_000)
    expect(silent).toHaveBeenCalledOnce()
  })

  test('what is not read within ten seconds is lost', async () => {
    const limit = new AbortController()
    const within = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(limit.signal)
    vi.stubGlobal('fetch', (_path: string, { signal }: { signal: AbortSignal }) => {
      const answer = Promise.withResolvers<Response>()
      signal.addEventListener('abort', () => answer.reject(new DOMException('late', 'TimeoutError')))
      return answer.promise
    })
    const reading = read('state')
    limit.abort()
    await expect(reading).rejects.toBeInstanceOf(Lost)
    expect(within).toHaveBeenCalledExactlyOnceWith(10_000)
  })
})

// Skips with a visible line where there is no Chromium; the gate refuses the skip.
describe.skipIf(!HAS_CHROMIUM)('on the page', () => {
  let set: PageStage
  let page: Page
  beforeAll(async () => {
    set = await setPageStage()
  })
  afterAll(() => set.close())
  afterEach(() => set.shut(page))

  test('a stream that falls silent is told as a lost connection, opened anew, and taken back', async () => {
    page = await set.open()
    await page.clock.install()
    // A page that is loaded under this clock has timers that can be moved on.
    await page.reload()
    await page.locator('main h1').waitFor()
    const status = page.locator('#connection')
    await expect.poll(() => status.textContent()).toBe('')
    const opened = Promise.withResolvers<Route>()
    await page.route(/\/events$/, (route) => opened.resolve(route))
    await page.clock.fastForward(36_000)
    await expect.poll(() => status.textContent()).toMatch(/^Connection to Firebreak lost at /)
    const second = await opened.promise
    await second.continue()
    await expect.poll(() => status.textContent()).toBe('')
  })
})
