import type { ColumnType, GeneratedAlways } from 'kysely'
import type { Micros } from '../model/time.ts'

/** timestamptz: read as Micros (see open.ts), written as ISO text with microseconds. */
export type Time = ColumnType<Micros, string, string>

export interface ScopeTable {
  id: GeneratedAlways<number>
  account: string
  region: string
  cluster: string
}

export interface EntityTable {
  scope: number
  id: number
  kind: string
  key: string
  addr: string | null
  first_seen: Time
  last_seen: Time
}

export interface FlowTable {
  scope: number
  id: number
  local: number
  peer: number
  interface: number
  port: number
  protocol: number
  outward: boolean
  serving: boolean
  accepted: boolean
}

export interface FlowHourTable {
  scope: number
  flow: number
  hour: number
  bytes: number
  packets: number
  records: number
  last_at: Time
}

export interface CallTable {
  scope: number
  id: number
  verb: string
  resource: string
}

export interface TraitTable {
  scope: number
  entity: number
  name: string
  value: string
  first_seen: Time
  last_seen: Time
}

export interface LinkTable {
  scope: number
  source: number
  tie: string
  target: number
  first_seen: Time
  last_seen: Time
}

export interface EdgeTable {
  scope: number
  id: number
  subject: number
  ip: number
  call: number
  acting_as: number
  first_seen: Time
  namespace: string
  object: string
}

/** Requests by outcome; null where there are none. */
interface Stored {
  success: number | null
  failure: number | null
  unauthorized: number | null
  forbidden: number | null
}

/** Requests by outcome. */
interface Counts {
  success: number
  failure: number
  unauthorized: number
  forbidden: number
}

export interface EdgeHotTable extends Stored {
  slot: number
  scope: number
  edge: number
  hour: number
  last_us: number
}

export interface EdgeDayTable {
  scope: number
  edge: number
  day: number
  subject: number
  ip: number
  v: number[]
}

export interface EdgeTotalTable extends Stored {
  scope: number
  edge: number
  last_seen: Time
}

/** View: hot and cold counters of edges. Ask for `day` (prunes the cold tier) and `hour` (finds in the hot one). */
export interface EdgeHourView extends Counts {
  scope: number
  edge: number
  day: number
  hour: number
}

/** View: all that an edge ever counted, in several rows. */
export interface EdgeAllView extends Counts {
  scope: number
  edge: number
  last_seen: Time
}

/** What sums are kept of: see SUM_KINDS in graph/. */
interface SumKey {
  scope: number
  kind: number
  id: number
  id2: number
}

export interface SumHotTable extends SumKey, Stored {
  slot: number
  hour: number
}

export interface SumDayTable extends SumKey, Stored {
  day: number
  /** An earlier week in which the same was counted; null where none is known, and for kinds other than subject and call. */
  prior: number | null
  v: number[]
}

export interface SumWeekTable extends SumKey, Stored {
  week: number
}

/** View: hot and cold sums by hour; ask for `day` and `hour`, as with edge_hour. */
export interface SumHourView extends SumKey, Counts {
  day: number
  hour: number
}

export interface EventTable {
  scope: number
  edge: number
  at: Time
  agent: number
  code: number | null
  stage: number
  outcome: number
  audit_id: string | null
  other_id: string | null
  request_uri: string | null
}

export interface SeenBlockTable {
  slot: number
  scope: number
  hour: number
  day: number
  hashes: Buffer
}

export interface SealedTable {
  scope: number
  hour: number
}

export interface WriterTable {
  scope: number
  holder: string
  turn: number
  entities: number
  calls: number
  edges: number
}

export interface RingTable {
  current: number
  since: Time
}

export interface TidyingTable {
  at: Time
}

export interface RetentionTable {
  months: number
  dropped: ColumnType<number, number | undefined, number>
}

export interface AgentTable {
  scope: number
  subject: number
  ip: number
  agent: number
  first_seen: Time
  last_seen: Time
}

/** jsonb: read parsed, written as text. */
export interface StandingTable {
  scope: number
  entity: number
  kind: string
  source: string
  taken_at: Time
  state: ColumnType<{ readonly [field: string]: unknown }, string, string>
}

export interface InventoryTable {
  scope: number
  source: string
  kind: string
  taken_at: Time
  complete: boolean
  count: number
}

export interface CoverageTable {
  scope: number
  source: string
  hour: number
  first_at: Time
  last_at: Time
}
