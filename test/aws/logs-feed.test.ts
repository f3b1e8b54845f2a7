import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Clients } from '../../src/aws/clients.ts'
import { LogsFeed } from '../../src/aws/logs-feed.ts'
import { runFeed } from '../../src/jobs/run-feed.ts'
import type { FeedFault } from '../../src/model/feed.ts'
import { FakeAws, PLACE } from '../helpers/fake-aws.ts'
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
    now: () => NOW,
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
  const row = await world.ingest.selectFrom('feed').select('landed').executeTakeFirst()
  expect(row).toEqual({ landed: 10 })
})

test('a failure in the middle of a poll loses nothing, and a missing log group is said once', async () => {
  for (let i = 0; i < 6; i++) put(`b-${i}`, -30 + i)
  aws.fail('logs:FilterLogEvents', { status: 400, name: 'ResourceNotFoundException' }, 4)
  start()
  await expect.poll(total).toBe(6)
  await expect.poll(() => told).toMatchObject([{ code: 'log-group-missing' }, 'well'])
})
