import type { EntityRef } from './entity.ts'
import type { CoveredLog, Totals } from './observation.ts'
import type { Micros } from './time.ts'

/** The questions that exist; each has a file in lookups/ of the same name. */
export const LOOKUP_NAMES = [
  'subject',
  'ip',
  'secrets',
  'seen',
  'newly',
  'volume',
  'activity',
  'principal',
  'network',
  'cluster',
  'containers',
] as const
export type LookupName = (typeof LOOKUP_NAMES)[number]

export function isLookupName(text: string): text is LookupName {
  return (LOOKUP_NAMES as readonly string[]).includes(text)
}

export interface Window {
  readonly from: Micros
  readonly to: Micros
}

/** Which log of one scope exists for the window asked about, and the holes of an hour or more in it. */
export interface Coverage {
  readonly scope: string
  readonly source: CoveredLog
  readonly from: Micros
  readonly to: Micros
  readonly gaps: readonly Window[]
}

/**
 * A piece of a sentence: our own words, a value that somebody else wrote (`code`), which every surface shows as data and never as
 * markup, or a person by Slack id, whom Slack shows by name.
 */
export type Words = string | { readonly code: string } | { readonly person: string }
export type Sentence = readonly Words[]

/** The characters of a piece, as they are. */
export function rawText(part: Words): string {
  if (typeof part === 'string') return part
  return 'code' in part ? part.code : `@${part.person}`
}

/** A cell of an answer's table; `code` cells come from records. */
export interface Table {
  /** Column heads, the sorted one marked with `▼` or `▲`. At most four. */
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** A value in a row of `ask --json`; times stay Micros until they are printed, see `times` of the lookup. */
export type RowValue = string | number | boolean | null | readonly string[] | Totals

export interface NextQuestion {
  readonly lookup: LookupName
  readonly entity: EntityRef
}

export interface Answer {
  readonly lookup: LookupName
  /** `matched`: how many entities the key matched (0 or 1 for an exact key). `scopes`: in which scopes. */
  readonly entity: EntityRef & { readonly scopes: readonly string[]; readonly matched: number }
  /** The window counted, on whole hours where hourly counters were used. Null: nothing is known at all. */
  readonly scopeTime: Window | null
  /** The window before it that the answer compares with; null where it compares with nothing. */
  readonly baseline: Window | null
  readonly coverage: readonly Coverage[]
  readonly firstSeen: Micros | null
  readonly lastSeen: Micros | null
  readonly totals: Totals | null
  /** One object per row, already in the order shown; times ISO 8601 with microseconds. */
  readonly rows: readonly { readonly [field: string]: RowValue }[]
  /** Rows before the limit. */
  readonly total: number
  readonly truncated: boolean
  readonly next: readonly NextQuestion[]
  /** The answer in one sentence, with number and window: a person who reads only this is not misled. */
  readonly sentence: Sentence
  /** Lines that qualify it (findings alone, gaps in the logs), said above it; each begins a warning. */
  readonly warnings: readonly Sentence[]
  /** Further lines below it. */
  readonly notes: readonly Sentence[]
  /** True when the answer is bad news, so that the first next question stands out. */
  readonly alarming: boolean
  readonly table: Table | null
  /** Where it rests on what was read of a cluster and not on its logs: when that was, first and last; null: nothing was. */
  readonly taken?: Window | null
}
