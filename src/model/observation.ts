import type { Sentence } from './answer.ts'
import type { EntityRef } from './entity.ts'
import type { ScopeParts } from './scope.ts'
import type { Micros } from './time.ts'

/** The logs that tell of requests: the API server's of a cluster, and that of an AWS account. */
export const LOG_SOURCES = ['audit', 'cloudtrail'] as const
export type LogSource = (typeof LOG_SOURCES)[number]

/** The logs whose coverage is kept: also that of an account's traffic. */
export type CoveredLog = LogSource | 'flow'

/** What tells of things as they stand: lists of a cluster's API, and what AWS says of clusters, instances and interfaces. */
export const STANDING_SOURCES = ['kubernetes', 'eks', 'ec2'] as const
export type StandingSource = (typeof STANDING_SOURCES)[number]

/**
 * How a request ended. By HTTP status: below 400, 401, 403, anything else (also no status at all). In CloudTrail: no error
 * code, credentials that are wrong or expired, a denial, any other error code.
 */
export const OUTCOMES = ['success', 'failure', 'unauthorized', 'forbidden'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** Counters by outcome; the order on every surface is that of OUTCOMES. */
export type Totals = { readonly [O in Outcome]: number }

/** The stages of a Kubernetes request that are counted, earliest first. */
export const STAGES = ['ResponseStarted', 'ResponseComplete', 'Panic'] as const
export type Stage = (typeof STAGES)[number]

/**
 * What other questions find an entity by, each with the form of its value. Yes-or-no traits are `true` and are left out
 * otherwise: nobody can say from a record that something was never so.
 */
export const TRAITS = [
  /** `metadata.uid` of an object. */
  'uid',
  /** `sha256:…` of an image, and of a pod that ran it: a tag can move. */
  'digest',
  /** Host of an image, `docker.io` where it names none. */
  'registry',
  /** Path of an image in its registry, without tag and digest: `library/nginx`. */
  'repository',
  /** `true`: one container is. */
  'privileged',
  /** A path of the node that is mounted. */
  'host-path',
  'host-network',
  'host-pid',
  /** `true`: one container asks for user 0. */
  'run-as-root',
  /** Linux capability that a container adds, as written: `SYS_ADMIN`. */
  'capability',
  /** Access key id of a session or user or, where none is known, of a role. */
  'access-key',
  /** `AROA…` of a role, `AROA…:name` of a session, `AIDA…` of a user. */
  'principal-id',
  /** Name that a session was opened under. */
  'session-name',
  /**
   * Where the service account stands that opened a session, and which: `CLUSTER SUBJECT`, or `oidc:ID SUBJECT` where only the id of
   * the cluster's issuer is told. Clusters have service accounts of the same name.
   */
  'opened-in',
  /** Who opened a session, as an identity provider or administrator made it say; the session cannot change it. */
  'source-identity',
  /** What an AWS principal may do in a cluster: `prod AmazonEKSClusterAdminPolicy`, `prod group:ops`. */
  'cluster-access',
  /** One rule of a role: `secrets,deployments.apps get,list`. */
  'grants',
  /** `aws:///zone/i-…` of a node. */
  'provider-id',
  /** Where a file was found: a path on a node, in a container or a bucket. */
  'path',
  /** `443/tcp`: a port of an address or instance that a finding is about. */
  'port',
] as const
export type TraitName = (typeof TRAITS)[number]

/** A fact about an entity that other questions find it by. */
export interface Trait {
  readonly entity: EntityRef
  readonly name: TraitName
  readonly value: string
}

/** How two entities are tied. */
export const TIES = [
  /** A pod or workload and an image. */
  'runs',
  /** A pod or workload and its service account, a subject. A cluster and its role. */
  'uses',
  /** A pod and its node, or its instance where a finding names no node. An interface and its instance. */
  'on',
  /** A pod, node, instance or interface and an ip. */
  'at',
  /** A pod or workload and the workload that made it. A cluster and who created it. */
  'owned-by',
  /** A pod or workload and a secret that its containers are given or its images are pulled with. */
  'reads',
  /**
   * A subject and who stands behind it: role, session, user or pod. A session and its role, and the instance that it was given to. A
   * node and its instance.
   */
  'is',
  /** Who asked STS for a session, or is given one by EKS, and that session. */
  'opened',
  /** A binding and the role that it grants. */
  'binds',
  /** A binding and a subject. */
  'grants-to',
  /** A pod, workload or instance and an address or domain; what came from outside is said the other way round. */
  'contacts',
  /** A pod, workload or instance and a file that a finding saw in it. */
  'holds',
] as const
export type TieName = (typeof TIES)[number]

/** Two entities and how they are tied; read `from` … `to` as a sentence: pod `runs` image. */
export interface Link {
  readonly from: EntityRef
  readonly tie: TieName
  readonly to: EntityRef
}

/**
 * One call of an API, as the graph needs it: one stage of a request to a cluster's, or an event of CloudTrail, whose verb is the
 * event's name and whose resource is the service. `eventId` is the audit id or CloudTrail's eventID (whole, only to be hashed), or the SHA-256 of the canonical record where there is none; `body` is the SHA-256 of the canonical record (hex) where
 * nothing else tells two records apart: without an audit id, or when it is not dated; else ''.
 */
export interface RequestObservation {
  readonly kind: 'request'
  readonly source: LogSource
  readonly scope: ScopeParts
  readonly eventId: string
  readonly stage: Stage
  readonly body: string
  readonly at: Micros
  /** True when `requestReceivedTimestamp` could be read, and for CloudTrail: `at` is then the same at every stage. */
  readonly isDated: boolean
  /** In a cluster a subject, `user.username`; else session, role, user, account or service. Null when nobody was authenticated. */
  readonly caller: EntityRef | null
  /** `impersonatedUser.username`: the call is shown there under "as" and not counted. */
  readonly actingAs: string | null
  /** Last element of `sourceIPs`, or `sourceIPAddress`, in canonical text; null when absent or not an address. */
  readonly ip: string | null
  readonly verb: string
  /** True when the record says itself that the call changed nothing; of a cluster's calls the verb tells. */
  readonly isReadOnly: boolean
  /** `secrets`, `pods/exec`, `roles.rbac.authorization.k8s.io`, or the path of a non-resource request; `ec2.amazonaws.com`. */
  readonly resource: string
  readonly namespace: string | null
  /** The object's name, kept only for resources whose names matter later (see sources). */
  readonly object: string | null
  readonly outcome: Outcome
  /** The HTTP status, a whole number from 0 to 999; null when there is none. */
  readonly code: number | null
  /** The whole request URI with its query, as free text. */
  readonly requestUri: string | null
  readonly userAgent: string | null
  /** Further entities that the request names, apart from caller and ip; every one in `traits` and `links` is here or there. */
  readonly entities: readonly EntityRef[]
  /** What its user and the object it wrote say; at most 100 of each, usually none. */
  readonly traits: readonly Trait[]
  readonly links: readonly Link[]
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
 * One line of what a finding says for people to read: label and words are ours, each value of the record stands by
 * itself, so that no value can look like several.
 */
export interface EvidenceLine {
  readonly label: string
  readonly said: Sentence
}

/** One step of an attack sequence. */
export interface Signal {
  /** Id of the finding that it is; null when it comes from a log. */
  readonly finding: string | null
  /** As the record has it: `FINDING`, `CLOUD_TRAIL`, … */
  readonly kind: string
  /** The finding's type, or what was done. */
  readonly name: string
  /** Our words; null when the record names no tactic that is known. */
  readonly tactic: string | null
  readonly firstSeen: Micros
  readonly lastSeen: Micros
  readonly count: number
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
  /** A call to AWS: `DeleteTrail` of `cloudtrail.amazonaws.com`, and the error that it met; null when it was none. */
  readonly awsCall: {
    readonly api: string
    readonly service: string | null
    readonly error: string | null
  } | null
  readonly pod: FindingPod | null
  readonly instance: string | null
  /** IAM principal: principal id, else user name, else access key id. */
  readonly principal: string | null
  readonly detector: string | null
  readonly arn: string | null
  readonly partition: string
  /** Who told of it: Security Hub tells less of the same finding. */
  readonly via: 'guardduty' | 'securityhub'
  /** What its family adds; at most 40 lines. */
  readonly evidence: readonly EvidenceLine[]
  /** The steps of an attack sequence in order of time; empty for every other finding. */
  readonly signals: readonly Signal[]
  /** Ids of findings that belong to the same attack: of its signals, or of the sequence that it is one of. */
  readonly related: readonly string[]
  readonly entities: readonly EntityRef[]
  /** What it says of them; at most 100 of each. */
  readonly traits: readonly Trait[]
  readonly links: readonly Link[]
}

/**
 * One line of a VPC flow log: what went one way between an address of the account and another in a window of a minute or ten.
 * `body` is the SHA-256 (hex) of the canonical record, which is all that tells two lines apart.
 */
export interface FlowObservation {
  readonly kind: 'flow'
  readonly scope: ScopeParts
  readonly body: string
  /** Beginning and end of the window; the end at most an hour later. */
  readonly at: Micros
  readonly until: Micros
  /** What was seen. Null for a window in which the interface had no traffic, or whose records AWS has lost. */
  readonly talk: Talk | null
  /** True where records of the window were lost (SKIPDATA). */
  readonly isLost: boolean
  readonly entities: readonly EntityRef[]
  readonly links: readonly Link[]
}

/** Traffic between two addresses, as the record's interface saw it. */
export interface Talk {
  /** Whose side the interface is on, and the other; canonical text, as before translation where the record says it. */
  readonly local: string
  readonly peer: string
  /** `eni-…`. */
  readonly interface: string | null
  /** The service's port; the caller's, which is another each time, is not kept. Null where the protocol has none. */
  readonly port: number | null
  /** IANA's number; null where the record does not say it. */
  readonly protocol: number | null
  /** True for what `local` sent. */
  readonly isOut: boolean
  /** True when the port is that of `local`: it serves, and the peer calls. */
  readonly isServing: boolean
  /** False for what a security group or network ACL refused. A log without actions refuses nothing. */
  readonly isAccepted: boolean
  readonly bytes: number
  readonly packets: number
}

/**
 * One thing as it stood when it was read. A list of one page says how many things it had read with this one, and the last one
 * whether that was all there is of its kind.
 */
export interface StandingObservation {
  readonly kind: 'standing'
  readonly source: StandingSource
  readonly scope: ScopeParts
  /** What it is, as its API calls it: `Pod`, `Cluster`, `Instance`. */
  readonly of: string
  /** Null where a list was read that holds nothing, or that says no more of its things than their names. */
  readonly entity: EntityRef | null
  /** When it was read; null: the record does not say. */
  readonly takenAt: Micros | null
  /** Chosen fields as JSON, at most 8 KB of it; never a value of a secret or of an environment. */
  readonly state: string
  /** Null for what was read by itself. */
  readonly reading: {
    /** Things of the kind that were read, with this one. */
    readonly count: number
    /** True with the last one, where the reading holds all that there is of the kind in the scope. */
    readonly complete: boolean
  } | null
  readonly entities: readonly EntityRef[]
  /** What it says of them; at most 100 of each. */
  readonly traits: readonly Trait[]
  readonly links: readonly Link[]
}

export type Observation = RequestObservation | FindingObservation | FlowObservation | StandingObservation

/** Why a record is left out on purpose. */
export const IGNORED_CLASSES = [
  'request-received',
  'control-message',
  's3-test-event',
  's3-notification',
  'nodata',
] as const
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
  'too-late',
  'secret',
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
