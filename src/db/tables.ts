import type { ColumnType, GeneratedAlways } from 'kysely'
import type { FindingObservation } from '../model/observation.ts'
import type { Micros } from '../model/time.ts'

/** timestamptz: read as Micros (see types.ts), written as ISO text with microseconds. */
type Time = ColumnType<Micros, string, string>
/** jsonb: read parsed, written as text. */
type Json<T> = ColumnType<T, string, string>

export interface ScopeTable {
  id: GeneratedAlways<number>
  account: string
  region: string
  cluster: string
}

export interface EntityTable {
  scope: number
  id: GeneratedAlways<number>
  kind: string
  key: string
  addr: string | null
  first_seen: Time
  last_seen: Time
}

export interface CallTable {
  scope: number
  id: GeneratedAlways<number>
  verb: string
  resource: string
}

export interface EdgeTable {
  scope: number
  id: GeneratedAlways<number>
  subject: number
  ip: number
  call: number
  namespace: string
  object: string
  acting_as: number
  first_seen: Time
  last_seen: Time
}

export interface EdgeHourTable {
  scope: number
  edge: number
  hour: number
  success: number
  failure: number
  unauthorized: number
  forbidden: number
}

export interface AgentTable {
  scope: number
  subject: number
  ip: number
  user_agent: string
  at: Time
}

export interface CoverageTable {
  scope: number
  source: string
  hour: number
  first_at: Time
  last_at: Time
}

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
  state: 'open'
  sample: boolean
  first_seen: Time
  last_seen: Time
  severity: number
  was_severity: number | null
  was_until: ColumnType<Micros | null, string | null, string | null>
  revision: number
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
  kind: 'joined' | 'severity-rose'
  finding: string
  severity: number
}

export interface CardTable {
  incident: number
  channel: string
  ts: string
  reply_ts: string | null
  revision: number
  event_seq: number
}

export interface InteractionTable {
  trigger_id: string
  at: Time
}

/** Every table of the product, by name. The simulator's own lie in the schema `workspace`. */
export interface Database {
  scope: ScopeTable
  entity: EntityTable
  call: CallTable
  edge: EdgeTable
  edge_hour: EdgeHourTable
  agent: AgentTable
  coverage: CoverageTable
  ledger: LedgerTable
  rejected: RejectedTable
  incident: IncidentTable
  finding: FindingTable
  incident_key: IncidentKeyTable
  incident_event: IncidentEventTable
  card: CardTable
  interaction: InteractionTable
}
