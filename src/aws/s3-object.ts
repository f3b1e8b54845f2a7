import { addAbortSignal, Readable } from 'node:stream'
import { type ByteStream, FeedFault } from '../model/feed.ts'
import { partitionOf } from '../model/region.ts'
import type { ObjectRef } from '../sources/message.ts'
import { storable } from '../sources/names.ts'
import type { Clients, Place } from './clients.ts'

/** Name of an object for people, safe to store: `s3://bucket/key`. */
export function nameOf({ bucket, key, version }: ObjectRef): string {
  return storable(`s3://${bucket}/${key}${version === null ? '' : `?versionId=${version}`}`)
}

/**
 * The bytes of an object as they lie in its bucket, never all at once. Throws a FeedFault, also in the middle. What a notification
 * says is believed of the regions given: each other one would be a client more.
 */
export async function openObject(
  clients: Clients,
  place: Place,
  regions: readonly string[],
  object: ObjectRef,
  signal: AbortSignal,
): Promise<ByteStream> {
  const { bucket, key, region, version } = object
  const asked = {
    action: version === null ? 's3:GetObject' : 's3:GetObjectVersion',
    resource: `arn:${partitionOf(place.region)}:s3:::${bucket}/${key}`,
  }
  const isKnown = region !== null && regions.includes(region)
  const where = isKnown ? { ...place, region } : place
  const client = await clients.s3(where)
  const { GetObjectCommand } = await import('@aws-sdk/client-s3')
  const input = { Bucket: bucket, Key: key, ...(version !== null && { VersionId: version }) }
  const { Body } = await client
    .send(new GetObjectCommand(input), { abortSignal: signal })
    .catch((error: unknown) => {
      throw clients.failed(error, asked, where)
    })
  // In Node the body is a stream.
  if (Body instanceof Readable) addAbortSignal(signal, Body)
  return streamed((Body ?? []) as ByteStream, nameOf(object))
}

async function* streamed(body: ByteStream, name: string): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch (cause) {
    throw new FeedFault('unreachable', `Reading ${name} broke off.`, { cause })
  }
}
