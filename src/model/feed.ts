import { isScopePart, type Scope, UNKNOWN_PART } from './scope.ts'
import type { Micros } from './time.ts'

export const FEED_KINDS = ['sqs', 'guardduty', 'logs', 'inventory'] as const
export type FeedKind = (typeof FEED_KINDS)[number]

/** What a feed remembers from poll to poll; JSON, and nobody's business but the feed's. */
export type Cursor = { readonly [name: string]: unknown }

/** Bytes as they came from a source; each is good until the next one is asked for. */
export type ByteStream = AsyncIterable<Uint8Array>

/**
 * Scopes that a feed may write. A part `*` stands for any, also for one that is not known.
 */
export interface AllowedScope {
  readonly account: string
  readonly region: string
  readonly cluster: string
}

/**
 * What is received together and acknowledged together, once its last transaction is committed. Whoever received it calls
 * exactly one of `acknowledge` and `giveBack`.
 */
export interface Consignment {
  /** Where it comes from, for rejects: `s3://bucket/key`, `sqs://queue/message-id`. */
  readonly from: string
  /** Its bytes, plain or gzip; each call begins anew. Throws a FeedFault where they cannot be had. */
  open(): Promise<ByteStream>
  /** Parts of a scope that the feed adds where a record does not say them; `-` adds nothing. */
  readonly given: Scope
  /** What its records may say; others are rejected as `foreign-scope`. */
  readonly allowed: readonly AllowedScope[]
  /** To be remembered with its last transaction; null: nothing. */
  readonly cursor: Cursor | null
  /** When what is new in it could be received first; null: the source does not say, or nothing is. */
  readonly sentAt: Micros | null
  /** It has landed. Throws a FeedFault when the source did not take that: then it comes again. */
  acknowledge(): Promise<void>
  /** It has not landed and is to come again: `now` when nothing is wrong with it, else after a pause. Never throws. */
  giveBack(when: 'now' | 'later'): Promise<void>
}

/** Somewhere records come from by themselves. */
export interface Feed {
  /** Unique; names its row in the table `feed`. */
  readonly name: string
  readonly kind: FeedKind
  /** The order of fields in its flow logs where they have no header line, as such a line; without it the default one. */
  readonly flowFormat?: string
  /** Milliseconds until it is asked again, unless there is more. */
  readonly pause: number
  /** What it received last was not all: asked again, it goes on at once. Absent: false. */
  readonly hasMore?: boolean
  /** What is wrong although it receives; null once that works again. Absent: null. */
  readonly standing?: FeedFault | null
  /**
   * Waits for what there is, as long as the source lets it; empty when there was nothing. Called again only when everything it
   * returned before is acknowledged or given back. Throws a FeedFault.
   */
  receive(cursor: Cursor | null, signal: AbortSignal): Promise<readonly Consignment[]>
  close(): void | Promise<void>
}

/** Why a feed stands still or does not take in all, each with what to do about it. */
export const FEED_FAULTS = {
  throttled:
    'Nothing to do at first: Firebreak waits longer each time. If it lasts, raise the quota of this call or poll less often.',
  'credentials-expired':
    'Renew the credentials of this process (aws sso login, or the role of the machine or pod), and check its clock.',
  'access-denied': 'Allow the action named here in the policy of the role that this feed works as.',
  'queue-missing': 'Correct the queue address of this feed in the configuration file, or make the queue.',
  'bucket-missing': 'Check the notification that names this bucket; remove it, or make the bucket again.',
  'object-missing':
    'The object was deleted before it was read. Keep objects longer than a notification may wait, and let a dead-letter queue take what stays undeliverable.',
  'log-group-missing':
    "Correct the log group of this feed in the configuration file, or turn on the cluster's audit log.",
  'stale-receipt':
    'Raise the visibility of this feed in the configuration file. The messages come again, which changes nothing.',
  'detector-missing':
    'Turn GuardDuty on in this account and region, or leave the region out of this feed in the configuration file.',
  'foreign-shape':
    'Send only GuardDuty findings and S3 notifications to this queue; what was rejected is kept in the table rejected.',
  'foreign-scope':
    'Add the scope to the scopes of this feed in the configuration file, or stop sending its records here.',
  rejected:
    'Look in the table rejected for what is wrong with each record, and mend what wrote it; nothing of them is counted.',
  incomplete: 'Firebreak asks again; if it stays so, look for the finding in the GuardDuty console.',
  unreachable: 'Check the network, the region and the endpoint of this feed; Firebreak keeps trying.',
  database: 'Check that PostgreSQL runs and answers; nothing is acknowledged until it does.',
  failed: 'Look into the log of firebreak start ingest; Firebreak keeps trying.',
} as const
export type FeedFaultCode = keyof typeof FEED_FAULTS

/** What keeps a feed, or one consignment of it, from landing. `message` says what was tried and what came back. */
export class FeedFault extends Error {
  readonly code: FeedFaultCode
  /** One sentence: what to do. */
  readonly cure: string

  constructor(code: FeedFaultCode, words: string, options: { cure?: string; cause?: unknown } = {}) {
    super(words, options.cause === undefined ? {} : { cause: options.cause })
    this.code = code
    this.cure = options.cure ?? FEED_FAULTS[code]
  }
}

/** True for what is over when one waits: nothing has to be begun anew. */
export function isPassing({ code }: FeedFault): boolean {
  return code === 'throttled' || code === 'unreachable'
}

/** True when one of the scopes that a feed may write matches. */
export function isAllowed(scope: Scope, allowed: readonly AllowedScope[]): boolean {
  const fits = (wanted: string, said: string): boolean => wanted === '*' || wanted === said
  return allowed.some(
    (one) =>
      fits(one.account, scope.account) && fits(one.region, scope.region) && fits(one.cluster, scope.cluster),
  )
}

/** Reads `ACCOUNT/REGION/CLUSTER`, each part a name, `-` or `*`; null when it is none. */
export function parseAllowed(text: string): AllowedScope | null {
  const [account, region, cluster, ...more] = text.split('/')
  const isPart = (part: unknown): part is string => part === '*' || isScopePart(part)
  if (!isPart(account) || !isPart(region) || !isPart(cluster) || more.length > 0) return null
  return { account, region, cluster }
}

/** Nothing is added to what a record says. */
export const NOTHING_GIVEN: Scope = { account: UNKNOWN_PART, region: UNKNOWN_PART, cluster: UNKNOWN_PART }
