import type { Sentence } from './answer.ts'
import type { EntityRef } from './entity.ts'
import type { Phase, StepKind } from './steps.ts'
import type { Micros } from './time.ts'

/** A value that canonical JSON (RFC 8785) holds without loss: numbers are safe integers, strings are well-formed. */
export type Canonical =
  | string
  | number
  | boolean
  | null
  | readonly Canonical[]
  | { readonly [key: string]: Canonical }

/** One thing that a step works on, as it was when planned. */
export interface StepTarget {
  readonly kind: EntityRef['kind']
  /** The entity's key in the graph: `payments/node-agent-x`, a node's name. */
  readonly key: string
  /** `metadata.uid`; another uid under the same name is another thing. */
  readonly uid: string
}

/** What has to be true right before the call; read again then, and not assumed. */
export interface Precondition {
  /** JSON pointer into the object as the API returns it: `/metadata/uid`. */
  readonly path: string
  /** The value that must stand there; null: nothing may stand there. */
  readonly equals: Canonical
}

/** One right that the step needs, in the words of Kubernetes' RBAC. */
export interface Permission {
  readonly apiGroup: string
  readonly resource: string
  readonly verb: string
  readonly namespace: string | null
  readonly name: string | null
}

/** The call that a step makes: the very request that the executor sends. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly contentType: string | null
  readonly body: Canonical
}

/** 1 adds only; 2 one pod or principal; 3 node, workload or role; 4 subnet, cluster or shared secret. */
export type Tier = 1 | 2 | 3 | 4

/** One call with everything that approvers decide about. A plan's `undo` are steps of the same form. */
export interface Step {
  readonly kind: StepKind
  readonly phase: Phase
  readonly target: StepTarget
  readonly call: Call
  readonly preconditions: readonly Precondition[]
  /** What the call changes, as it stands before; what undo puts back. */
  readonly before: Canonical
  readonly permission: Permission
  readonly tier: Tier
  readonly reversible: boolean
  /** `Deny all traffic of pod ‹payments/node-agent-x› (NetworkPolicy)`: our words, values apart. */
  readonly sentence: Sentence
  /** How it is undone, in words: `delete it`; null where it cannot be. */
  readonly way: string | null
  /** How the executor will know that it worked, in words. */
  readonly proof: string
}

/** A count with its words: `1 of 3 pods behind service ‹checkout›`. */
export interface Blast {
  /** Pods that stop doing what they do now, and how many there are of their kind. */
  readonly pods: { readonly affected: number; readonly of: number } | null
  /** Services whose traffic changes, by name. */
  readonly services: readonly string[]
  /** Pods that the tightest disruption budget still allows to be missing; null: no budget selects them. */
  readonly budget: { readonly name: string; readonly allowed: number } | null
  /** Others who use what is touched: workloads on the node, users of the role. */
  readonly others: readonly string[]
  /** Said first: what stops working. */
  readonly sentences: readonly Sentence[]
}

/** What a planner returns. */
export interface Planned {
  /** The registry's name of the action: `isolate-pod`. */
  readonly action: string
  /** `Isolate 1 pod`: ours, without any value. */
  readonly title: string
  readonly target: StepTarget
  readonly steps: readonly Step[]
  /** In the order in which they would run. */
  readonly undo: readonly Step[]
  readonly blast: Blast
  /** The live fact: what goes on if nobody acts; null where nothing tells. */
  readonly ifNobodyActs: Sentence | null
  /** What stays open afterwards; warnings of CARDS 5.9 first. */
  readonly open: readonly Sentence[]
}

export type Mode = 'off' | 'dry-run' | 'enforce'

/** How many votes it takes, and of whom; follows from the steps. */
export interface Quorum {
  readonly tier: Tier
  readonly votes: number
  readonly operators: number
  /** True: the full plan is opened before a vote counts. */
  readonly isRead: boolean
}

/** A plan put to approvers, closed: what is hashed, shown and run. */
export interface Plan extends Planned {
  readonly v: 1
  /** The workspace. */
  readonly tenant: string
  /** `ACCOUNT/REGION/CLUSTER` */
  readonly scope: string
  readonly incident: number
  /** Person ids. */
  readonly requester: string
  readonly reason: string
  readonly mode: Mode
  readonly quorum: Quorum
  /** True: quarantine before evidence, chosen by name. */
  readonly isContainFirst: boolean
  /** Preserve steps that were done before and are counted, as `P-12#1`. */
  readonly evidence: readonly string[]
  /** Version of the roster's approval rules under which it was proposed. */
  readonly policy: string
  readonly createdAt: Micros
  readonly expiresAt: Micros
  /** Seconds from the last vote in which the first step starts, or never. */
  readonly startWithin: number
  /** Seconds for which what it holds is kept before its owner decides. */
  readonly keepFor: number
  /** 128 random bits, hex. */
  readonly nonce: string
}
