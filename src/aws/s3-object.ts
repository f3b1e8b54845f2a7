import { type ByteStream, FeedFault } from '../model/feed.ts'
import type { ObjectRef } from '../sources/message.ts'
import { storable } from '../sources/names.ts'
import type { Clients, Place } from './clients.ts'
import { faultFrom } from './faults.ts'

/** Name of an object for people, safe to store: `s3://bucket/key`. */
export function nameOf({ bucket, key, version }: ObjectRef): string {
  return storable(`s3://${bucket}/${key}${version === null ? '' : `?versionId=${version}`}`)
}

/** The bytes of an object as they lie in its bucket, never all at once. Throws a FeedFault, also in the middle. */
export async function openObject(
  clients: Clients,
  place: Place,
  object: ObjectRef,
  signal: AbortSignal,
): Promise<ByteStream> {
  const { bucket, key, region, version } = object
  const asked = {
    action: version === null ? 's3:GetObject' : 's3:GetObjectVersion',
    resource: `arn:aws:s3:::${bucket}/${key}`,
  }
  const client = await clients.s3({ ...place, region: region ?? place.region })
  const { GetObjectCommand } = await import('@aws-sdk/client-s3')
  const input = { Bucket: bucket, Key: key, ...(version !== null && { VersionId: version }) }
  const { Body } = await client
    .send(new GetObjectCommand(input), { abortSignal: signal })
    .catch((error: unknown) => {
      throw faultFrom(error, asked)
    })
  // In Node the body is a stream.
  return streamed((Body ?? []) as ByteStream, nameOf(object))
}

async function* streamed(body: ByteStream, name: string): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch (cause) {
    throw new FeedFault('unreachable', `Reading ${name} broke off.`, { cause })
  }
}
