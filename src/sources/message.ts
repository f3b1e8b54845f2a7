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
 * either of them in an SNS notification. What is none of these goes to the parsers too, which reject it with a reason.
 */
export function readMessage(body: string, depth = 0): Message {
  const value = parsed(body)
  if (value === null) return { objects: [], text: body }
  const inner = get(value, 'Type') === 'Notification' ? said(get(value, 'Message')) : null
  if (inner !== null && depth < MOST_WRAPPINGS) return readMessage(inner, depth + 1)
  if (get(value, 'source') === 'aws.s3' && get(value, 'detail-type') === 'Object Created') {
    const object = bridgedObject(value)
    return object === null ? { objects: [], text: body } : { objects: [object], text: null }
  }
  const records = get(value, 'Records')
  if (!Array.isArray(records) || !records.some((record) => obj(get(obj(record), 's3')) !== null))
    return { objects: [], text: body }
  const found = records.map((record) => notifiedObject(obj(record)))
  const objects = found.filter((object) => object !== null)
  return { objects, text: objects.length === found.length ? null : body }
}

function parsed(body: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(body)
    return isObject(value) ? value : null
  } catch {
    return null
  }
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
