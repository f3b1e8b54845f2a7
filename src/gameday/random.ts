import { createHash } from 'node:crypto'

/** Numbers that look random and are the same for the same key; every part of a scenario draws from a stream of its own. */
export class Random {
  #state: number

  constructor(key: string) {
    this.#state = createHash('sha256').update(key).digest().readUInt32LE()
  }

  /** From 0 to below 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number, both ends included. */
  whole(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1))
  }

  /** One item of a list that is not empty. */
  of<T>(list: readonly [T, ...T[]]): T {
    return list[this.whole(0, list.length - 1)] ?? list[0]
  }

  /** So many lower-case hexadecimal digits. */
  hex(length: number): string {
    return this.#letters('0123456789abcdef', length)
  }

  /** A UUID of version 4. */
  uuid(): string {
    const variant = '89ab'.charAt(this.whole(0, 3))
    return `${this.hex(8)}-${this.hex(4)}-4${this.hex(3)}-${variant}${this.hex(3)}-${this.hex(12)}`
  }

  /** The tail of a name that Kubernetes generates: no vowels, so no words. */
  suffix(length: number): string {
    return this.#letters('bcdfghjklmnpqrstvwxz2456789', length)
  }

  /** The middle of an AWS key or principal id. */
  capitals(length: number): string {
    return this.#letters('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', length)
  }

  #letters(alphabet: string, length: number): string {
    return Array.from({ length }, () => alphabet.charAt(this.whole(0, alphabet.length - 1))).join('')
  }
}
