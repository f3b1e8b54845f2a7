import type { EntityRef } from '../model/entity.ts'
import type { StandingSource } from '../model/observation.ts'
import type { ScopeParts } from '../model/scope.ts'
import type { Facts } from './facts.ts'
import type { Fields } from './inventory-state.ts'

/** One thing as its API describes it, read. */
export interface Thing {
  readonly source: StandingSource
  /** `Pod`, `Cluster`, … */
  readonly of: string
  readonly scope: ScopeParts
  /** Null for a list of names. */
  readonly entity: EntityRef | null
  readonly facts: Facts
  readonly fields: Fields
}
