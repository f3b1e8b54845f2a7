import type { EntityRef } from '../model/entity.ts'
import type { JsonObject } from './json.ts'

/** A call to AWS, as its object and facts are read from it. */
export interface Call {
  readonly event: JsonObject
  readonly verb: string
  /** `ec2`; '' for what is no service of AWS. */
  readonly service: string
  readonly request: JsonObject | null
  readonly response: JsonObject | null
  readonly account: string | null
  readonly region: string | null
}

/** One that succeeded, and who made it. */
export interface CallWritten extends Call {
  readonly caller: EntityRef | null
}
