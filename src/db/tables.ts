import type { ColumnType, GeneratedAlways } from 'kysely'
import type { Cursor, FeedFaultCode, FeedKind } from '../model/feed.ts'
import type { FindingObservation } from '../model/observation.ts'
import type { Micros } from '../model/time.ts'
import type {
  DraftTable,
  GlassTable,
  HoldLiftTable,
  HoldTable,
  PlanReadTable,
  PressTable,
  ProposalCardTable,
  ProposalTable,
  StepTable,
  TrailAnchorTable,
  TrailEntryTable,
  TrailHeadTable,
  VoteTable,
} from './approval-tables.ts'
import type {
  AgentTable,
  CallTable,
  CoverageTable,
  EdgeAllView,
  EdgeDayTable,
  EdgeHotTable,
  EdgeHourView,
  EdgeTable,
  EdgeTotalTable,
  EntityTable,
  EventTable,
  FlowHourTable,
  FlowTable,
  InventoryTable,
  LinkTable,
  RetentionTable,
  RingTable,
  ScopeTable,
  SealedTable,
  SeenBlockTable,
  StandingTable,
  SumDayTable,
  SumHotTable,
  SumHourView,
  SumWeekTable,
  TidyingTable,
  Time,
  TraitTable,
  WriterTable,
} from './graph-tables.ts'

/** jsonb: read parsed, written as text. */
type Json<T> = ColumnType<T, string, string>

export interface LedgerTable {
  scope: number
  kind: number
  event: Buffer
  stage: number
  body: Buffer
  edge: number | null
  hour: number | null
  outcome: number | null
}

export interface RejectedTable {
  digest: Buffer
  at: Time
  class: string
  file: string
  line: number
  pointer: string
  reason: string
  raw: string
}

export interface IncidentTable {
  id: GeneratedAlways<number>
  scope: number
  state: 'open' | 'joined'
  sample: boolean
  first_seen: Time
  last_seen: Time
  severity: number
  was_severity: number | null
  was_until: ColumnType<Micros | null, string | null, string | null>
  revision: number
  joined_to: number | null
}

export interface AccountTable {
  account: string
  region: string
}

export interface FindingTable {
  scope: number
  id: string
  updated_at: Time
  type: string
  severity: number
  first_seen: Time
  last_seen: Time
  count: number
  archived: boolean
  sample: boolean
  detail: Json<FindingObservation>
  told_at: ColumnType<Micros | null, string | null, string | null>
  incident: number
}

export interface IncidentKeyTable {
  scope: number
  key: string
  incident: number
}

export interface IncidentEventTable {
  incident: number
  seq: number
  kind: 'joined' | 'severity-rose' | 'signals-grew' | 'took-in' | 'joined-to'
  finding: string
  severity: number
  other: number | null
  types: readonly string[] | null
}

export interface CardTable {
  incident: number
  channel: string
  ts: string
  reply_ts: string | null
  revision: number
  event_seq: number
  /** Logs that it says there are: `audit,flow`. */
  logs: ColumnType<string, string | undefined, string>
}

export interface InteractionTable {
  key: string
  at: Time
}

export interface FeedTable {
  name: string
  kind: FeedKind
  cursor: ColumnType<Cursor | null, string | null, string | null>
  received_at: ColumnType<Micros | null, string | null, string | null>
  landed_at: ColumnType<Micros | null, string | null, string | null>
  lag: number | null
  landed: ColumnType<number, number | undefined, number>
  rejected: ColumnType<number, number | undefined, number>
  fault_code: FeedFaultCode | null
  fault_words: string | null
  fault_cure: string | null
  fault_since: ColumnType<Micros | null, string | null, string | null>
  fault_until: ColumnType<Micros | null, string | null, string | null>
}

export interface FeedToldTable {
  name: string
  code: string
  told_at: Time
}

/** Every table of the product, by name. The simulator's own lie in the schema `workspace`. */
export interface Database {
  scope: ScopeTable
  entity: EntityTable
  trait: TraitTable
  link: LinkTable
  call: CallTable
  edge: EdgeTable
  edge_hot: EdgeHotTable
  edge_day: EdgeDayTable
  edge_total: EdgeTotalTable
  edge_hour: EdgeHourView
  edge_all: EdgeAllView
  sum_hot: SumHotTable
  sum_day: SumDayTable
  sum_week: SumWeekTable
  sum_hour: SumHourView
  event: EventTable
  seen_block: SeenBlockTable
  sealed: SealedTable
  writer: WriterTable
  ring: RingTable
  tidying: TidyingTable
  retention: RetentionTable
  agent: AgentTable
  flow: FlowTable
  flow_hour: FlowHourTable
  coverage: CoverageTable
  standing: StandingTable
  inventory: InventoryTable
  ledger: LedgerTable
  rejected: RejectedTable
  incident: IncidentTable
  account: AccountTable
  finding: FindingTable
  incident_key: IncidentKeyTable
  incident_event: IncidentEventTable
  card: CardTable
  interaction: InteractionTable
  feed: FeedTable
  feed_told: FeedToldTable
  trail_head: TrailHeadTable
  trail_entry: TrailEntryTable
  trail_anchor: TrailAnchorTable
  proposal: ProposalTable
  vote: VoteTable
  glass: GlassTable
  plan_read: PlanReadTable
  hold: HoldTable
  hold_lift: HoldLiftTable
  press: PressTable
  step: StepTable
  draft: DraftTable
  proposal_card: ProposalCardTable
}
