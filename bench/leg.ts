import type { BenchServer } from './server.ts'
import type { Ratio } from './table.ts'

/** A file of events, plain and packed; the size in bytes. */
export interface Slice {
  readonly plain: string
  readonly gz: string
  readonly gzBytes: number
}

/** How much is measured. */
export interface Size {
  /** Events of one cluster, in all slices together. */
  readonly events: number
  /** How often the write path is run, each time with a slice of its own. */
  readonly slices: number
}

/** What a leg works with. */
export interface Bench {
  readonly server: BenchServer
  readonly size: Size
  readonly slices: readonly Slice[]
  /** Tells who watches what is going on. */
  readonly say: (message: string) => void
}

/** One group of figures. */
export type Leg = (bench: Bench) => Promise<readonly Ratio[]>
