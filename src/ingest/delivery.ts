import type { RequestBatch } from '../graph/batch.ts'
import type { Range } from '../graph/fold.ts'
import type { IgnoredClass, Parsed, Rejected } from '../model/observation.ts'
import type { Scope } from '../model/scope.ts'

/** One record on its way in, with where it came from. `raw` is kept with a reject, at most 64 KB. */
export interface Incoming {
  readonly parsed: Parsed
  readonly file: string
  /** Line of the file, or index in an array. */
  readonly line: number
  readonly raw: string
}

/** What became of one record. */
export type Fate =
  | { readonly kind: 'landed' }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'ignored'; readonly class: IgnoredClass }
  | { readonly kind: 'rejected'; readonly reject: Rejected }

/** Records that belong into one transaction: parsed ones, and requests of one scope that were read straight from the bytes. */
export interface Delivery {
  readonly incoming: readonly Incoming[]
  readonly scanned: Scanned | null
}

export interface Scanned {
  readonly batch: RequestBatch
  readonly scope: Scope
  readonly file: string
  readonly range: Range
}

/** What became of a delivery: a fate for each parsed record, in order, and the others added up. */
export interface Fates {
  readonly incoming: readonly Fate[]
  readonly landed: number
  readonly duplicates: number
  readonly rejected: readonly {
    readonly file: string
    readonly line: number
    readonly reject: Rejected
    /** Row of the scanned batch. */
    readonly row: number
  }[]
  /** Requests among those that landed, parsed or not, that are older than the months that are kept. */
  readonly old: number
}

/** Nothing came, nothing became of it. */
export const NO_FATES: Fates = { incoming: [], landed: 0, duplicates: 0, rejected: [], old: 0 }

/** Records of a delivery. */
export function sizeOf({ incoming, scanned }: Delivery): number {
  return incoming.length + (scanned === null ? 0 : scanned.range.to - scanned.range.from)
}

/** A delivery of at least two records in two parts, the records of one before those of the other. */
export function halves({ incoming, scanned }: Delivery): readonly [Delivery, Delivery] {
  if (scanned === null) {
    const half = Math.ceil(incoming.length / 2)
    return [
      { incoming: incoming.slice(0, half), scanned },
      { incoming: incoming.slice(half), scanned },
    ]
  }
  const { from, to } = scanned.range
  const middle = Math.ceil((from + to) / 2)
  if (incoming.length > 0 || to - from < 2)
    return [
      { incoming: [], scanned },
      { incoming, scanned: null },
    ]
  return [
    { incoming: [], scanned: { ...scanned, range: { from, to: middle } } },
    { incoming: [], scanned: { ...scanned, range: { from: middle, to } } },
  ]
}

/** What became of two parts, together. */
export function joined(left: Fates, right: Fates): Fates {
  return {
    incoming: [...left.incoming, ...right.incoming],
    landed: left.landed + right.landed,
    duplicates: left.duplicates + right.duplicates,
    rejected: [...left.rejected, ...right.rejected],
    old: left.old + right.old,
  }
}
