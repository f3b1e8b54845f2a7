import { unwrap } from '../sources/index.ts'
import { isCutOff, parseJson } from './read-raw.ts'

/**
 * Looks at the beginning of a file, up to what follows its first line, and says how to read it: one record a
 * line, or documents that take several lines or hold several records.
 */
export class Probe {
  readonly #most: number
  readonly #chunks: Buffer[] = []
  #length = 0
  #phase: 'blank' | 'first line' | 'after it' | 'done' = 'blank'

  /** `most`: a first line longer than this many bytes is not awaited. */
  constructor(most: number) {
    this.#most = most
  }

  /** True when enough has been seen. */
  push(chunk: Buffer): boolean {
    this.#chunks.push(Buffer.from(chunk))
    this.#length += chunk.length
    for (let i = 0; i < chunk.length && this.#phase !== 'done'; i++) {
      const isBlank = (chunk[i] ?? 0) <= 0x20
      if (this.#phase === 'blank' && !isBlank) this.#phase = 'first line'
      else if (this.#phase === 'first line') {
        const end = chunk.indexOf(0x0a, i)
        if (end < 0) break
        i = end
        this.#phase = 'after it'
      } else if (this.#phase === 'after it' && !isBlank) this.#phase = 'done'
    }
    return this.#phase === 'done' || this.#length > this.#most
  }

  /** Everything seen so far, without a byte order mark, chunk by chunk; the probe lets go of it. */
  take(): Buffer[] {
    const chunks = this.#chunks.splice(0)
    const first = Buffer.concat(chunks.splice(0, 3))
    return [withoutMark(first), ...chunks]
  }

  /** By its byte order mark. */
  isUtf16(): boolean {
    const [a, b] = Buffer.concat(this.#chunks.slice(0, 2))
    return (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)
  }

  /** True when lines would cut the records apart, or when one line holds them all. */
  isDocument(): boolean {
    const bytes = withoutMark(Buffer.concat(this.#chunks))
    const start = bytes.findIndex((byte) => byte > 0x20)
    if (start < 0) return false
    const isJson = bytes[start] === 0x7b || bytes[start] === 0x5b
    if (this.#phase === 'first line' && this.#length > this.#most) return isJson
    const newline = bytes.indexOf(0x0a, start)
    const line = bytes.toString('utf8', start, newline < 0 ? bytes.length : newline).trim()
    const parsed = parseJson(line)
    if (parsed !== null) return this.#phase !== 'done' && unwrap(parsed.value) !== null
    return isJson && (this.#phase !== 'done' || isCutOff(line))
  }
}

function withoutMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
}
