import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { parseArgs } from 'node:util'
import { auditLines, type GenerateOptions } from './generate.ts'

/** Bytes that are handed on at once, and room for the longest line. */
const CHUNK = 1 << 20
const LONGEST = 1 << 16

/** Writes events to a file; returns its size in bytes. */
export async function writeAuditFile(path: string, options: GenerateOptions): Promise<number> {
  const [size = 0] = await writeAuditFiles(() => path, options.events, options)
  return size
}

/** Writes events to files of `each` events, one after the other; returns their sizes in bytes. */
export async function writeAuditFiles(
  pathOf: (nr: number) => string,
  each: number,
  options: GenerateOptions,
): Promise<readonly number[]> {
  const sizes: number[] = []
  let file: Part | null = null
  let left = 0
  for (const line of auditLines(options)) {
    if (left === 0) {
      if (file !== null) sizes.push(await file.close())
      file = new Part(pathOf(sizes.length))
      left = each
    }
    left -= 1
    if (file?.add(line) === true) await file.flush()
  }
  if (file !== null) sizes.push(await file.close())
  return sizes
}

/** A file that is being written, a large piece at a time. */
class Part {
  readonly #out: WriteStream
  #piece = Buffer.allocUnsafe(CHUNK + LONGEST)
  #filled = 0
  #size = 0

  constructor(path: string) {
    this.#out = createWriteStream(path)
  }

  /** True when the piece is full and wants to be flushed. */
  add(line: string): boolean {
    this.#filled += this.#piece.write(line, this.#filled)
    return this.#filled >= CHUNK
  }

  async flush(): Promise<void> {
    const piece = this.#piece.subarray(0, this.#filled)
    this.#size += this.#filled
    this.#piece = Buffer.allocUnsafe(CHUNK + LONGEST)
    this.#filled = 0
    if (!this.#out.write(piece)) await once(this.#out, 'drain')
  }

  async close(): Promise<number> {
    await this.flush()
    this.#out.end()
    await once(this.#out, 'finish')
    return this.#size
  }
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      events: { type: 'string', default: '100000' },
      seed: { type: 'string', default: 'firebreak' },
      start: { type: 'string', default: '2026-11-23T00:00:00Z' },
      clusters: { type: 'string', default: '1' },
    },
  })
  const folder = positionals[0] ?? '.'
  for (let nr = 1; nr <= Number(values.clusters); nr++) {
    const path = `${folder}/audit-${nr}.ndjson`
    const seed = `${values.seed} ${nr}`
    const size = await writeAuditFile(path, {
      events: Number(values.events),
      seed,
      start: Date.parse(values.start),
    })
    console.log(`${path}: ${size} bytes`)
  }
}
