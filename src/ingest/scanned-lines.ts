import { RequestBatch } from '../graph/batch.ts'
import { NAMELESS, type ScopeState } from '../graph/scope-state.ts'
import { OUTCOMES } from '../model/observation.ts'
import type { Micros } from '../model/time.ts'
import { outcomeOf } from '../sources/audit.ts'
import { AuditScan, scanAudit } from '../sources/audit-scan.ts'
import { scannedCode, scannedUri } from '../sources/audit-scanned.ts'
import { KnownBytes } from './known-bytes.ts'
import type { FastLines } from './read-lines.ts'
import { latestOf } from './when.ts'

/** The most that copies of texts may take before they are let go with all that is known by them. */
const MOST_BYTES = 32 * 1024 * 1024

const SUCCESS = OUTCOMES.indexOf('success')
const CODES = Array.from({ length: 1000 }, (_, code) => OUTCOMES.indexOf(outcomeOf(code)))

/**
 * Takes audit events straight from their bytes into a batch: whatever was seen before is known by its bytes, without
 * making a string or an object of it. Events that need the parser are left to it.
 */
export class ScannedLines implements FastLines {
  readonly #scan = new AuditScan()
  readonly #now: () => Micros
  #known: KnownBytes
  #chunk: Buffer = Buffer.alloc(0)
  /** What lies beyond is the parser's: a clock that is ahead. */
  #latest: Micros = 0
  #batch: RequestBatch
  #taken = 0
  #ignored = 0
  readonly #row = { stage: 0, outcome: SUCCESS, at: 0, edge: 0, agent: -1, caller: 0, object: 0 }

  constructor(state: ScopeState, now: () => Micros) {
    this.#now = now
    this.#known = knownBytesOf(state)
    this.#batch = new RequestBatch(state)
  }

  /** Lines taken, those that are ignored among them. */
  get taken(): number {
    return this.#taken
  }

  /** What was taken since the last `next`. */
  get batch(): RequestBatch {
    return this.#batch
  }

  /** True when it should begin anew: copies of what it knows take too much. */
  get isFull(): boolean {
    return this.#known.bytes > MOST_BYTES
  }

  /** RequestReceived stages among them, which are no rows of the batch. */
  get ignored(): number {
    return this.#ignored
  }

  /** Goes on with an empty batch, for a state that may be a new one. */
  next(state: ScopeState): void {
    this.#known = knownBytesOf(state)
    this.#batch = new RequestBatch(state, Math.max(1024, this.#batch.size))
    this.#ignored = 0
  }

  begin(chunk: Buffer): void {
    this.#chunk = chunk
    this.#latest = latestOf(this.#now())
  }

  take(start: number, end: number, line: number): boolean {
    const scan = this.#scan
    if (!scanAudit(this.#chunk, start, end, scan)) return false
    if (scan.stage < 0) {
      this.#ignored++
      this.#taken++
      return true
    }
    const known = this.#known
    if (scan.at > this.#latest || !known.read(scan)) return false
    const row = this.#row
    row.stage = scan.stage
    row.outcome = scan.code < 0 ? NO_CODE : (CODES[scan.code] ?? NO_CODE)
    row.at = scan.at
    row.edge = known.edge
    row.agent = known.agent
    row.caller = known.caller
    row.object = known.object
    const { state } = this.#batch
    const isKept = state.edgeKept[known.edge] === 1
    const body = known.body(scan)
    this.#batch.addNumbers(
      scan.source,
      scan.idFrom,
      scan.idTo,
      row,
      line,
      isKept || body !== NAMELESS
        ? {
            ...(body !== NAMELESS && { about: body }),
            ...(isKept && { code: scannedCode(scan) }),
            ...(isKept && known.isUriKept && { requestUri: scannedUri(scan) }),
          }
        : null,
    )
    this.#taken++
    return true
  }
}

/** With the state, so that who takes in one thing after the other with one writer learns them once. */
const knownOf = new WeakMap<ScopeState, KnownBytes>()

function knownBytesOf(state: ScopeState): KnownBytes {
  const before = knownOf.get(state)
  if (before !== undefined && before.bytes <= MOST_BYTES) return before
  const anew = new KnownBytes(state)
  knownOf.set(state, anew)
  state.reader = anew
  return anew
}

const NO_CODE = OUTCOMES.indexOf(outcomeOf(null))
