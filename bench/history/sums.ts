import type { HistoryEdge } from './edge.ts'

/** Kinds of sums, as the graph numbers them. */
const KIND = { subjectCall: 1, ip: 2, call: 3, all: 4, subject: 5 } as const

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
    this.#add(KIND.subjectCall, subject, call, cell, count)
    this.#add(KIND.ip, ip, 0, cell, count)
    this.#add(KIND.call, call, 0, cell, count)
    this.#add(KIND.all, 0, 0, cell, count)
    this.#add(KIND.subject, subject, 0, cell, count)
  }

  /** All keys, which are forgotten. */
  *take(): Generator<Sum> {
    yield* this.#of.values()
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

/** The cells that hold something, as a packed array; what does not fit into one cell goes into several. */
export function packedCells(cells: Float64Array): string {
  const most = 2 ** 25 - 1
  const packed: number[] = []
  for (const [cell, count] of cells.entries()) {
    for (let left = count; left > 0; left -= most) {
      packed.push(((cell >> 2) << 27) | ((cell & 3) << 25) | Math.min(left, most))
    }
  }
  return packed.join(',')
}
