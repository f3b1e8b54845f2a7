import { afterEach, expect, test, vi } from 'vitest'
import { onTick } from '../../src/workspace/page/tick.ts'

afterEach(() => {
  vi.useRealTimers()
})

test('one timer serves all times on the page, and goes with the last of them', () => {
  vi.useFakeTimers()
  const first = vi.fn<() => void>()
  const second = vi.fn<() => void>()
  const stops = [first, second].map(onTick)
  expect(vi.getTimerCount()).toBe(1)
  vi.advanceTimersByTime(30_000)
  stops[0]?.()
  vi.advanceTimersByTime(30_000)
  expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 2])
  stops[1]?.()
  expect(vi.getTimerCount()).toBe(0)
  const stop = onTick(first)
  vi.advanceTimersByTime(30_000)
  expect(first).toHaveBeenCalledTimes(2)
  stop()
})
