import { randomBytes } from 'node:crypto'

/** Bytes that texts are read from: four at a time, or one. */
export interface Bytes {
  word(at: number): number
  byte(at: number): number
}

/** So that nobody who writes a record can know where its texts fall. */
const SEED = randomBytes(4).readInt32LE()

/**
 * Numbers texts by their bytes, from 0 in the order in which they turn up, without making a string of any: open-addressed,
 * with a copy of each text to compare with.
 */
export class ByteTexts {
  #slots = new Int32Array(2048)
  #mask = 2047
  #hashes = new Int32Array(1024)
  /** Where each text begins in the copies; the next one's beginning is its end, rounded up to four. */
  #starts = new Int32Array(1025)
  #lengths = new Int32Array(1024)
  #copies = new DataView(new ArrayBuffer(64 * 1024))
  #size = 0

  get size(): number {
    return this.#size
  }

  /** Bytes that the copies take. */
  get bytes(): number {
    return this.#starts[this.#size] ?? 0
  }

  /** The number of the text between two positions; `size` before the call when it is new. */
  of(source: Bytes, from: number, to: number): number {
    const length = to - from
    let hash = Math.imul(length, 0x9e3779b1) ^ SEED
    const whole = from + (length & ~3)
    // Of a long text every so many bytes: all of them are compared anyway.
    const step = length > 128 ? (length >>> 7) * 4 + 4 : 4
    for (let at = from; at < whole; at += step) {
      hash = Math.imul(hash ^ source.word(at), 0x85ebca6b)
      hash ^= hash >>> 15
    }
    for (let at = whole; at < to; at++) hash = Math.imul(hash ^ source.byte(at), 0xc2b2ae35) ^ (hash >>> 13)
    hash = Math.imul(hash ^ (hash >>> 16), 0x27d4eb2f)
    hash ^= hash >>> 15
    for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const entry = (this.#slots[slot] ?? 0) - 1
      if (entry < 0) return this.#insert(slot, hash, source, from, to)
      if (this.#hashes[entry] === hash && this.#isSame(entry, source, from, to)) return entry
    }
  }

  #isSame(entry: number, source: Bytes, from: number, to: number): boolean {
    const length = to - from
    if (this.#lengths[entry] !== length) return false
    const copies = this.#copies
    const start = this.#starts[entry] ?? 0
    const whole = length & ~3
    for (let at = 0; at < whole; at += 4) {
      if (copies.getInt32(start + at, true) !== source.word(from + at)) return false
    }
    for (let at = whole; at < length; at++) {
      if (copies.getUint8(start + at) !== source.byte(from + at)) return false
    }
    return true
  }

  #insert(slot: number, hash: number, source: Bytes, from: number, to: number): number {
    const entry = this.#size++
    if (this.#size > this.#hashes.length) this.#growEntries()
    this.#hashes[entry] = hash
    this.#lengths[entry] = to - from
    const start = this.#starts[entry] ?? 0
    const end = (start + (to - from) + 3) & ~3
    this.#starts[entry + 1] = end
    if (end > this.#copies.byteLength) this.#growCopies(end)
    for (let at = from; at < to; at++) this.#copies.setUint8(start + at - from, source.byte(at))
    this.#slots[slot] = entry + 1
    if (this.#size * 2 > this.#slots.length) this.#growSlots()
    return entry
  }

  #growEntries(): void {
    const grown = (array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> => {
      const into = new Int32Array(length)
      into.set(array)
      return into
    }
    const length = this.#hashes.length * 2
    this.#hashes = grown(this.#hashes, length)
    this.#lengths = grown(this.#lengths, length)
    this.#starts = grown(this.#starts, length + 1)
  }

  #growCopies(needed: number): void {
    const room = new Uint8Array(Math.max(needed, this.#copies.byteLength * 2))
    room.set(new Uint8Array(this.#copies.buffer))
    this.#copies = new DataView(room.buffer)
  }

  #growSlots(): void {
    this.#slots = new Int32Array(this.#slots.length * 2)
    this.#mask = this.#slots.length - 1
    for (let entry = 0; entry < this.#size; entry++) {
      let slot = (this.#hashes[entry] ?? 0) & this.#mask
      while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask
      this.#slots[slot] = entry + 1
    }
  }
}
