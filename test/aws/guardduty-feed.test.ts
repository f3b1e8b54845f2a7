import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Clients } from '../../src/aws/clients.ts'
import { GuardDutyFeed } from '../../src/aws/guardduty-feed.ts'
import { runFeed } from '../../src/jobs/run-feed.ts'
import type { FeedFault } from '../../src/model/feed.ts'
import { DENIED, FakeAws, PLACE, THROTTLED } from '../helpers/fake-aws.ts'
import { micros, openWorld, type World } from '../helpers/seed.ts'
import { finding } from '../helpers/seed-records.ts'

interface Listed {
  readonly id: string
  readonly updatedAt: string
  readonly archived: boolean
}
interface Criteria {
  readonly maxResults: number
  readonly nextToken?: string
  readonly sortCriteria: { readonly orderBy: string }
  readonly findingCriteria: {
    readonly criterion: {
      readonly updatedAt: { readonly greaterThanOrEqual: number }
      readonly 'service.archived': { readonly equals: readonly [string] }
    }
  }
}

let world: World
let aws: FakeAws
let clients: Clients
let listed: Listed[] = []
let asked: Criteria[] = []
let got: number[] = []
let missing = new Map<string, number>()
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
  listed = []
  asked = []
  got = []
  missing = new Map()
  told = []
  clock = NOW
  aws.handlers.set('guardduty:ListDetectors', () => ({ body: { detectorIds: ['d1'] } }))
  aws.handlers.set('guardduty:ListFindings', (input) => {
    const criteria = input as unknown as Criteria
    asked.push(criteria)
    const { updatedAt, 'service.archived': archived } = criteria.findingCriteria.criterion
    const found = listed
      .filter((one) => Date.parse(one.updatedAt) >= updatedAt.greaterThanOrEqual)
      .filter((one) => String(one.archived) === archived.equals[0])
      .toSorted((a, b) => Date.parse(a.updatedAt) - Date.parse(b.updatedAt))
    const from = Number(criteria.nextToken ?? 0)
    const findingIds = found.slice(from, from + criteria.maxResults).map(({ id }) => id)
    const next = from + criteria.maxResults
    return { body: { findingIds, nextToken: next < found.length ? String(next) : '' } }
  })
  aws.handlers.set('guardduty:GetFindings', (input) => {
    const ids = input['findingIds'] as string[]
    got.push(ids.length)
    const findings = ids.flatMap((id) => {
      const left = missing.get(id) ?? 0
      missing.set(id, left - 1)
      const one = listed.find((own) => own.id === id)
      return left > 0 || one === undefined
        ? []
        : [finding({ id, updated: one.updatedAt, first: one.updatedAt, last: one.updatedAt })]
    })
    return { body: { findings } }
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
const DAY = 86_400_000
const at = (minute: number): string => new Date(NOW + minute * MINUTE).toISOString()

function start(): { close(): Promise<void> } {
  const feed = new GuardDutyFeed(clients, {
    name: 'guardduty eu-west-1',
    place: PLACE,
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

const ids = async (): Promise<readonly string[]> =>
  (await world.ingest.selectFrom('finding').select('id').where('scope', '>=', 0).execute()).map(
    ({ id }) => id,
  )
const cursor = async () => (await world.ingest.selectFrom('feed').select('cursor').executeTakeFirst())?.cursor

test('all pages, archived findings too, first of 90 days and then from ten minutes before the latest', async () => {
  // The same time across the edge of a page.
  listed = Array.from({ length: 101 }, (_, i) => ({
    id: `f-${i}`,
    updatedAt: at(-200 + (i > 45 && i < 55 ? 50 : i)),
    archived: i % 10 === 0,
  }))
  start()
  await expect.poll(async () => (await ids()).length).toBe(101)
  expect(Math.max(...got)).toBeLessThanOrEqual(50)
  expect(asked[0]).toMatchObject({ maxResults: 50, sortCriteria: { orderBy: 'ASC' } })
  expect(asked[0]?.findingCriteria.criterion.updatedAt.greaterThanOrEqual).toBe(NOW - 90 * DAY)
  await expect
    .poll(cursor)
    .toEqual({ 'd1 current': NOW - 101 * MINUTE, 'd1 archived': NOW - 100 * MINUTE, whole: NOW })
  const rounds = asked.length
  await expect.poll(() => asked.length).toBeGreaterThan(rounds + 4)
  const since = asked
    .slice(rounds + 2)
    .map((one) => one.findingCriteria.criterion.updatedAt.greaterThanOrEqual)
  expect(new Set(since)).toEqual(new Set([NOW - 111 * MINUTE, NOW - 110 * MINUTE]))
  // Whatever this machine's clock says, only what was seen moves it on.
  clock = NOW + 3_600_000
  listed.push({ id: 'new', updatedAt: at(-90), archived: false })
  await expect.poll(ids).toContain('new')
  expect(await cursor()).toMatchObject({ 'd1 current': NOW - 90 * MINUTE })
  // A week later everything is asked for again.
  listed.push({ id: 'missed', updatedAt: at(-5000), archived: false })
  clock = NOW + 7 * DAY
  await expect.poll(ids).toContain('missed')
  expect(told).toEqual([])
})

test('findings that are listed and not given are asked for again, and then said', async () => {
  listed = ['a', 'b', 'c'].map((id, i) => ({ id, updatedAt: at(-i), archived: false }))
  missing = new Map([
    ['a', 1],
    ['b', 1_000],
  ])
  start()
  await expect.poll(async () => (await ids()).toSorted()).toEqual(['a', 'c'])
  await expect
    .poll(() => told[0])
    .toMatchObject({ code: 'incomplete', message: expect.stringContaining('b') as string })
  // It stays said while others land.
  listed.push({ id: 'd', updatedAt: at(1), archived: false })
  await expect.poll(ids).toContain('d')
  expect(told.map((one) => (one === 'well' ? one : one.code))).toEqual(['incomplete'])
  missing.clear()
  await expect.poll(async () => (await ids()).length).toBe(4)
  await expect.poll(() => told.at(-1)).toBe('well')
})

test('a role that may not list, and an account without GuardDuty, are told with their cure', async () => {
  aws.fail('guardduty:ListFindings', DENIED, 3)
  listed = [{ id: 'a', updatedAt: at(-1), archived: false }]
  start()
  await expect.poll(ids).toEqual(['a'])
  await expect
    .poll(() => told)
    .toMatchObject([
      { code: 'access-denied', cure: expect.stringContaining('guardduty:ListFindings') as string },
      'well',
    ])
  aws.handlers.set('guardduty:ListDetectors', () => ({ body: { detectorIds: [] } }))
  await expect.poll(() => told.at(-1)).toMatchObject({ code: 'detector-missing' })
})

test('a poll that is throttled on the way goes on where it was, and loses no page', async () => {
  listed = Array.from({ length: 120 }, (_, i) => ({ id: `t-${i}`, updatedAt: at(-200 + i), archived: false }))
  const answer = aws.handlers.get('guardduty:GetFindings')
  let pages = 0
  aws.handlers.set('guardduty:GetFindings', (input) => {
    pages += 1
    // The client itself asks twice.
    if (pages === 2) aws.fail('guardduty:GetFindings', THROTTLED, 1)
    return pages === 2 ? { status: 400, body: { __type: THROTTLED.name } } : (answer?.(input) ?? { body: {} })
  })
  start()
  await expect.poll(async () => (await ids()).length).toBe(120)
  const asks = asked.filter((one) => one.findingCriteria.criterion['service.archived'].equals[0] === 'false')
  expect(asks.slice(0, 4).map(({ nextToken }) => nextToken)).toEqual([undefined, '50', '50', '100'])
})

test('what is new does not wait for the whole of 90 days, and a finding of the future blinds nothing', async () => {
  listed = [{ id: 'a', updatedAt: at(-300), archived: false }]
  start()
  await expect.poll(cursor).toMatchObject({ whole: NOW })
  listed.push({ id: 'future', updatedAt: at(600), archived: false })
  await expect.poll(ids).toContain('future')
  await expect.poll(cursor).toMatchObject({ 'd1 current': NOW })
  clock = NOW + 7 * DAY
  const { length } = asked
  await expect.poll(cursor).toMatchObject({ whole: clock })
  const since = asked.slice(length).map((one) => one.findingCriteria.criterion.updatedAt.greaterThanOrEqual)
  // A poll that is under way when the clock moves may have taken the finding in as no longer of the future.
  const isCurrent = (from: number): boolean => from >= NOW - 10 * MINUTE && from <= NOW + 600 * MINUTE
  const whole = since.indexOf(clock - 90 * DAY)
  const first = since.findIndex(isCurrent)
  // None before it: the poll under way had asked before the clock moved, and goes on with the whole.
  expect(whole === 0 || (first >= 0 && first < whole)).toBe(true)
})
