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
  /** Into how many files they go; a quarter of them must be a whole number. */
  readonly slices: number
  /** How often the write path is run, each time with one of the slices. */
  readonly runs: number
  /** Clusters with a long history, and how many days the longest one has. */
  readonly clusters: number
  readonly days: number
  /** How often a question is asked in one round, at most, and how many rounds there are. */
  readonly samples: number
  readonly rounds: number
}

/** What a leg works with. */
export interface Bench {
  readonly server: BenchServer
  readonly size: Size
  readonly slices: readonly Slice[]
  /** What comes after them, a second of the cluster in each file. */
  readonly seconds: readonly string[]
  /** Tells who watches what is going on. */
  readonly say: (message: string) => void
}

/** One group of figures. */
export type Leg = (bench: Bench) => Promise<readonly Ratio[]>
