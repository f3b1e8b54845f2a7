import type { Scope } from '../model/scope.ts'
import type { Micros } from '../model/time.ts'
import type { Cast } from './opening/cast.ts'

/** What a record is, whether or not a source reads it yet. */
export type RecordKind = 'audit' | 'finding' | 'cloudtrail' | 'flow' | 'inventory'

/** A raw record and when it comes in. */
export interface TimedRecord {
  /** When it happened. */
  readonly at: Micros
  /** When it comes in, in seconds of play; never before it happened. */
  readonly arrives: number
  readonly kind: RecordKind
  /** As its service writes it: an object, or one line of a flow log. */
  readonly raw: object | string
}

/** Something to try, with the button, command or person (by role) of the page that it is about. */
export interface Hint {
  readonly id: string
  readonly text: string
  readonly shows: { readonly button: string } | { readonly command: string } | { readonly person: string }
}

/** A story as raw records, ready to be played. `records` stand in order of arrival. */
export interface Scenario {
  readonly name: string
  /** Seconds of play. */
  readonly length: number
  /** Of the feed: audit events do not say where they belong. */
  readonly scope: Scope
  readonly cast: Cast
  readonly hints: readonly Hint[]
  readonly records: readonly TimedRecord[]
}
