import type { ColumnType, GeneratedAlways } from 'kysely'
import type { EntityKind } from '../model/entity.ts'
import type { Decision, ProposalState } from '../model/proposal.ts'
import type { Micros } from '../model/time.ts'
import type { Time } from './graph-tables.ts'

type MaybeTime = ColumnType<Micros | null, string | null | undefined, string | null>

export interface TrailHeadTable {
  chain: string
  seq: number
  hash: Buffer
}

export interface TrailEntryTable {
  chain: string
  seq: number
  at: Time
  prev: Buffer
  hash: Buffer
  body: string
  incident: number | null
  proposal: number | null
}

export interface TrailAnchorTable {
  chain: string
  seq: number
  hash: Buffer
  at: Time
  sink: string
  place: string
}

export interface ProposalTable {
  id: GeneratedAlways<number>
  incident: number
  scope: string
  state: ProposalState
  /** The canonical text that was hashed. */
  plan: string
  digest: string
  requester: string
  requester_team: string
  requester_user: string
  created_at: Time
  expires_at: Time
  since: Time
  ended_by: string | null
  ended_words: string | null
  start_by: MaybeTime
  replaced_by: number | null
  revision: ColumnType<number, number | undefined, number>
}

export interface VoteTable {
  proposal: number
  person: string
  team: string
  user: string
  decision: Decision
  digest: string
  at: Time
  words: string | null
  is_waiver: boolean
  is_operator: boolean
  voided_at: MaybeTime
  voided_why: string | null
}

export interface GlassTable {
  proposal: number
  person: string
  user: string
  at: Time
  reason: string
  review_by: Time
  reviewer: string | null
  reviewed_at: MaybeTime
  is_justified: boolean | null
  review_words: string | null
}

export interface PlanReadTable {
  proposal: number
  person: string
  digest: string
  at: Time
}

export type HoldKind = 'person' | 'scope' | 'all'

export interface HoldTable {
  id: GeneratedAlways<number>
  kind: HoldKind
  name: string
  person: string
  user: string
  at: Time
  reason: string | null
  lifted_at: MaybeTime
}

export interface HoldLiftTable {
  hold: number
  person: string
  user: string
  at: Time
}

export interface PressTable {
  id: string
  proposal: number
  verb: string
  digest: string
  revision: number
  at: Time
}

export interface StepTable {
  proposal: number
  nr: number
  incident: number
  kind: string
  target_kind: string
  target_uid: string
  state: 'waiting' | 'running' | 'done' | 'failed' | 'unknown' | 'skipped'
  verified: 'verified' | 'unverified' | 'failed' | null
  is_dry_run: boolean
  undone_by: number | null
}

/** What somebody filled into the form, as it was read. */
export interface Draft {
  readonly action: string
  readonly kind: EntityKind
  readonly key: string
  readonly uid: string | null
  readonly reason: string
  readonly isContainFirst: boolean
  readonly keepFor: number
}

export interface DraftTable {
  id: string
  person: string
  incident: number
  asked: ColumnType<Draft, string, string>
  shown: string
  at: Time
}

export interface ProposalCardTable {
  proposal: number
  channel: string
  ts: string
  revision: number
}
