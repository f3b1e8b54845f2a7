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

/** Below so many rows things are found through a map: arrays by number are as long as the largest one. */
const FEW = 4096

/** First and last of the things that one batch saw, by number; what is left out was not seen. */
export class BatchSpans {
  /** Places by number; null where the number is the place. */
  readonly #places: Map<number, number> | null
  #first: Float64Array = new Float64Array(64).fill(NEVER)
  #last: Float64Array = new Float64Array(64).fill(NEVER)
  readonly numbers: number[] = []

  /** For a batch of so many rows. */
  constructor(rows: number) {
    this.#places = rows < FEW ? new Map() : null
  }

  see(nr: number, at: number): void {
    const place = this.#places === null ? nr : this.#placeOf(nr, this.#places)
    if (place >= this.#first.length) {
      this.#first = grownFloats(this.#first, place + 1, NEVER)
      this.#last = grownFloats(this.#last, place + 1, NEVER)
    }
    const first = this.#first[place] ?? NEVER
    if (Number.isNaN(first)) {
      this.numbers.push(nr)
      this.#first[place] = at
      this.#last[place] = at
    } else if (at < first) this.#first[place] = at
    else if (at > (this.#last[place] ?? 0)) this.#last[place] = at
  }

  first(nr: number): number {
    return this.#first[this.#seen(nr)] ?? NEVER
  }

  last(nr: number): number {
    return this.#last[this.#seen(nr)] ?? NEVER
  }

  #seen(nr: number): number {
    return this.#places === null ? nr : (this.#places.get(nr) ?? -1)
  }

  #placeOf(nr: number, places: Map<number, number>): number {
    const known = places.get(nr)
    if (known !== undefined) return known
    places.set(nr, places.size)
    return places.size - 1
  }
}
