import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { runFeed } from '../../src/jobs/run-feed.ts'
import { type Consignment, type Feed, FeedFault } from '../../src/model/feed.ts'
import { openWorld, scope, type World } from '../helpers/seed.ts'
import { auditEvent } from '../helpers/seed-records.ts'

let world: World
let running: { close(): Promise<void> } | null = null
let told: { readonly code: string; readonly goesOn: boolean }[] = []
beforeAll(async () => {
  world = await openWorld()
})
afterEach(async () => {
  await running?.close()
  running = null
  told = []
  await world.reset()
})
afterAll(() => world.close())

/** What it is asked for, one answer after the other; then nothing, again and again. */
class Scripted implements Feed {
  readonly name = 'scripted'
  readonly kind = 'sqs'
  readonly pause: number
  standing: FeedFault | null = null
  hasMore = false
  asked = 0
  readonly #script: (() => readonly Consignment[])[]

  constructor(script: (() => readonly Consignment[])[], pause = 5) {
    this.#script = script
    this.pause = pause
  }

  receive(): Promise<readonly Consignment[]> {
    this.asked += 1
    return Promise.resolve().then(() => this.#script.shift()?.() ?? [])
  }

  close(): void {}
}

function consignment(text = JSON.stringify(auditEvent())): Consignment {
  return {
    from: 'test://a',
    open: () =>
      Promise.resolve(
        (async function* () {
          yield Buffer.from(text)
        })(),
      ),
    given: scope('-/-/-'),
    allowed: [{ account: '*', region: '*', cluster: '*' }],
    cursor: null,
    sentAt: null,
    acknowledge: () => Promise.resolve(),
    giveBack: () => Promise.resolve(),
  }
}

function start(feed: Feed): void {
  running = runFeed({
    deps: world.deps(),
    feed,
    tell: (what) =>
      told.push(
        'fault' in what ? { code: what.fault.code, goesOn: what.goesOn } : { code: 'well', goesOn: true },
      ),
    pause: 5,
  })
}
const row = () => world.ingest.selectFrom('feed').selectAll().executeTakeFirst()

test('a poll that brought something is followed by a pause, and one that has more by none', async () => {
  const feed = new Scripted([() => [consignment()], () => [consignment()]], 60_000)
  feed.hasMore = true
  start(feed)
  await expect.poll(() => feed.asked).toBeGreaterThan(2)
  feed.hasMore = false
  await expect.poll(async () => (await row())?.landed).toBe(2)
  await running?.close()
  const busy = new Scripted([() => [consignment()], () => [consignment()]], 60_000)
  start(busy)
  await expect.poll(async () => (await row())?.landed).toBe(3)
  await new Promise((done) => setTimeout(done, 200))
  expect(busy.asked).toBe(1)
})

test('a fault that passes leaves one that lasts in the row, with its time', async () => {
  const throttled = (): never => {
    throw new FeedFault('throttled', 'too often')
  }
  const feed = new Scripted([() => [consignment('{"hello": "world"}')], throttled, throttled])
  start(feed)
  await expect.poll(() => feed.asked).toBeGreaterThan(5)
  await expect.poll(row).toMatchObject({ fault_code: 'foreign-shape' })
  expect(told).toEqual([
    { code: 'foreign-shape', goesOn: true },
    { code: 'throttled', goesOn: false },
  ])
})

test('what the feed says is wrong stays until the feed takes it back, whatever lands meanwhile', async () => {
  const feed = new Scripted([])
  feed.standing = new FeedFault('stale-receipt', 'left behind')
  start(feed)
  await expect.poll(row).toMatchObject({ fault_code: 'stale-receipt', fault_words: 'left behind' })
  const { asked } = feed
  await expect.poll(() => feed.asked).toBeGreaterThan(asked + 5)
  expect(told).toEqual([{ code: 'stale-receipt', goesOn: true }])
  await expect.poll(row).toMatchObject({ fault_code: 'stale-receipt' })
  feed.standing = null
  await expect.poll(row).toMatchObject({ fault_code: null })
  await expect.poll(() => told.at(-1)?.code).toBe('well')
})
