import type { Anchor, AnchorSink } from '../model/anchor.ts'
import { partitionOf } from '../model/region.ts'
import { formatTime } from '../model/time.ts'
import { readAnchor } from '../trail/file-sink.ts'
import type { Clients, Place } from './clients.ts'

/** Where anchors lie that nobody can change before their time: a bucket with Object Lock. */
export interface BucketSink {
  readonly place: Place
  readonly bucket: string
  /** Years for which an anchor can be neither changed nor deleted, by anybody. */
  readonly years: number
}

const FOLDER = 'anchors/'
const YEAR = 366 * 86_400_000

/** Anchors as objects under Object Lock in compliance mode, each written once. Throws a FeedFault that says what a policy lacks. */
export function bucketSink(clients: Clients, { place, bucket, years }: BucketSink): AnchorSink {
  const resource = `arn:${partitionOf(place.region)}:s3:::${bucket}`
  const failed = (action: string, of: string) => (error: unknown) => {
    throw clients.failed(error, { action: `s3:${action}`, resource: of }, place)
  }
  return {
    name: `s3://${bucket}`,
    withstands: 'both',
    async write(anchor) {
      const client = await clients.s3(place)
      const { PutObjectCommand } = await import('@aws-sdk/client-s3')
      const Key = `${FOLDER}${anchor.chain}/${String(anchor.seq).padStart(15, '0')}-${formatTime(anchor.at)}.json`
      const put = new PutObjectCommand({
        Bucket: bucket,
        Key,
        Body: JSON.stringify({ ...anchor, at: formatTime(anchor.at) }),
        ContentType: 'application/json',
        ChecksumAlgorithm: 'SHA256',
        IfNoneMatch: '*',
        ObjectLockMode: 'COMPLIANCE',
        ObjectLockRetainUntilDate: new Date(Math.ceil(anchor.at / 1000) + years * YEAR),
      })
      await client.send(put).catch(failed('PutObject', `${resource}/${FOLDER}*`))
      return `s3://${bucket}/${Key}`
    },
    async read() {
      const client = await clients.s3(place)
      const { GetObjectCommand, ListObjectsV2Command } = await import('@aws-sdk/client-s3')
      const found: Anchor[] = []
      let ContinuationToken: string | undefined
      do {
        const list = new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: FOLDER,
          ...(ContinuationToken !== undefined && { ContinuationToken }),
        })
        const page = await client.send(list).catch(failed('ListBucket', resource))
        for (const { Key } of page?.Contents ?? []) {
          if (Key === undefined) continue
          const get = new GetObjectCommand({ Bucket: bucket, Key })
          const object = await client.send(get).catch(failed('GetObject', `${resource}/${FOLDER}*`))
          const anchor = readAnchor((await object?.Body?.transformToString()) ?? '')
          if (anchor !== null) found.push(anchor)
        }
        ContinuationToken = page?.NextContinuationToken
      } while (ContinuationToken !== undefined)
      return found
    },
  }
}
