import { setTimeout } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Clients } from '../../src/aws/clients.ts'
import { LogsFeed } from '../../src/aws/logs-feed.ts'
import { SqsFeed } from '../../src/aws/sqs-feed.ts'
import { runFeed } from '../../src/jobs/run-feed.ts'
import type { Feed, FeedFault } from '../../src/model/feed.ts'
import { fromMillis } from '../../src/model/time.ts'
import { PLACE } from '../helpers/fake-aws.ts'
import { HAS_MOTO, type Moto, startMoto } from '../helpers/moto.ts'
import { openWorld, scope, type World } from '../helpers/seed.ts'
import { auditEvent, finding } from '../helpers/seed-records.ts'

const ANY = [{ account: '*', region: '*', cluster: '*' }]
const KEYS = ['audit/a b+ü.json.gz', 'audit/plain.json']

describe.skipIf(!HAS_MOTO)('records put into SQS, S3 and Logs of moto_server', () => {
  let world: World
  let moto: Moto
  let clients: Clients
  beforeAll(async () => {
    world = await openWorld()
    moto = await startMoto()
    clients = new Clients(moto.url)
  })
  afterAll(async () => {
    await clients.close()
    await moto.close()
    await world.close()
  })

  const now = Date.now()
  const at = (n: number): string => new Date(now - 60_000 + n * 10).toISOString()
  const event = (n: number): string =>
    JSON.stringify(auditEvent({ id: `moto-${n}`, at: at(n), user: `u${n % 3}` }))
  const body = (from: number, to: number): string =>
    Array.from({ length: to - from }, (_, i) => event(from + i)).join('\n')

  /** A queue that S3 notifies, with findings in it, and each of its messages twice. */
  async function fillQueue(): Promise<string> {
    const [sqs, s3] = await Promise.all([clients.sqs(PLACE), clients.s3(PLACE)])
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'records' }))
    await s3.send(
      new CreateBucketCommand({
        Bucket: 'logs',
        CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
      }),
    )
    const QueueArn = 'arn:aws:sqs:eu-west-1:123456789012:records'
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: 'logs',
        NotificationConfiguration: { QueueConfigurations: [{ QueueArn, Events: ['s3:ObjectCreated:*'] }] },
      }),
    )
    const put = (Key: string, Body: string | Buffer) =>
      s3.send(new PutObjectCommand({ Bucket: 'logs', Key, Body }))
    await put(KEYS[0] ?? '', gzipSync(body(0, 400)))
    await put(KEYS[1] ?? '', body(400, 500))
    for (const id of ['one', 'two']) {
      const text = JSON.stringify(finding({ id }))
      const MessageBody = id === 'one' ? text : JSON.stringify({ Type: 'Notification', Message: text })
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }))
    }
    const seen = new Set<string>()
    for (let tries = 0; tries < 20; tries++) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 2 }),
      )
      if (Messages.length === 0) break
      for (const { MessageId = '', Body = '' } of Messages) {
        if (seen.has(MessageId)) continue
        await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: Body }))
        seen.add(MessageId)
        // The copy comes back here too, and is not to be copied.
        seen.add(Body)
      }
      if (seen.size >= 8) break
    }
    await setTimeout(2_100)
    return QueueUrl
  }

  async function fillLogs(): Promise<void> {
    const logs = await clients.logs(PLACE)
    const logGroupName = '/aws/eks/payments/cluster'
    await logs.send(new CreateLogGroupCommand({ logGroupName }))
    for (const logStreamName of ['kube-apiserver-audit-1', 'authenticator-1']) {
      await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }))
      const logEvents = Array.from({ length: 50 }, (_, i) => ({
        timestamp: now - 60_000 + i,
        message: logStreamName.startsWith('kube')
          ? event(1000 + i)
          : 'time="…" level=info msg="access granted"',
      }))
      await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }))
    }
  }

  const total = async (text: string): Promise<number> =>
    (await world.ask('subject', 'u*', { scope: text, limit: 1 })).totals?.success ?? 0

  test('are in the graph exactly once although every message comes twice', async () => {
    const url = await fillQueue()
    await fillLogs()
    const told: FeedFault[] = []
    const feeds: readonly Feed[] = [
      new SqsFeed(clients, {
        name: 'queue',
        place: PLACE,
        url,
        given: scope('-/-/-'),
        allowed: ANY,
        wait: 1,
      }),
      new LogsFeed(clients, {
        name: 'logs payments',
        place: PLACE,
        logGroup: '/aws/eks/payments/cluster',
        given: scope('123456789012/eu-west-1/payments'),
        allowed: ANY,
        now: () => Date.now(),
        pause: 50,
      }),
    ]
    const running = feeds.map((feed) =>
      runFeed({
        deps: { ...world.deps(), now: () => fromMillis(Date.now()) },
        feed,
        tell: (what) => 'fault' in what && told.push(what.fault),
      }),
    )
    const landed = async (): Promise<readonly unknown[]> => [
      await total('-/-/-'),
      await total('123456789012/eu-west-1/payments'),
      (await world.ingest.selectFrom('finding').select('id').where('scope', '>=', 0).execute()).length,
    ]
    await expect.poll(landed).toEqual([500, 50, 2])
    const isEmpty = async (): Promise<boolean> => {
      const sqs = await clients.sqs(PLACE)
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: url, VisibilityTimeout: 0 }),
      )
      return Messages.length === 0
    }
    await expect.poll(isEmpty).toBe(true)
    await Promise.all(running.map((one) => one.close()))
    expect(await landed()).toEqual([500, 50, 2])
    expect(told).toEqual([])
    const rows = await world.ingest.selectFrom('feed').selectAll().orderBy('name').execute()
    expect(rows).toMatchObject([
      { name: 'logs payments', landed: 50, rejected: 0, cursor: { latest: expect.any(Number) as number } },
      { name: 'queue', landed: 502, rejected: 0, fault_code: null },
    ])
  })
})
