import { grownFloats } from './growing.ts'

const NEVER = Number.NaN

/**
 * First and last of many things by number, as the database has them and as a batch widens them. `touched` lists what the batch
 * widened; `keep` makes that the known state, `drop` forgets it (its transaction failed).
 */
export class Spans {
  #first: Float64Array = new Float64Array(1024).fill(NEVER)
  #last: Float64Array = new Float64Array(1024).fill(NEVER)
  #newFirst: Float64Array = new Float64Array(1024).fill(NEVER)
  #newLast: Float64Array = new Float64Array(1024).fill(NEVER)
  #touched: number[] = []

  get touched(): readonly number[] {
    return this.#touched
  }

  widen(nr: number, first: number, last: number): void {
    if (nr >= this.#first.length) this.#grow(nr + 1)
    const isNew = Number.isNaN(this.#newFirst[nr] ?? NEVER)
    // Written so that NaN (never seen) counts as outside.
    const isInside = (this.#first[nr] ?? NEVER) <= first && (this.#last[nr] ?? NEVER) >= last
    if (isNew) {
      if (isInside) return
      this.#touched.push(nr)
      this.#newFirst[nr] = first
      this.#newLast[nr] = last
      return
    }
    if (first < (this.#newFirst[nr] ?? 0)) this.#newFirst[nr] = first
    if (last > (this.#newLast[nr] ?? 0)) this.#newLast[nr] = last
  }

  /** What the batch saw of one that it touched. */
  first(nr: number): number {
    return this.#newFirst[nr] ?? NEVER
  }

  last(nr: number): number {
    return this.#newLast[nr] ?? NEVER
  }

  /** What is known of it is not to be relied on any more. */
  forget(nr: number): void {
    this.#first[nr] = NEVER
  }

  keep(): void {
    for (const nr of this.#touched) {
      const first = this.#newFirst[nr] ?? NEVER
      const last = this.#newLast[nr] ?? NEVER
      if (!((this.#first[nr] ?? NEVER) <= first)) this.#first[nr] = first
      if (!((this.#last[nr] ?? NEVER) >= last)) this.#last[nr] = last
    }
    this.drop()
  }

  drop(): void {
    for (const nr of this.#touched) this.#newFirst[nr] = NEVER
    this.#touched = []
  }

  #grow(size: number): void {
    this.#first = grownFloats(this.#first, size, NEVER)
    this.#last = grownFloats(this.#last, size, NEVER)
    this.#newFirst = grownFloats(this.#newFirst, size, NEVER)
    this.#newLast = grownFloats(this.#newLast, size, NEVER)
  }
}

/** First and last of the things that one batch saw, by number; what is left out was not seen. */
export class BatchSpans {
  #first: Float64Array = new Float64Array(1024).fill(NEVER)
  #last: Float64Array = new Float64Array(1024)
  readonly numbers: number[] = []

  see(nr: number, at: number): void {
    if (nr >= this.#first.length) {
      this.#first = grownFloats(this.#first, nr + 1, NEVER)
      this.#last = grownFloats(this.#last, nr + 1, 0)
    }
    const first = this.#first[nr] ?? NEVER
    if (Number.isNaN(first)) {
      this.numbers.push(nr)
      this.#first[nr] = at
      this.#last[nr] = at
    } else if (at < first) this.#first[nr] = at
    else if (at > (this.#last[nr] ?? 0)) this.#last[nr] = at
  }

  first(nr: number): number {
    return this.#first[nr] ?? NEVER
  }

  last(nr: number): number {
    return this.#last[nr] ?? NEVER
  }
}
