/**
 * Numbers tuples of 32-bit integers in the order in which they turn up: an open-addressed table without an object per
 * entry. Indexes are dense from 0, so that callers keep what they know of a tuple in arrays beside it.
 */
export class TupleTable {
  readonly width: number
  #keys: Int32Array
  #slots: Int32Array
  #mask: number
  #size = 0

  constructor(width: number, expected = 1024) {
    this.width = width
    let slots = 16
    while (slots < expected * 2) slots *= 2
    this.#slots = new Int32Array(slots)
    this.#mask = slots - 1
    this.#keys = new Int32Array(width * (slots / 2))
  }

  get size(): number {
    return this.#size
  }

  /** The number of the tuple, which is `size` before the call when it is new. What is left out is 0. */
  of(a: number, b = 0, c = 0, d = 0, e = 0, f = 0): number {
    let at = hashOf(a, b, c, d, e, f) & this.#mask
    for (;;) {
      const entry = (this.#slots[at] ?? 0) - 1
      if (entry < 0) return this.#insert(at, a, b, c, d, e, f)
      if (this.#isAt(entry, a, b, c, d, e, f)) return entry
      at = (at + 1) & this.#mask
    }
  }

  /** One element of a tuple. */
  get(index: number, element: number): number {
    return this.#keys[index * this.width + element] ?? 0
  }

  /** Empties the table and keeps its room. */
  clear(): void {
    this.#slots.fill(0)
    this.#size = 0
  }

  #isAt(entry: number, a: number, b: number, c: number, d: number, e: number, f: number): boolean {
    const { width } = this
    const keys = this.#keys
    const from = entry * width
    return (
      keys[from] === a &&
      (width < 2 || keys[from + 1] === b) &&
      (width < 3 || keys[from + 2] === c) &&
      (width < 4 || keys[from + 3] === d) &&
      (width < 5 || keys[from + 4] === e) &&
      (width < 6 || keys[from + 5] === f)
    )
  }

  #insert(at: number, a: number, b: number, c: number, d: number, e: number, f: number): number {
    const entry = this.#size++
    this.#slots[at] = entry + 1
    const from = entry * this.width
    const keys = this.#keys
    keys[from] = a
    if (this.width > 1) keys[from + 1] = b
    if (this.width > 2) keys[from + 2] = c
    if (this.width > 3) keys[from + 3] = d
    if (this.width > 4) keys[from + 4] = e
    if (this.width > 5) keys[from + 5] = f
    if (this.#size * 2 >= this.#slots.length) this.#grow()
    return entry
  }

  #grow(): void {
    const keys = new Int32Array(this.#keys.length * 2)
    keys.set(this.#keys)
    this.#keys = keys
    const slots = new Int32Array(this.#slots.length * 2)
    const mask = slots.length - 1
    for (let entry = 0; entry < this.#size; entry++) {
      const from = entry * this.width
      const part = (element: number): number => (element < this.width ? (keys[from + element] ?? 0) : 0)
      let at = hashOf(part(0), part(1), part(2), part(3), part(4), part(5)) & mask
      while (slots[at] !== 0) at = (at + 1) & mask
      slots[at] = entry + 1
    }
    this.#slots = slots
    this.#mask = mask
  }
}

function hashOf(a: number, b: number, c: number, d: number, e: number, f: number): number {
  let hash = Math.imul(a, 0x9e3779b1)
  hash = Math.imul((hash ^ (hash >>> 15)) + b, 0x85ebca77)
  hash = Math.imul((hash ^ (hash >>> 13)) + c, 0xc2b2ae3d)
  hash = Math.imul((hash ^ (hash >>> 16)) + d, 0x27d4eb2f)
  hash = Math.imul((hash ^ (hash >>> 15)) + e, 0x165667b1)
  hash = Math.imul((hash ^ (hash >>> 13)) + f, 0x9e3779b1)
  return (hash ^ (hash >>> 16)) >>> 0
}
