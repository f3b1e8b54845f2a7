import {
  CreateBucketCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3'
import nock from 'nock'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bucketSink } from '../../src/aws/anchor-sink.ts'
import { Clients } from '../../src/aws/clients.ts'
import { FeedFault } from '../../src/model/feed.ts'
import { fromMillis } from '../../src/model/time.ts'
import { PLACE } from '../helpers/fake-aws.ts'
import { HAS_MOTO, type Moto, startMoto } from '../helpers/moto.ts'

const anchor = (seq: number) => ({ chain: 'main', seq, hash: 'ab'.repeat(32), at: fromMillis(Date.now()) })

describe.skipIf(!HAS_MOTO)('anchors in a bucket of moto_server with Object Lock', () => {
  let moto: Moto
  let clients: Clients
  beforeAll(async () => {
    moto = await startMoto()
    clients = new Clients(moto.url)
    const s3 = await clients.s3(PLACE)
    await s3.send(
      new CreateBucketCommand({
        Bucket: 'witness',
        ObjectLockEnabledForBucket: true,
        CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
      }),
    )
  })
  afterAll(async () => {
    await clients.close()
    await moto.close()
  })

  test('are written once, kept for years, and read back', async () => {
    const sink = bucketSink(clients, { place: PLACE, bucket: 'witness', years: 2 })
    const [first, second] = [anchor(1), anchor(20)]
    const place = await sink.write(first)
    await sink.write(second)
    expect(place).toMatch(/^s3:\/\/witness\/anchors\/main\/0+1-/)
    expect(await sink.read()).toEqual([first, second])
    const s3 = await clients.s3(PLACE)
    const Key = place.slice('s3://witness/'.length)
    const head = await s3.send(new HeadObjectCommand({ Bucket: 'witness', Key }))
    expect(head.ObjectLockMode).toBe('COMPLIANCE')
    expect(Number(head.ObjectLockRetainUntilDate)).toBeGreaterThan(Date.now() + 1.9 * 366 * 86_400_000)
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: 'witness', Prefix: Key }))
    const remove = new DeleteObjectCommand({ Bucket: 'witness', Key, VersionId: Versions[0]?.VersionId })
    await expect(s3.send(remove)).rejects.toThrow()
  })
})

test('a bucket that may not be written says which right is missing', async () => {
  process.env['AWS_ACCESS_KEY_ID'] = 'testing'
  process.env['AWS_SECRET_ACCESS_KEY'] = 'testing'
  nock('https://witness.s3.eu-west-1.amazonaws.com')
    .put(/^\/anchors\//)
    .reply(403, '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>')
  const clients = new Clients(null)
  try {
    const sink = bucketSink(clients, { place: PLACE, bucket: 'witness', years: 1 })
    const error = await sink.write(anchor(1)).catch((one: unknown) => one)
    expect(error).toBeInstanceOf(FeedFault)
    const { code, cure } = error as FeedFault
    expect(code).toBe('access-denied')
    expect(cure).toContain('arn:aws:s3:::witness/anchors/*')
  } finally {
    await clients.close()
    nock.cleanAll()
  }
})
