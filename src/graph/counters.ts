import { HOUR, type Micros } from '../model/time.ts'
import { grownFloats, grownInts } from './growing.ts'
import type { ScopeState } from './scope-state.ts'
import { TupleTable } from './tuples.ts'

/** What sums are kept of; `id` and `id2` of the rows are these. */
export const SUM_KINDS = { 'subject-call': 1, ip: 2, call: 3, all: 4, subject: 5 } as const

/** Counters of one batch by edge and hour, with the last moment of each; four counters a row, as OUTCOMES. */
export class EdgeCounters {
  /** edge, hour. */
  readonly keys = new TupleTable(2, 4096)
  counts: Int32Array = new Int32Array(4 * 4096)
  last: Float64Array = new Float64Array(4096)

  /** `n` may be 0 (it was seen, and is counted elsewhere) or negative (it is taken back). */
  add(edge: number, hour: number, outcome: number, n: number, at: Micros): void {
    const known = this.keys.size
    const row = this.keys.of(edge, hour)
    if (row === known) {
      this.counts = grownInts(this.counts, 4 * (row + 1))
      this.last = grownFloats(this.last, row + 1, 0)
      this.last[row] = at
    } else if (at > (this.last[row] ?? 0)) this.last[row] = at
    this.counts[row * 4 + outcome] = (this.counts[row * 4 + outcome] ?? 0) + n
  }

  clear(): void {
    this.keys.clear()
    this.counts.fill(0)
  }
}

/** The same requests summed up by what lookups ask for. */
export class SumCounters {
  /** kind, id, id2, hour; ids are numbers of the scope's state. */
  readonly keys = new TupleTable(4, 4096)
  counts: Int32Array = new Int32Array(4 * 4096)

  addAll(edges: EdgeCounters, state: ScopeState): void {
    for (let row = 0; row < edges.keys.size; row++) {
      const edge = edges.keys.get(row, 0)
      const hour = edges.keys.get(row, 1)
      const subject = state.edges.get(edge, 0)
      const ip = state.edges.get(edge, 1)
      const call = state.edges.get(edge, 2)
      this.#add(SUM_KINDS['subject-call'], subject, call, hour, edges.counts, row * 4)
      if (ip !== 0) this.#add(SUM_KINDS.ip, ip, 0, hour, edges.counts, row * 4)
      this.#add(SUM_KINDS.call, call, 0, hour, edges.counts, row * 4)
      this.#add(SUM_KINDS.all, 0, 0, hour, edges.counts, row * 4)
      this.#add(SUM_KINDS.subject, subject, 0, hour, edges.counts, row * 4)
    }
  }

  clear(): void {
    this.keys.clear()
    this.counts.fill(0)
  }

  #add(kind: number, id: number, id2: number, hour: number, counts: Int32Array, from: number): void {
    const row = this.keys.of(kind, id, id2, hour) * 4
    this.counts = grownInts(this.counts, row + 4)
    const own = this.counts
    own[row] = (own[row] ?? 0) + (counts[from] ?? 0)
    own[row + 1] = (own[row + 1] ?? 0) + (counts[from + 1] ?? 0)
    own[row + 2] = (own[row + 2] ?? 0) + (counts[from + 2] ?? 0)
    own[row + 3] = (own[row + 3] ?? 0) + (counts[from + 3] ?? 0)
  }
}

/** Microseconds of an hour as the hot rows have them: less 2^31, to fit into 32 bits. */
export function hourMicros(at: Micros, hour: number): number {
  return at - hour * HOUR - 0x8000_0000
}
