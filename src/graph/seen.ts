import { randomBytes } from 'node:crypto'
import { mix } from './hashing.ts'

/** Bytes of one event in a block: 60 bits of its id, two of its stage, two of its outcome, 16 of what was understood. */
const ENTRY = 10

/** So that nobody who chooses audit ids can choose where they fall. */
const SEED = randomBytes(4).readInt32LE()

/** Places of a new hour. A file may name a hundred thousand hours. */
const FIRST_ROOM = 16

const NO_BYTES = new DataView(new ArrayBuffer(0))

/** What an hour knows of an id: nothing, the same event, the same id with other contents, or other stages of it. */
export type Known = 'new' | 'duplicate' | 'conflicting' | 'stage'

/** Of the 16 bits of what was understood, the last ones stand for the edge, the others for the time received. */
export const EDGE_BITS = 4

/** 60 bits of a 128-bit id, as a high and a low half; the low one has its last four bits free. */
export function idHalves(id: Uint32Array, from: number, into: Uint32Array): void {
  const a = id[from] ?? 0
  const b = id[from + 1] ?? 0
  const c = id[from + 2] ?? 0
  const d = id[from + 3] ?? 0
  const high = mix(a ^ mix(b ^ mix(c ^ mix(d))))
  into[0] = high
  into[1] = mix(Math.imul(high, 0x9e3779b1) ^ mix(d ^ mix(c + Math.imul(b, 0x85ebca77)) ^ a)) & ~15
}

/** The events of one hour: an open-addressed set in typed arrays, and beside it what was added but is not stored yet. */
export class SeenHour {
  #high = new Uint32Array(FIRST_ROOM)
  /** id << 4 | stage << 2 | outcome; the stage is at least 1, so that 0 is an empty place. */
  #low = new Uint32Array(FIRST_ROOM)
  /** See RequestBatch.check. */
  #check = new Uint16Array(FIRST_ROOM)
  #mask = FIRST_ROOM - 1
  #size = 0
  /** What was added since the last `keep`, as it is stored. */
  #added = NO_BYTES
  #addedBytes = 0
  /** The earliest stage known of the id last asked about, and its outcome. */
  earliestStage = 0
  earliestOutcome = 0

  get size(): number {
    return this.#size
  }

  get bytes(): number {
    return this.#low.length * ENTRY
  }

  /** Looks for an event; stage from 1. */
  find(high: number, low: number, stage: number, outcome: number, check: number): Known {
    let known: Known = 'new'
    this.earliestStage = 4
    for (let at = this.#place(high, low); ; at = (at + 1) & this.#mask) {
      const entry = this.#low[at] ?? 0
      if (entry === 0) return known
      if ((entry ^ low) >>> 4 !== 0 || this.#high[at] !== high) continue
      const entryStage = (entry >>> 2) & 3
      const differs = (this.#check[at] ?? 0) ^ check
      // Received at another time, it is another request of somebody who chose the same id.
      if (differs >>> EDGE_BITS !== 0) continue
      if (differs !== 0) return 'conflicting'
      if (entryStage === stage) return (entry & 3) === outcome ? 'duplicate' : 'conflicting'
      known = 'stage'
      if (entryStage < this.earliestStage) {
        this.earliestStage = entryStage
        this.earliestOutcome = entry & 3
      }
    }
  }

  /** Adds an event that `find` did not find. */
  add(high: number, low: number, stage: number, outcome: number, check: number): void {
    const entry = (low | (stage << 2) | outcome) >>> 0
    this.#put(high, entry, check)
    const at = this.#addedBytes
    if (at + ENTRY > this.#added.byteLength) this.#growAdded()
    const added = this.#added
    added.setUint32(at, high, true)
    added.setUint32(at + 4, entry, true)
    added.setUint16(at + 8, check, true)
    this.#addedBytes = at + ENTRY
  }

  /** Entries as they were stored. */
  load(block: Buffer): void {
    for (let at = 0; at + ENTRY <= block.length; at += ENTRY) {
      this.#put(block.readUInt32LE(at), block.readUInt32LE(at + 4), block.readUInt16LE(at + 8))
    }
  }

  /** What was added since the last `keep`, as it is stored and until something is added; null when nothing was. */
  block(): Buffer | null {
    return this.hasAdded ? Buffer.from(this.#added.buffer, 0, this.#addedBytes) : null
  }

  keep(): void {
    this.#added = NO_BYTES
    this.#addedBytes = 0
  }

  get hasAdded(): boolean {
    return this.#addedBytes > 0
  }

  #growAdded(): void {
    const grown = new Uint8Array(Math.max(FIRST_ROOM * ENTRY, this.#added.byteLength * 2))
    grown.set(new Uint8Array(this.#added.buffer))
    this.#added = new DataView(grown.buffer)
  }

  #place(high: number, entry: number): number {
    return mix(high ^ SEED ^ Math.imul(entry & ~15, 0x9e3779b1)) & this.#mask
  }

  #put(high: number, entry: number, check: number): void {
    if ((this.#size + 1) * 2 > this.#low.length) this.#grow()
    let at = this.#place(high, entry)
    while (this.#low[at] !== 0) at = (at + 1) & this.#mask
    this.#high[at] = high
    this.#low[at] = entry
    this.#check[at] = check
    this.#size++
  }

  #grow(): void {
    const high = this.#high
    const low = this.#low
    const check = this.#check
    const length = low.length * 2
    this.#high = new Uint32Array(length)
    this.#low = new Uint32Array(length)
    this.#check = new Uint16Array(length)
    this.#mask = length - 1
    this.#size = 0
    for (let at = 0; at < low.length; at++) {
      const entry = low[at] ?? 0
      if (entry !== 0) this.#put(high[at] ?? 0, entry, check[at] ?? 0)
    }
  }
}

/**
 * At most so many bytes of hours are remembered beside those that the last batch asked about; those that were not asked about for
 * longest go first. An hour of 150 requests a second takes 21 MB.
 */
const MOST_BYTES = 48 * 1024 * 1024

/** The hours of one scope that a writer works on. */
export class SeenHours {
  readonly #hours = new Map<number, SeenHour>()
  readonly #sealed = new Set<number>()
  readonly #added = new Set<number>()
  /** Hours that the batch asks about, whether it adds to them or not. */
  readonly #used = new Set<number>()

  /** Bytes that the hours take. */
  get bytes(): number {
    let bytes = 0
    for (const hour of this.#hours.values()) bytes += hour.bytes
    return bytes
  }

  /** Of the hours that a batch asks about those that must be read before. */
  missing(hours: Iterable<number>): readonly number[] {
    const asked = [...new Set(hours)]
    for (const hour of asked) this.#used.add(hour)
    return asked.filter((hour) => !this.#hours.has(hour) && !this.#sealed.has(hour))
  }

  /** Takes up hours as the database has them. */
  load(
    hours: readonly number[],
    blocks: readonly { readonly hour: number; readonly hashes: Buffer }[],
    sealed: readonly number[],
  ): void {
    for (const hour of hours) this.#hours.set(hour, new SeenHour())
    for (const { hour, hashes } of blocks) this.#hours.get(hour)?.load(hashes)
    for (const hour of sealed) {
      this.#hours.delete(hour)
      this.#sealed.add(hour)
    }
  }

  isSealed(hour: number): boolean {
    return this.#sealed.has(hour)
  }

  /** An hour that was loaded. */
  hour(hour: number): SeenHour {
    const known = this.#hours.get(hour)
    if (known === undefined) throw new Error(`the hour ${hour} was not loaded`)
    return known
  }

  /** Notes that a batch adds to an hour. */
  added(hour: number): void {
    this.#added.add(hour)
  }

  /** Blocks to store, one for each hour that the batch added to. */
  blocks(): readonly { readonly hour: number; readonly hashes: Buffer }[] {
    const blocks: { hour: number; hashes: Buffer }[] = []
    for (const hour of [...this.#added].toSorted((a, b) => a - b)) {
      const hashes = this.hour(hour).block()
      if (hashes !== null) blocks.push({ hour, hashes })
    }
    return blocks
  }

  /** The batch is committed. Hours beyond what may be remembered are let go. */
  keep(): void {
    for (const nr of this.#added) this.hour(nr).keep()
    this.#added.clear()
    for (const nr of this.#used) {
      const hour = this.#hours.get(nr)
      if (hour === undefined) continue
      // Last used, last to go.
      this.#hours.delete(nr)
      this.#hours.set(nr, hour)
    }
    let { bytes } = this
    for (const [hour, { bytes: size }] of this.#hours) {
      // What was just used is used again by the next batch.
      if (bytes <= MOST_BYTES || this.#used.has(hour)) break
      this.#hours.delete(hour)
      bytes -= size
    }
    this.#used.clear()
    if (this.#sealed.size > 100_000) this.#sealed.clear()
  }

  /** The batch failed, or another writer was here: everything is read again when it is needed. */
  drop(): void {
    this.#hours.clear()
    this.#sealed.clear()
    this.#added.clear()
    this.#used.clear()
  }
}
