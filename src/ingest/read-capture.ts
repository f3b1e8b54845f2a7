import { KEPT_RAW } from './read-raw.ts'

/** From so many parts on, small ones are copied together: a buffer of its own for each would weigh more than they. */
const MANY = 64
const SMALL = 1024
const BLOCK = 64 * 1024

/** The bytes of one record as they come in. Over the limit there is only its head, for the reject. */
export class Capture {
  readonly #largest: number
  #parts: Buffer[] = []
  #length = 0
  #head: string | null = null
  #block: Buffer = Buffer.alloc(0)
  /** What of the block is used, and how much of that is among the parts. */
  #used = 0
  #told = 0
  /** How many of the parts are copies of our own. */
  #owned = 0

  constructor(largest: number) {
    this.#largest = largest
  }

  add(part: Buffer): void {
    if (part.length === 0) return
    this.#length += part.length
    if (this.#head !== null) return
    if (part.length > SMALL || this.#parts.length < MANY) {
      this.#tell()
      this.#parts.push(part)
      return
    }
    if (this.#used + part.length > this.#block.length) {
      this.#tell()
      this.#block = Buffer.allocUnsafe(BLOCK)
      this.#used = 0
      this.#told = 0
    }
    this.#used += part.copy(this.#block, this.#used)
  }

  /** Copies what belongs to somebody else, who is going to write something else there. */
  own(): void {
    for (; this.#owned < this.#parts.length; this.#owned++) {
      const part = this.#parts[this.#owned]
      if (part !== undefined && part.buffer !== this.#block.buffer)
        this.#parts[this.#owned] = Buffer.from(part)
    }
  }

  /** Puts what was copied together among the parts. */
  #tell(): void {
    if (this.#used > this.#told) this.#parts.push(this.#block.subarray(this.#told, this.#used))
    this.#told = this.#used
  }

  get isEmpty(): boolean {
    return this.#length === 0
  }

  get isOver(): boolean {
    return this.#length > this.#largest
  }

  /** Its beginning, once it was given up. */
  get head(): string | null {
    return this.#head
  }

  /** The beginning is all that is kept from now on. */
  giveUp(): void {
    this.#head ??= this.bytes().toString('utf8', 0, KEPT_RAW)
    this.#parts = []
    this.#owned = 0
  }

  bytes(): Buffer {
    this.#tell()
    const [only] = this.#parts
    return this.#parts.length === 1 && only ? only : Buffer.concat(this.#parts)
  }

  beginning(): string {
    return this.head ?? this.bytes().toString('utf8', 0, KEPT_RAW)
  }

  /** All of it as text, without blanks after it; empties the capture. */
  take(): string {
    const text = this.bytes().toString('utf8').trimEnd()
    this.clear()
    return text
  }

  clear(): void {
    this.#told = this.#used
    this.#parts = []
    this.#owned = 0
    this.#length = 0
    this.#head = null
  }

  /** The last bytes of it and of what follows it, as latin1. */
  last(most: number, next: Buffer): string {
    this.#tell()
    const kept: Buffer[] = []
    const parts = [...this.#parts.slice(-most), next]
    for (let i = parts.length - 1, length = 0; i >= 0 && length < most; i--) {
      const part = parts[i]?.subarray(-most) ?? Buffer.alloc(0)
      length += part.length
      kept.unshift(part)
    }
    return Buffer.concat(kept).toString('latin1')
  }

  /** The first bytes of it and of what follows it, as latin1. */
  first(most: number, next: Buffer): string {
    this.#tell()
    let text = ''
    for (const part of [...this.#parts.slice(0, most), next]) {
      if (text.length >= most) break
      text += part.toString('latin1', 0, most)
    }
    return text
  }
}
