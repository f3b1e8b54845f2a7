const QUOTE = 0x22
const COMMA = 0x2c
const OPEN_LIST = 0x5b
const BACKSLASH = 0x5c
const CLOSE_LIST = 0x5d
const CLOSE_OBJECT = 0x7d

/** A key made of three names of this length, and what stands between them, is stored as it is (see names.ts). */
const LONGEST_NAME = 330
/** Room after the text: no literal is longer. */
const MARGIN = 64

/** Four times the same byte, to look at four bytes at once. */
const ONES = 0x01010101
const BLANKS = 0x20202020
const QUOTES = 0x22222222
const BACKSLASHES = 0x5c5c5c5c
const HIGH_BITS = 0x80808080

/** ASCII text that is expected somewhere, four bytes in a number; the last number ends with the text. */
export interface Literal {
  readonly length: number
  readonly words: Int32Array
}

/** Of a text of 4 to 64 characters. */
export function literal(text: string): Literal {
  const bytes = Buffer.from(text)
  const count = Math.ceil(bytes.length / 4)
  const words = Int32Array.from({ length: count }, (_, i) =>
    bytes.readInt32LE(Math.min(i * 4, bytes.length - 4)),
  )
  return { length: bytes.length, words }
}

/**
 * A chunk of JSON lines and how to step through it. Positions count from the beginning of the chunk; -1 stands for what
 * is no JSON or not plain enough, and may be handed on as a position.
 */
export class ScanBytes {
  #chunk: Buffer | string = ''
  #bytes: Buffer = Buffer.alloc(0)
  #view = new DataView(new ArrayBuffer(0))

  /** Turns to a chunk and copies it, to have room after it; the one that it is turned to already costs nothing. */
  load(chunk: Buffer | string): void {
    if (chunk === this.#chunk) return
    const { length } = chunk
    if (this.#bytes.length < length + MARGIN) {
      const room = new ArrayBuffer(length + MARGIN)
      this.#bytes = Buffer.from(room)
      this.#view = new DataView(room)
    }
    if (typeof chunk === 'string') this.#bytes.write(chunk, 'latin1')
    else this.#bytes.set(chunk)
    // A control character ends whatever runs over the end.
    this.#bytes.fill(0, length, length + MARGIN)
    this.#chunk = chunk
  }

  /** The text between two positions; right only for ASCII. */
  text(from: number, to: number): string {
    return this.#bytes.toString('latin1', from, to)
  }

  /** The text between two positions, whatever is in it. */
  utf8(from: number, to: number): string {
    return this.#bytes.toString('utf8', from, to)
  }

  /** Four bytes as one number. */
  word(at: number): number {
    return this.#view.getInt32(at, true)
  }

  /** The byte there; 0 outside of the chunk. */
  byte(at: number): number {
    return this.#bytes[at] ?? 0
  }

  /** True when the expected text stands there. */
  is(expected: Literal, at: number): boolean {
    if (at < 0) return false
    const { words, length } = expected
    const view = this.#view
    const last = words.length - 1
    for (let i = 0; i < last; i++) {
      if (view.getInt32(at + i * 4, true) !== words[i]) return false
    }
    return view.getInt32(at + length - 4, true) === words[last]
  }

  /** The closing quote of a string whose text begins at `start`. */
  stringEnd(start: number): number {
    let at = start
    for (;;) {
      at = this.#specialAt(at)
      const c = this.byte(at)
      if (c === QUOTE) return at
      if (c === BACKSLASH) {
        at = this.#escapeEnd(at)
        if (at < 0) return -1
      } else if (c >= 0x80) at++
      else return -1
    }
  }

  /** The same for a text that is used: ASCII without escapes, neither empty nor longer than `longest`. */
  usedEnd(start: number, longest: number): number {
    if (start < 0) return -1
    const at = this.#specialAt(start)
    return this.byte(at) === QUOTE && at > start && at - start <= longest ? at : -1
  }

  /** The same for a used text that may hold escapes. */
  escapedEnd(start: number): number {
    const end = this.stringEnd(start)
    for (let at = start; at < end; at++) if (this.byte(at) > 0x7f) return -1
    return end > start ? end : -1
  }

  /** The same for a name, which must be short enough to be kept as it is. */
  nameEnd(start: number): number {
    return this.usedEnd(start, LONGEST_NAME)
  }

  /** After the closing quote of a member: the quote of the next key, or the brace that closes the object. */
  afterText(end: number): number {
    return end < 0 ? -1 : this.nextMember(end + 1)
  }

  /** Where the text begins of a list that begins with one. */
  onlyText(at: number): number {
    return this.byte(at) === OPEN_LIST && this.byte(at + 1) === QUOTE ? at + 2 : -1
  }

  /** The same as `afterText` for the only text of a list. */
  afterOnly(end: number): number {
    return end >= 0 && this.byte(end + 1) === CLOSE_LIST ? this.nextMember(end + 2) : -1
  }

  /** After a member of an object: the quote of the next key, or the brace that closes the object. */
  nextMember(at: number): number {
    if (at < 0) return -1
    const c = this.byte(at)
    if (c === COMMA) return this.byte(at + 1) === QUOTE ? at + 1 : -1
    return c === CLOSE_OBJECT ? at : -1
  }

  /** What follows the brace that closes an object. */
  objectEnd(at: number): number {
    return at >= 0 && this.byte(at) === CLOSE_OBJECT ? at + 1 : -1
  }

  /** Passes over a member that is a string, when it stands there. */
  skipText(key: Literal, at: number): number {
    return this.is(key, at) ? this.afterText(this.stringEnd(at + key.length)) : at
  }

  /** The first byte from `start` on that is a quote, a backslash, a control character or over 0x7f. */
  #specialAt(start: number): number {
    const view = this.#view
    for (let at = start; ; at += 4) {
      const word = view.getInt32(at, true)
      // A borrow reaches only bytes after one that is special, and of those the first is looked for.
      const special =
        (word | (word - BLANKS) | ((word ^ QUOTES) - ONES) | ((word ^ BACKSLASHES) - ONES)) & HIGH_BITS
      if (special !== 0) return at + ((31 - Math.clz32(special & -special)) >> 3)
    }
  }

  /** What follows the escape that a backslash begins. */
  #escapeEnd(backslash: number): number {
    const c = this.byte(backslash + 1)
    if (c !== 0x75) return isSimpleEscape(c) ? backslash + 2 : -1
    for (let at = backslash + 2; at < backslash + 6; at++) {
      if (!isHex(this.byte(at))) return -1
    }
    return backslash + 6
  }
}

/** One of `"\/bfnrt`. */
function isSimpleEscape(c: number): boolean {
  if (c === QUOTE || c === BACKSLASH || c === 0x2f) return true
  return c === 0x62 || c === 0x66 || c === 0x6e || c === 0x72 || c === 0x74
}

function isHex(c: number): boolean {
  return (c >= 0x30 && c <= 0x39) || (c >= 0x61 && c <= 0x66) || (c >= 0x41 && c <= 0x46)
}
