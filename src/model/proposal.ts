import type { Sentence } from './answer.ts'
import type { Plan } from './plan.ts'
import type { Micros } from './time.ts'

/** States of a proposal, in words as CARDS 5.4 has them. Those up to `denied` are not the end of it. */
export const PROPOSAL_STATES = [
  'proposed',
  'approved',
  'running',
  'done',
  'failed',
  'indeterminate',
  'denied',
  'expired',
  'superseded',
  'withdrawn',
  'drifted',
  'aborted',
  'undone',
] as const
export type ProposalState = (typeof PROPOSAL_STATES)[number]

/** What buttons of a proposal do. */
export const PROPOSAL_VERBS = ['approve', 'deny', 'withdraw', 'read-plan', 'break-glass', 'review'] as const
export type ProposalVerb = (typeof PROPOSAL_VERBS)[number]

export type Decision = 'approve' | 'deny'

export interface VoteView {
  /** Slack id of who voted. */
  readonly by: string
  readonly at: Micros
  readonly decision: Decision
  readonly isOperator: boolean
  /** What was written with it; null: nothing was asked. */
  readonly words: string | null
  /** Why it no longer counts; null: it does. */
  readonly voided: Sentence | null
}

/** A proposal as its card and its modal show it: what the row says, and nothing that is not in it. */
export interface ProposalView {
  /** The number in `P-118`. */
  readonly number: number
  /** Grows with every change of the card. */
  readonly revision: number
  readonly state: ProposalState
  readonly plan: Plan
  /** SHA-256 of the plan's canonical form, hex. */
  readonly digest: string
  /** Name or alias of the cluster. */
  readonly cluster: string
  /** Slack id of who proposed it. */
  readonly requester: string
  readonly votes: readonly VoteView[]
  /** Slack ids of who may vote now. */
  readonly approvers: readonly string[]
  /** When the state was reached. */
  readonly since: Micros
  /** Who brought it there, and in which words; null: nobody did. */
  readonly ended: { readonly by: string | null; readonly words: string | null } | null
  /** Until when the first step has to start; null: it is not approved. */
  readonly startBy: Micros | null
  /** The proposal that replaced it. */
  readonly replacedBy: number | null
  /** A lock in force that keeps it from being decided or started. */
  readonly lock: { readonly by: string; readonly since: Micros; readonly words: string } | null
  /** True when somebody acted alone on it; their review is due at `reviewBy`. */
  readonly brokeGlass: {
    readonly by: string
    readonly reason: string
    readonly reviewBy: Micros
    /** Null: nobody has said yet whether it was right. */
    readonly review: { readonly isJustified: boolean; readonly words: string } | null
  } | null
}
