import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Clients } from '../../src/aws/clients.ts'
import { SqsFeed } from '../../src/aws/sqs-feed.ts'
import type { AbsorbDeps } from '../../src/ingest/absorb.ts'
import { runFeed } from '../../src/jobs/run-feed.ts'
import type { FeedFault } from '../../src/model/feed.ts'
import { DENIED, EXPIRED, FakeAws, notification, PLACE, THROTTLED } from '../helpers/fake-aws.ts'
import { openWorld, scope, type World } from '../helpers/seed.ts'
import { auditEvent, finding } from '../helpers/seed-records.ts'

let world: World
let aws: FakeAws
let clients: Clients
let running: { close(): Promise<void> } | null = null
let told: (FeedFault | 'well')[] = []

beforeAll(async () => {
  world = await openWorld()
})
beforeEach(async () => {
  aws = new FakeAws()
  await aws.listen()
  clients = aws.clients()
  told = []
})
afterEach(async () => {
  await running?.close()
  running = null
  await clients.close()
  await aws.close()
  await world.reset()
})
afterAll(() => world.close())

type Options = Partial<ConstructorParameters<typeof SqsFeed>[1]>

function start(options: Options = {}, deps: AbsorbDeps = world.deps()): void {
  const feed = new SqsFeed(clients, {
    name: 'findings',
    place: PLACE,
    url: aws.queueUrl,
    given: scope('-/-/-'),
    allowed: [{ account: '*', region: '*', cluster: '*' }],
    wait: 0,
    ...options,
  })
  running = runFeed({
    deps,
    feed: Object.assign(feed, { pause: 5 }),
    tell: (what) => told.push('fault' in what ? what.fault : 'well'),
    pause: 5,
  })
}

const lines = (from: number, to: number): string =>
  Array.from(
    { length: to - from },
    (_, i) => `${JSON.stringify(auditEvent({ id: `sqs-${from + i}` }))}\n`,
  ).join('')

async function total(): Promise<number> {
  const { totals } = await world.ask('subject', 'alice')
  return totals?.success ?? 0
}
const row = () => world.ingest.selectFrom('feed').selectAll().executeTakeFirst()
const findings = async (): Promise<number> =>
  (await world.ingest.selectFrom('finding').select('id').where('scope', '>=', 0).execute()).length
const empty = () => expect.poll(() => aws.queue.length).toBe(0)

describe('messages of a queue', () => {
  test('findings and objects land once although every message comes twice, and are deleted after that', async () => {
    aws.objects.set('logs/audit/a b+c.json.gz', gzipSync(lines(0, 30)))
    aws.objects.set('logs/audit/2.json', Buffer.from(lines(30, 50)))
    aws.send({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'logs' })
    aws.send(notification('audit/a b+c.json.gz', 'audit/2.json'))
    aws.send({ Type: 'Notification', Message: JSON.stringify(finding({ id: 'one' })) })
    aws.send({ 'detail-type': 'GuardDuty Finding', source: 'aws.guardduty', detail: finding({ id: 'two' }) })
    aws.redeliveries = 4
    start()
    await expect.poll(() => aws.count('sqs:DeleteMessageBatch')).toBeGreaterThanOrEqual(2)
    await empty()
    expect([await total(), await findings()]).toEqual([50, 2])
    expect(aws.redeliveries).toBe(0)
    await expect.poll(row).toMatchObject({ kind: 'sqs', fault_code: null, rejected: 0, landed: 52 })
    expect(told).toEqual([])
  })

  test('what fails is given back and not deleted, its neighbours are, and it lands once it can', async () => {
    aws.objects.set('logs/bad', Buffer.from(lines(0, 3)))
    aws.fail('s3:GetObject', DENIED)
    aws.send(notification('bad'))
    aws.send(finding({ id: 'good' }))
    start()
    await expect.poll(() => told.length).toBe(1)
    expect(told[0]).toMatchObject({
      code: 'access-denied',
      message: expect.stringContaining('s3:GetObject on arn:aws:s3:::logs/bad') as string,
      cure: expect.stringContaining('"Action":"s3:GetObject"') as string,
    })
    await expect.poll(() => aws.queue.length).toBe(1)
    expect([await total(), await findings()]).toEqual([0, 1])
    // It waits for its turn, longer than any other: 30 s.
    const [left] = aws.queue
    expect((left?.hiddenUntil ?? 0) - Date.now()).toBeGreaterThan(20_000)
    aws.failures.clear()
    if (left !== undefined) left.hiddenUntil = 0
    await empty()
    expect(await total()).toBe(3)
  })

  test('an object that was deleted is told and stays for the dead-letter queue', async () => {
    aws.send(notification('gone'))
    start()
    await expect.poll(() => told).toMatchObject([{ code: 'object-missing' }])
    expect(aws.queue.length).toBe(1)
    await expect.poll(row).toMatchObject({
      fault_code: 'object-missing',
      fault_cure: expect.stringContaining('dead-letter') as string,
    })
  })

  test.each([
    ['throttled', THROTTLED],
    ['credentials-expired', EXPIRED],
    ['access-denied', DENIED],
    ['queue-missing', { status: 400, name: 'QueueDoesNotExist' }],
  ])('%s: said once with its cure, and over when it is', async (code, failure) => {
    aws.send(finding())
    aws.fail('sqs:ReceiveMessage', failure, 7)
    start()
    await empty()
    await expect
      .poll(() => told)
      .toMatchObject([{ code, cure: expect.stringMatching(/\w+/) as string }, 'well'])
    expect(await findings()).toBe(1)
    await expect.poll(row).toMatchObject({ fault_code: null })
  })

  test('entries of a deletion that fail are tried again, and said when they go on failing', async () => {
    for (let i = 0; i < 3; i++) aws.send(finding({ id: `f-${i}` }))
    aws.partial = { left: 2, code: 'InternalError' }
    start()
    await empty()
    expect(told).toEqual([])
    aws.partial = { left: 2, code: 'ReceiptHandleIsInvalid' }
    for (let i = 3; i < 5; i++) aws.send(finding({ id: `f-${i}` }))
    await expect.poll(() => told).toMatchObject([{ code: 'stale-receipt' }])
    // That messages are received mends nothing: only a deletion that works does.
    const asked = aws.count('sqs:ReceiveMessage')
    await expect.poll(() => aws.count('sqs:ReceiveMessage')).toBeGreaterThan(asked + 3)
    await expect.poll(row).toMatchObject({ fault_code: 'stale-receipt' })
    expect(told.length).toBe(1)
    aws.send(finding({ id: 'f-5' }))
    await expect.poll(() => told).toMatchObject([{ code: 'stale-receipt' }, 'well'])
    await expect.poll(row).toMatchObject({ fault_code: null })
    expect(await findings()).toBe(6)
  })

  test('a message that takes long is kept hidden, and let go of when the receipt is stale', async () => {
    aws.send(notification('slow'))
    let release: () => void = () => undefined
    const gate = new Promise<void>((done) => {
      release = done
    })
    aws.objects.set('logs/slow', Buffer.from(lines(0, 5)))
    aws.delays.set('s3:GetObject', gate)
    start({ visibility: 1 })
    await expect.poll(() => aws.count('sqs:ChangeMessageVisibility')).toBeGreaterThanOrEqual(2)
    const [message] = aws.queue
    expect(message?.received).toBe(1)
    if (message !== undefined) Object.assign(message, { receipt: 'of somebody else', hiddenUntil: Infinity })
    const beats = aws.count('sqs:ChangeMessageVisibility')
    await expect.poll(() => aws.count('sqs:ChangeMessageVisibility')).toBe(beats + 1)
    await new Promise((done) => setTimeout(done, 800))
    expect(aws.count('sqs:ChangeMessageVisibility')).toBe(beats + 1)
    release()
    await expect.poll(total).toBe(5)
  })

  test('a foreign shape is rejected, told once and gone; foreign scopes name the feed', async () => {
    aws.send({ hello: 'world' })
    aws.send('no JSON')
    aws.send(finding({ id: 'foreign', account: '999999999999' }))
    start({ allowed: [{ account: '123456789012', region: '*', cluster: '*' }] })
    await empty()
    await expect.poll(async () => (await row())?.rejected).toBe(3)
    expect(await findings()).toBe(0)
    expect(told.map((one) => (one === 'well' ? one : one.code))).toContain('foreign-shape')
    const kept = await world.ingest.selectFrom('rejected').select(['class', 'file', 'reason']).execute()
    expect(kept.map((one) => one.class).toSorted()).toEqual(['foreign-scope', 'unrecognised', 'unrecognised'])
    const foreign = kept.find((one) => one.class === 'foreign-scope')
    expect(foreign?.reason).toContain('the feed findings')
    expect(foreign?.file).toMatch(/^sqs:\/\//)
  })

  test('what records do not say is added, what they say stays, and a feed may not write everywhere', async () => {
    const envelope = {
      messageType: 'DATA_MESSAGE',
      owner: '123456789012',
      logGroup: '/aws/eks/payments/cluster',
      logEvents: [{ id: '1', timestamp: 1, message: JSON.stringify(auditEvent({ id: 'from-logs' })) }],
    }
    aws.objects.set('logs/firehose', gzipSync(JSON.stringify(envelope)))
    aws.objects.set('logs/bare', Buffer.from(lines(0, 3)))
    aws.send(notification('firehose', 'bare'))
    const given = scope('123456789012/eu-west-1/-')
    start({ given, allowed: [{ account: '123456789012', region: 'eu-west-1', cluster: 'payments' }] })
    await empty()
    const ask = await world.ask('subject', 'alice', { scope: '123456789012/eu-west-1/payments' })
    expect([ask.totals?.success, await total()]).toEqual([1, 1])
    await expect.poll(async () => (await row())?.rejected).toBe(3)
    expect(told).toMatchObject([
      { code: 'foreign-scope', message: expect.stringContaining('is of 123456789012/eu-west-1/-') as string },
    ])
    const scopes = await world.ingest.selectFrom('scope').select('cluster').execute()
    expect(scopes).toEqual([{ cluster: 'payments' }])
  })

  test('a key that no database takes is kept with its reject all the same', async () => {
    aws.objects.set('logs/a\0b', Buffer.from('no JSON'))
    aws.send(notification('a\0b'))
    start()
    await empty()
    const kept = await world.ingest.selectFrom('rejected').select('file').execute()
    expect(kept).toEqual([{ file: 's3://logs/a\uFFFDb' }])
  })

  test('while the database is away nothing is received or acknowledged, and nothing is lost', async () => {
    const deps = world.deps()
    let isAway = true
    const away = (): never => {
      throw Object.assign(new Error('the database system is shutting down'), { severity: 'FATAL' })
    }
    const pool = new Proxy(deps.pool, {
      get: (target, name) => (isAway && name === 'connect' ? away : (Reflect.get(target, name) as unknown)),
    })
    aws.send(finding({ id: 'patient' }))
    start({}, { ...deps, pool })
    await expect.poll(() => told).toMatchObject([{ code: 'database' }])
    expect([aws.count('sqs:ReceiveMessage'), aws.queue.length]).toEqual([0, 1])
    isAway = false
    await empty()
    expect(await findings()).toBe(1)
    await expect.poll(() => told).toMatchObject([{ code: 'database' }, 'well'])
  })

  test('a transaction that fails acknowledges nothing, and the message lands when it comes again', async () => {
    const deps = world.deps()
    let failures = 1
    const jobs = {
      ...deps.jobs,
      send: (...args: Parameters<typeof deps.jobs.send>) => {
        if (failures-- > 0) throw new Error('no job could be sent')
        return deps.jobs.send(...args)
      },
    }
    aws.send(finding({ id: 'again' }))
    start({}, { ...deps, jobs })
    await expect.poll(() => told).toMatchObject([{ code: 'database' }])
    expect([aws.queue.length, await findings()]).toEqual([1, 0])
    const [message] = aws.queue
    if (message !== undefined) message.hiddenUntil = 0
    await empty()
    expect(await findings()).toBe(1)
  })

  test('a network that does not lead there is told as such', async () => {
    await clients.close()
    clients = new Clients('http://127.0.0.1:1')
    start()
    await expect.poll(() => told).toMatchObject([{ code: 'unreachable' }])
  })

  test('closing gives back what has not landed, at once', async () => {
    let release: () => void = () => undefined
    aws.delays.set(
      's3:GetObject',
      new Promise<void>((done) => {
        release = done
      }),
    )
    aws.objects.set('logs/a', Buffer.from(lines(0, 5)))
    aws.send(notification('a'))
    aws.send(notification('b'))
    start()
    await expect.poll(() => aws.count('s3:GetObject')).toBe(1)
    await running?.close()
    // The object itself was never answered with.
    release()
    running = null
    expect(aws.queue.map((one) => one.hiddenUntil <= Date.now() + 50)).toEqual([true, true])
    expect(await total()).toBe(0)
  })

  test('removed objects beside new ones are no fault', async () => {
    aws.objects.set('logs/a', Buffer.from(lines(0, 3)))
    const { Records } = notification('a') as { Records: object[] }
    aws.send({
      Records: [...Records, ...Records.map((one) => ({ ...one, eventName: 'ObjectRemoved:Delete' }))],
    })
    start()
    await empty()
    expect(await total()).toBe(3)
    await expect.poll(row).toMatchObject({ landed: 3, rejected: 0, fault_code: null })
    expect(told).toEqual([])
  })

  test('only regions that are configured get a client, whatever a notification says', async () => {
    const asked: string[] = []
    const s3 = clients.s3.bind(clients)
    clients.s3 = (place) => {
      asked.push(place.region)
      return s3(place)
    }
    aws.objects.set('logs/a', Buffer.from(lines(0, 3)))
    for (const awsRegion of ['us-west-2', 'eu-central-1', 'nowhere-9']) {
      const { Records } = notification('a') as { Records: object[] }
      aws.send({ Records: Records.map((one) => ({ ...one, awsRegion })) })
    }
    start({ regions: ['eu-central-1'] })
    await empty()
    expect(asked.toSorted()).toEqual(['eu-central-1', 'eu-west-1', 'eu-west-1'])
  })

  test('credentials that expired are read again, and records that cannot be used are told', async () => {
    const sqs = await clients.sqs(PLACE)
    aws.fail('sqs:ReceiveMessage', EXPIRED, 2)
    aws.send(auditEvent({ at: 'yesterday' }))
    start()
    await empty()
    expect(await clients.sqs(PLACE)).not.toBe(sqs)
    await expect.poll(() => told.map((one) => (one === 'well' ? one : one.code))).toContain('rejected')
    await expect.poll(row).toMatchObject({ fault_code: 'rejected', rejected: 1 })
  })
})
