import type { Micros } from '../../model/time.ts'
import type { FindingState } from '../records/finding-event.ts'

/** What a finding says at one moment of its life. */
export type Told = Pick<FindingState, 'resource' | 'action' | 'service' | 'firstSeen' | 'lastSeen' | 'count'>

/** One finding over time: `versions` are the seconds of play at which it comes in, new or again. */
export interface Plot {
  readonly type: string
  readonly severity: number
  readonly versions: readonly number[]
  /** What it says of all that happened by a moment. */
  readonly told: (by: Micros) => Told
}
