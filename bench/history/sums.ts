import { SUM_KINDS } from '../../src/graph/counters.ts'
import type { HistoryEdge } from './edge.ts'

/** One rolled-up key: so many of each hour and outcome (hour * 4 + outcome). */
export interface Sum {
  readonly kind: number
  readonly id: number
  readonly id2: number
  readonly cells: Float64Array
}

/** Adds edges up to what the graph rolls up: who called what, addresses, calls, subjects, and all. */
export class Sums {
  readonly #of = new Map<number, Sum>()

  add({ subject, call, ip }: HistoryEdge, hour: number, outcome: number, count: number): void {
    const cell = hour * 4 + outcome
    this.#add(SUM_KINDS['subject-call'], subject, call, cell, count)
    this.#add(SUM_KINDS.ip, ip, 0, cell, count)
    this.#add(SUM_KINDS.call, call, 0, cell, count)
    this.#add(SUM_KINDS.all, 0, 0, cell, count)
    this.#add(SUM_KINDS.subject, subject, 0, cell, count)
  }

  /** All keys, in their order; they are forgotten. */
  *take(): Generator<Sum> {
    for (const key of [...this.#of.keys()].toSorted((a, b) => a - b)) {
      const sum = this.#of.get(key)
      if (sum !== undefined) yield sum
    }
    this.#of.clear()
  }

  #add(kind: number, id: number, id2: number, cell: number, count: number): void {
    // Ids stay below 2^17 here, calls below 2^8.
    const key = (kind * 2 ** 17 + id) * 2 ** 8 + id2
    let sum = this.#of.get(key)
    if (sum === undefined) {
      sum = { kind, id, id2, cells: new Float64Array(96) }
      this.#of.set(key, sum)
    }
    sum.cells[cell] = (sum.cells[cell] ?? 0) + count
  }
}

/** Totals by outcome. */
export function totalsOf(cells: Float64Array): readonly [number, number, number, number] {
  const totals: [number, number, number, number] = [0, 0, 0, 0]
  for (let cell = 0; cell < cells.length; cell += 4) {
    totals[0] += cells[cell] ?? 0
    totals[1] += cells[cell + 1] ?? 0
    totals[2] += cells[cell + 2] ?? 0
    totals[3] += cells[cell + 3] ?? 0
  }
  return totals
}

/** The most that one number of `v` can count: it has 25 bits, one of them the sign. */
const MOST = 2 ** 24 - 1

/** The numbers of `v` for so many requests of an hour of the day and an outcome. */
export function packed(hour: number, outcome: number, count: number): readonly number[] {
  const numbers: number[] = []
  for (let left = count; left > 0; left -= MOST) {
    numbers.push((hour << 27) | (outcome << 25) | Math.min(left, MOST))
  }
  return numbers
}

/** The cells that hold something, as the numbers of `v`. */
export function packedCells(cells: Float64Array): string {
  const numbers: number[] = []
  for (const [cell, count] of cells.entries()) {
    if (count > 0) numbers.push(...packed(cell >> 2, cell & 3, count))
  }
  return numbers.join(',')
}
