import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { ReadingFeed } from '../../src/jobs/reading-feed.ts'
import { runFeed } from '../../src/jobs/run-feed.ts'
import { FeedFault } from '../../src/model/feed.ts'
import type { Page } from '../../src/model/reading.ts'
import { openWorld, scope, type World } from '../helpers/seed.ts'
import { podObject } from '../helpers/seed-standing.ts'
import { until } from '../helpers/until.ts'

const CLUSTER = '111122223333/eu-west-1/prod'
const AT = Date.parse('2026-11-22T04:00:00Z') * 1000

let world: World
const running: { close(): Promise<void> }[] = []
beforeAll(async () => {
  world = await openWorld()
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.close()))
  await world.reset()
})
afterAll(() => world.close())

function page(names: readonly string[], more: Partial<Page> = {}): Page {
  const items = names.map((name) => podObject({ name }))
  return {
    source: 'kubernetes',
    of: 'Pod',
    scope: {},
    takenAt: AT,
    before: 0,
    complete: true,
    items,
    ...more,
  }
}

function start(read: () => AsyncGenerator<Page>, allowed = scope(CLUSTER), pause = 5): FeedFault[] {
  const faults: FeedFault[] = []
  const feed = new ReadingFeed({
    name: 'inventory prod',
    from: 'inventory://prod',
    given: scope(CLUSTER),
    allowed: [allowed],
    pause,
    read,
  })
  const tell = (what: { readonly fault: FeedFault } | { readonly well: true }): void => {
    if ('fault' in what) faults.push(what.fault)
  }
  running.push(runFeed({ deps: world.deps(), feed, pause: 1, tell }))
  return faults
}

const pods = async (): Promise<readonly unknown[]> =>
  (await world.ask('containers', 'prod')).rows.map((row) => row['pod'])

test('what stands is read again and again: what is new lands, and what is gone is gone', async () => {
  let nth = 0
  start(async function* read() {
    nth += 1
    const takenAt = AT + nth * 1_000_000
    if (nth > 1) {
      yield page(['c'], { takenAt })
      return
    }
    yield page(['a', 'b'], { takenAt, complete: false })
    yield page(['c'], { takenAt, before: 2 })
  })
  await until(async () => (await pods()).length === 3 || nth > 1)
  await until(async () => (await pods()).join() === 'payments/c')
  const row = await world.graph.selectFrom('feed').selectAll().executeTakeFirst()
  expect(row).toMatchObject({ name: 'inventory prod', kind: 'inventory', fault_code: null })
})

test('a reading is read to its end at once, however long the pause between two', async () => {
  let nth = 0
  start(
    async function* read() {
      nth += 1
      yield page(['a'], { complete: false })
      yield page(['b'], { before: 1 })
    },
    scope(CLUSTER),
    3_600_000,
  )
  await until(async () => (await pods()).length === 2)
  expect(nth).toBe(1)
})

test('what may not be read is said until a reading is whole again, and what could be read stays', async () => {
  let mayList = false
  let nth = 0
  const faults = start(async function* read() {
    nth += 1
    yield page(['a'], { takenAt: AT + nth * 1_000_000 })
    if (!mayList) throw new FeedFault('access-denied', 'GET /api/v1/nodes was answered 403.')
  })
  await until(() => Promise.resolve(nth > 5))
  expect(faults.map(({ code }) => code)).toEqual(['access-denied'])
  const fault = () => world.graph.selectFrom('feed').select('fault_code').executeTakeFirst()
  expect(await fault()).toEqual({ fault_code: 'access-denied' })
  expect(await pods()).toEqual(['payments/a'])
  mayList = true
  await until(async () => (await fault())?.fault_code === null)
})

test('a fault in the middle of a reading proves nothing gone, and is told', async () => {
  let nth = 0
  const faults = start(async function* read() {
    nth += 1
    const takenAt = AT + nth * 1_000_000
    if (nth === 1) {
      yield page(['a', 'b'], { takenAt })
      return
    }
    yield page(['a'], { takenAt, complete: false })
    throw new FeedFault('unreachable', 'The server is away.')
  })
  await until(() => Promise.resolve(faults.length > 0 && nth > 2))
  expect(faults.map(({ code }) => code)).toEqual(['unreachable'])
  expect(await pods()).toEqual(['payments/a', 'payments/b'])
})
