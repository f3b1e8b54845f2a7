import { isScopePart, type ScopeParts } from '../model/scope.ts'
import { get, isObject, type JsonObject, num, obj, said } from './json.ts'

/** An object of S3 that a notification names. Records count once, so it does not matter in which order objects are read. */
export interface ObjectRef {
  readonly bucket: string
  readonly key: string
  /** Null: the notification does not say, or the bucket keeps no versions. */
  readonly region: string | null
  readonly version: string | null
  /** Bytes as they lie in the bucket. */
  readonly size: number | null
}

/** What a message of a queue is about. */
export interface Message {
  /** Objects to be read. */
  readonly objects: readonly ObjectRef[]
  /** What of it goes to the parsers, freed of its wrapping; null when the objects are all. */
  readonly text: string | null
}

/** SNS in SNS is as deep as anybody nests. */
const MOST_WRAPPINGS = 3

/**
 * The body of a message: a record as it is or as EventBridge sends it, a notification of S3 (its own or by EventBridge), or
 * either of them in an SNS notification. What is none of these goes to the parsers too, which ignore it or reject it with a reason; of a
 * notification those records that name no object to be read.
 */
export function readMessage(body: string, depth = 0): Message {
  const value = parsed(body)
  if (value === null) return { objects: [], text: body }
  const inner = get(value, 'Type') === 'Notification' ? said(get(value, 'Message')) : null
  if (inner !== null && depth < MOST_WRAPPINGS) return readMessage(inner, depth + 1)
  if (get(value, 'source') === 'aws.s3' && get(value, 'detail-type') === 'Object Created') {
    const object = bridgedObject(value)
    return object === null || holdsNothing(object)
      ? { objects: [], text: body }
      : { objects: [object], text: null }
  }
  const records = get(value, 'Records')
  if (!Array.isArray(records) || !records.some((record) => obj(get(obj(record), 's3')) !== null))
    return { objects: [], text: body }
  const objects: ObjectRef[] = []
  const others: unknown[] = []
  for (const record of records as readonly unknown[]) {
    const object = notifiedObject(obj(record))
    if (object === null || holdsNothing(object)) others.push(record)
    else objects.push(object)
  }
  if (objects.length === 0) return { objects, text: body }
  return { objects, text: others.length === 0 ? null : JSON.stringify({ Records: others }) }
}

function parsed(body: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(body)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

/** True for a notification of S3, its own record or EventBridge's event, of which nothing is to be read: all is well with it. */
export function namesNothing(value: JsonObject): boolean {
  if (get(value, 'source') === 'aws.s3') {
    const type = get(value, 'detail-type')
    if (type !== 'Object Created') return typeof type === 'string' && type.startsWith('Object ')
    const object = bridgedObject(value)
    return object !== null && holdsNothing(object)
  }
  const event = said(get(value, 'eventName'))
  if (event === null || obj(get(value, 's3')) === null || get(value, 'eventSource') !== 'aws:s3') return false
  if (/^(s3:)?(ObjectRemoved|ObjectTagging|ObjectAcl|LifecycleExpiration|LifecycleTransition)/.test(event))
    return true
  const object = notifiedObject(value)
  return object !== null && holdsNothing(object)
}

/** Folders, which the console makes as empty objects, and the digests by which CloudTrail's files can be checked. */
function holdsNothing({ key, size }: ObjectRef): boolean {
  return (key.endsWith('/') && (size ?? 0) === 0) || /(?:^|\/)AWSLogs\/.*\/CloudTrail-Digest\//.test(key)
}

/** One of the `Records` of S3's own notification, whose keys are URL-encoded with `+` for a blank; null: of no new object. */
function notifiedObject(record: JsonObject | null): ObjectRef | null {
  const event = said(get(record, 'eventName'))
  if (event === null || !/^(s3:)?ObjectCreated:/.test(event)) return null
  const s3 = obj(get(record, 's3'))
  const object = obj(get(s3, 'object'))
  const encoded = said(get(object, 'key'))
  return objectRef(
    obj(get(s3, 'bucket')),
    encoded === null ? null : decoded(encoded),
    get(record, 'awsRegion'),
    get(object, 'versionId'),
    get(object, 'size'),
  )
}

/** The same from EventBridge, whose keys are as they are. */
function bridgedObject(event: JsonObject): ObjectRef | null {
  const detail = obj(get(event, 'detail'))
  const object = obj(get(detail, 'object'))
  return objectRef(
    obj(get(detail, 'bucket')),
    said(get(object, 'key')),
    get(event, 'region'),
    get(object, 'version-id'),
    get(object, 'size'),
  )
}

function objectRef(
  bucket: JsonObject | null,
  key: string | null,
  region: unknown,
  version: unknown,
  size: unknown,
): ObjectRef | null {
  const name = said(get(bucket, 'name'))
  if (name === null || key === null || !/^[A-Za-z0-9._-]{3,255}$/.test(name) || key.length > 1024) return null
  return {
    bucket: name,
    key,
    region: typeof region === 'string' && /^[a-z0-9-]{1,40}$/.test(region) ? region : null,
    version: typeof version === 'string' && version.length <= 1024 && version !== '' ? version : null,
    size: num(size),
  }
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '))
  } catch {
    return key
  }
}

const FLOW_KEY = /(?:^|\/)AWSLogs\/(?:o-[a-z0-9]+\/)?(\d{12})\/vpcflowlogs\/([a-z0-9-]+)\//

/** What the key of a flow log says that its lines may leave out: account and region. */
export function scopeOfKey(key: string): ScopeParts {
  const [, account, region] = FLOW_KEY.exec(key) ?? []
  return { ...(isScopePart(account) && { account }), ...(isScopePart(region) && { region }) }
}
