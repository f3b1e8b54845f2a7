import type { EntityRef } from './entity.ts'
import type { ScopeParts } from './scope.ts'
import type { Micros } from './time.ts'

/** How a request ended, by HTTP status: below 400, 401, 403, anything else (also no status at all). */
export const OUTCOMES = ['success', 'failure', 'unauthorized', 'forbidden'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** Counters by outcome; the order on every surface is that of OUTCOMES. */
export type Totals = { readonly [O in Outcome]: number }

/** The stages of a Kubernetes request that are counted, earliest first. */
export const STAGES = ['ResponseStarted', 'ResponseComplete', 'Panic'] as const
export type Stage = (typeof STAGES)[number]

/**
 * One stage of one Kubernetes API request, as the graph needs it. `eventId` is the audit id (whole, only to be hashed),
 * or the SHA-256 of the canonical record where there is none; `body` is the SHA-256 of the canonical record (hex).
 */
export interface RequestObservation {
  readonly kind: 'request'
  readonly scope: ScopeParts
  readonly eventId: string
  readonly stage: Stage
  readonly body: string
  readonly at: Micros
  /** `user.username`; null when nobody was authenticated. */
  readonly subject: string | null
  /** `impersonatedUser.username`: the call is shown there under "as" and not counted. */
  readonly actingAs: string | null
  /** Last element of `sourceIPs` in canonical text; null when absent or not an address. */
  readonly ip: string | null
  readonly verb: string
  /** `secrets`, `pods/exec`, `roles.rbac.authorization.k8s.io`, or the path of a non-resource request. */
  readonly resource: string
  readonly namespace: string | null
  /** The object's name, kept only for resources whose names matter later (see sources). */
  readonly object: string | null
  readonly outcome: Outcome
  readonly userAgent: string | null
  /** Further entities that the request names, apart from subject and ip. */
  readonly entities: readonly EntityRef[]
}

/** A container as a finding describes it. */
export interface FindingPod {
  readonly namespace: string | null
  readonly name: string
  readonly uid: string | null
  readonly images: readonly string[]
  readonly privileged: boolean
  readonly hostPaths: readonly string[]
}

/**
 * One GuardDuty finding at one `updatedAt`. Text fields hold what the record said, unescaped. `body` is the SHA-256
 * (hex) of the canonical observation without it: the same finding has the same body however it was exported.
 */
export interface FindingObservation {
  readonly kind: 'finding'
  readonly scope: ScopeParts
  readonly id: string
  readonly updatedAt: Micros
  readonly body: string
  readonly type: string
  readonly title: string
  readonly description: string
  /** GuardDuty's number, 1 to 10. */
  readonly severity: number
  readonly firstSeen: Micros
  readonly lastSeen: Micros
  /** How often GuardDuty saw it. */
  readonly count: number
  readonly archived: boolean
  readonly sample: boolean
  readonly subject: string | null
  readonly ip: string | null
  readonly verb: string | null
  readonly requestUri: string | null
  readonly statusCode: number | null
  readonly userAgent: string | null
  readonly pod: FindingPod | null
  readonly instance: string | null
  /** IAM principal: principal id, else user name, else access key id. */
  readonly principal: string | null
  readonly detector: string | null
  readonly arn: string | null
  readonly partition: string
  readonly entities: readonly EntityRef[]
}

export type Observation = RequestObservation | FindingObservation

/** Why a record is left out on purpose. */
export const IGNORED_CLASSES = ['request-received', 'control-message', 's3-test-event', 'nodata'] as const
export type IgnoredClass = (typeof IGNORED_CLASSES)[number]

/** Why a record cannot be used. */
export const REJECTED_CLASSES = [
  'malformed',
  'truncated',
  'too-large',
  'no-time',
  'future',
  'unrecognised',
  'foreign-scope',
  'conflicting',
] as const
export type RejectedClass = (typeof REJECTED_CLASSES)[number]

export interface Ignored {
  readonly kind: 'ignored'
  readonly class: IgnoredClass
}

/** `pointer` is the JSON pointer of the field at fault, `''` for the whole record. */
export interface Rejected {
  readonly kind: 'rejected'
  readonly class: RejectedClass
  readonly pointer: string
  /** One sentence: what was wrong and what is expected instead. */
  readonly reason: string
}

export type Parsed = Observation | Ignored | Rejected
