import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Clients } from '../../src/aws/clients.ts'
import { LogsFeed } from '../../src/aws/logs-feed.ts'
import { runFeed } from '../../src/jobs/run-feed.ts'
import type { FeedFault } from '../../src/model/feed.ts'
import { FakeAws, PLACE, THROTTLED } from '../helpers/fake-aws.ts'
import { micros, openWorld, scope, type World } from '../helpers/seed.ts'
import { auditEvent } from '../helpers/seed-records.ts'

interface Event {
  readonly eventId: string
  readonly timestamp: number
  readonly message: string
}

let world: World
let aws: FakeAws
let clients: Clients
let events: Event[] = []
let asked: {
  readonly startTime: number
  readonly nextToken?: string
  readonly logStreamNamePrefix?: string
}[] = []
let told: (FeedFault | 'well')[] = []
let clock = 0
const started: { close(): Promise<void> }[] = []

beforeAll(async () => {
  world = await openWorld()
})
beforeEach(async () => {
  aws = new FakeAws()
  await aws.listen()
  clients = aws.clients()
  events = []
  asked = []
  told = []
  clock = NOW
  // Pages of two events, and an empty one between each two.
  aws.handlers.set('logs:FilterLogEvents', (input) => {
    const { startTime, nextToken } = input as (typeof asked)[0]
    asked.push(input as (typeof asked)[0])
    const found = events.filter((event) => event.timestamp >= startTime)
    const page = Number(nextToken ?? 0)
    const body = { events: page % 2 === 0 ? [] : found.slice(page - 1, page + 1) }
    return { body: page <= found.length ? { ...body, nextToken: String(page + 1) } : body }
  })
})
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.close()))
  await clients.close()
  await aws.close()
  await world.reset()
})
afterAll(() => world.close())

const NOW = micros('2026-11-22T12:00:00Z') / 1000
const MINUTE = 60_000
const SCOPE = '123456789012/eu-west-1/payments'

function put(id: string, minute: number): void {
  const timestamp = NOW + minute * MINUTE
  const message = JSON.stringify(auditEvent({ id, at: new Date(timestamp).toISOString() }), null, 1)
  events = [...events, { eventId: `e-${id}`, timestamp, message }].toSorted(
    (a, b) => a.timestamp - b.timestamp,
  )
}

function start(): { close(): Promise<void> } {
  const feed = new LogsFeed(clients, {
    name: 'logs payments',
    place: PLACE,
    logGroup: '/aws/eks/payments/cluster',
    given: scope(SCOPE),
    allowed: [{ account: '*', region: '*', cluster: '*' }],
    now: () => clock,
    pause: 5,
  })
  const running = runFeed({
    deps: world.deps(),
    feed,
    tell: (what) => told.push('fault' in what ? what.fault : 'well'),
    pause: 5,
  })
  started.push(running)
  return running
}

const total = async (): Promise<number> =>
  (await world.ask('subject', 'alice', { scope: SCOPE })).totals?.success ?? 0
const cursor = async () => (await world.ingest.selectFrom('feed').select('cursor').executeTakeFirst())?.cursor

test('every page is read past empty ones, late events within ten minutes too, and a restart goes on', async () => {
  for (let i = 0; i < 7; i++) put(`a-${i}`, -60 + i)
  const first = start()
  await expect.poll(total).toBe(7)
  await expect.poll(cursor).toEqual({ latest: NOW - 54 * MINUTE })
  expect(asked[0]).toMatchObject({ startTime: NOW - 86_400_000, logStreamNamePrefix: 'kube-apiserver-audit' })
  // One that comes late, behind the latest one seen.
  put('late', -58.5)
  put('new', -50)
  await expect.poll(total).toBe(9)
  await first.close()
  await expect.poll(cursor).toEqual({ latest: NOW - 50 * MINUTE })
  asked = []
  put('later', -49)
  start()
  await expect.poll(total).toBe(10)
  expect(asked[0]).toMatchObject({ startTime: NOW - 60 * MINUTE })
  expect(told).toEqual([])
  await expect
    .poll(() => world.ingest.selectFrom('feed').select('landed').executeTakeFirst())
    .toEqual({ landed: 10 })
})

test('a failure in the middle of a poll loses nothing, and a missing log group is said once', async () => {
  for (let i = 0; i < 6; i++) put(`b-${i}`, -30 + i)
  aws.fail('logs:FilterLogEvents', { status: 400, name: 'ResourceNotFoundException' }, 4)
  start()
  await expect.poll(total).toBe(6)
  await expect.poll(() => told).toMatchObject([{ code: 'log-group-missing' }, 'well'])
})

test('an event of the future does not blind the feed to those that come before it', async () => {
  put('now', -1)
  put('future', 600)
  start()
  await expect.poll(total).toBe(2)
  await expect.poll(cursor).toEqual({ latest: NOW })
  put('next', 1)
  await expect.poll(total).toBe(3)
})

test('what an earlier version remembered of the future is not believed', async () => {
  await world.ingest
    .insertInto('feed')
    .values({ name: 'logs payments', kind: 'logs', cursor: JSON.stringify({ latest: NOW + 600 * MINUTE }) })
    .execute()
  put('now', -1)
  start()
  await expect.poll(total).toBe(1)
})

test('once an hour the last two hours are asked for again', async () => {
  put('a', -1)
  start()
  await expect.poll(total).toBe(1)
  put('very late', -100)
  const { length } = asked
  await expect.poll(() => asked.length).toBeGreaterThan(length + 10)
  expect(await total()).toBe(1)
  clock = NOW + 60 * MINUTE
  await expect.poll(total).toBe(2)
  expect(asked.filter(({ startTime }) => startTime === NOW - 121 * MINUTE).length).toBeGreaterThan(0)
})

test('a poll that is throttled on the way goes on where it was', async () => {
  for (let i = 0; i < 6; i++) put(`c-${i}`, -30 + i)
  const answer = aws.handlers.get('logs:FilterLogEvents')
  let isThrottled = false
  aws.handlers.set('logs:FilterLogEvents', (input) => {
    if (input['nextToken'] === '4' && !isThrottled) {
      isThrottled = true
      // The client itself asks twice.
      aws.fail('logs:FilterLogEvents', THROTTLED, 2)
      return { status: 400, body: { __type: THROTTLED.name, message: '' } }
    }
    return answer?.(input) ?? { body: {} }
  })
  start()
  await expect.poll(total).toBe(6)
  await expect.poll(() => told.length).toBe(2)
  const pages = asked.map(({ nextToken }) => nextToken)
  expect(pages.slice(0, 7)).toEqual([undefined, '1', '2', '3', '4', '5', '6'])
})
