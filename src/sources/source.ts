import type { Parsed } from '../model/observation.ts'
import type { JsonObject } from './json.ts'

/** A document that holds records in a list: `{"Findings": […]}`. */
export interface ContainerKey {
  /** The field that holds the list. */
  readonly key: string
  /** When the document says a `kind`, it must be this one. */
  readonly kind?: string
}

/** One kind of record, from its raw JSON to what the graph needs. Everything here is pure and throws nothing. */
export interface Source {
  readonly name:
    | 'guardduty'
    | 'securityhub'
    | 'audit'
    | 'cloudtrail'
    | 'flow'
    | 'logs'
    | 's3-notice'
    | 'inventory'
  /** The documents around several records of this source. */
  readonly containerKeys: readonly ContainerKey[]
  /** True when the record is of this source, also when it is too broken to be used. */
  recognise(value: JsonObject): boolean
  /** Called only for what `recognise` accepted. */
  parse(value: JsonObject): Parsed
}
