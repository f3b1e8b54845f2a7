import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'

/** Bytes that are handed on at once, and room for the longest line. */
const PIECE = 1 << 20
const LONGEST = 1 << 16

/** A file that is written line by line, a large piece at a time. */
export class LineFile {
  readonly #out: WriteStream
  #full: Buffer[] = []
  #piece = Buffer.allocUnsafe(PIECE + LONGEST)
  #filled = 0
  #size = 0

  constructor(path: string) {
    this.#out = createWriteStream(path)
  }

  /** Adds a line with its end; true when there is enough for a `flush`, which may wait. */
  add(line: string): boolean {
    this.#filled += this.#piece.write(line, this.#filled)
    if (this.#filled >= PIECE) this.#turn()
    return this.#full.length > 0
  }

  async flush(): Promise<void> {
    const pieces = this.#full
    this.#full = []
    for (const piece of pieces) if (!this.#out.write(piece)) await once(this.#out, 'drain')
  }

  /** Writes the rest; returns the size of the file in bytes. */
  async close(): Promise<number> {
    this.#turn()
    await this.flush()
    this.#out.end()
    await once(this.#out, 'finish')
    return this.#size
  }

  #turn(): void {
    this.#full.push(this.#piece.subarray(0, this.#filled))
    this.#size += this.#filled
    this.#piece = Buffer.allocUnsafe(PIECE + LONGEST)
    this.#filled = 0
  }
}
