/** Lines that wait for their moment; the earliest comes out first. A binary heap. */
export class Queue {
  readonly #at: number[] = []
  readonly #line: string[] = []

  /** The earliest moment, or infinity when nothing waits. */
  get next(): number {
    return this.#at[0] ?? Number.POSITIVE_INFINITY
  }

  push(at: number, line: string): void {
    let hole = this.#at.length
    while (hole > 0) {
      const parent = (hole - 1) >> 1
      const above = this.#at[parent] ?? 0
      if (above <= at) break
      this.#at[hole] = above
      this.#line[hole] = this.#line[parent] ?? ''
      hole = parent
    }
    this.#at[hole] = at
    this.#line[hole] = line
  }

  /** Takes out the earliest line; '' when nothing waits. */
  pop(): string {
    const first = this.#line[0] ?? ''
    const at = this.#at.pop()
    const line = this.#line.pop()
    if (at === undefined || line === undefined || this.#at.length === 0) return first
    let hole = 0
    for (;;) {
      let child = 2 * hole + 1
      if (child >= this.#at.length) break
      if ((this.#at[child + 1] ?? Number.POSITIVE_INFINITY) < (this.#at[child] ?? 0)) child += 1
      const below = this.#at[child] ?? 0
      if (below >= at) break
      this.#at[hole] = below
      this.#line[hole] = this.#line[child] ?? ''
      hole = child
    }
    this.#at[hole] = at
    this.#line[hole] = line
    return first
  }
}
