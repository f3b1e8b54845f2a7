import { isAllowed } from '../model/feed.ts'
import type { Scope } from '../model/scope.ts'
import { UNKNOWN_PART } from '../model/scope.ts'
import type { Micros } from '../model/time.ts'
import { type AbsorbDeps, absorbDelivery } from './absorb.ts'
import type { Delivery, Incoming } from './delivery.ts'
import type { IngestProgress } from './progress.ts'
import type { ByteCount } from './read-bytes.ts'
import { type ParsedRecord, parseFile } from './records.ts'
import { ScannedLines } from './scanned-lines.ts'
import { type IngestSummary, Tally } from './summary.ts'
import type { Terms } from './terms.ts'
import { latestOf } from './when.ts'

/** Requests of one transaction: the more, the less each costs, and the later it is seen. */
const REQUESTS = 200_000
/** Requests among them that the parser had to read: each may say a lot. */
const PARSED = 10_000
/** Bytes of what is kept beside the columns, of requests that are kept one by one: whoever sends them chooses how much that is. */
const DETAILS = 32 * 1024 * 1024
/** Flows, of which each says little. */
const FLOWS = 10_000
/** Other records of one transaction, and characters of what was rejected among them. */
const RECORDS = 1_000
const REJECTED_TEXT = 8 * 1024 * 1024

/** A file that could not be read at all; the others are taken in nevertheless. */
export interface Unreadable {
  readonly file: string
  readonly reason: string
}

/** What an ingest came to; `stopped` is what kept it from its end, when something did. */
export interface Ingested {
  readonly summary: IngestSummary
  readonly unreadable: readonly Unreadable[]
  readonly stopped: Error | null
}

export interface IngestOptions {
  /** Requests of one transaction. */
  readonly batch?: number
  /** Stops between two transactions. */
  readonly signal?: AbortSignal
  /** When what stands was read, where the records do not say it; else now. */
  readonly takenAt?: Micros
  readonly onProgress?: (progress: IngestProgress) => void
}

/**
 * Takes in files, one after the other, each streamed: while one batch is written the next one is read, and there are never
 * more than these two. Stops between two batches when the signal fires, and at a batch that the database does not take; what
 * has landed by then stays landed and is counted, and taking the files in again goes on from there.
 */
export async function ingestFiles(
  deps: AbsorbDeps,
  files: readonly string[],
  scope: Scope | null,
  options: IngestOptions = {},
): Promise<Ingested> {
  const began = performance.now()
  const ingest = new FileIngest(deps, scope, options.batch ?? REQUESTS, null, options.takenAt)
  const unreadable: Unreadable[] = []
  let read = 0
  let stopped: Error | null = null
  const isOver = (): boolean => options.signal?.aborted ?? false
  try {
    for (const file of files) {
      if (isOver()) break
      read += 1
      let count: ByteCount = { bytes: 0, totalBytes: null }
      const lists = parseFile(file, { onOpen: (opened) => (count = opened) }, ingest.lines)
      for await (const records of readable(lists, file, unreadable)) {
        ingest.add(records, file)
        if (ingest.isFull) await ingest.flush(file)
        options.onProgress?.({ file, ...count, ...ingest.soFar })
        if (isOver()) break
      }
      // What was read before the signal is not lost; it is small against what a file holds.
      await ingest.flush(file)
    }
  } catch (error) {
    stopped = error instanceof Error ? error : new Error(String(error))
  }
  try {
    await ingest.end()
  } catch (error) {
    stopped ??= error instanceof Error ? error : new Error(String(error))
  }
  const seconds = (performance.now() - began) / 1000
  return { summary: ingest.tally.summary(read - unreadable.length, seconds), unreadable, stopped }
}

const NOWHERE: Scope = { account: UNKNOWN_PART, region: UNKNOWN_PART, cluster: UNKNOWN_PART }

/** Records on their way from files, or from a feed under its terms, into transactions. */
export class FileIngest {
  readonly tally = new Tally()
  readonly lines: ScannedLines
  readonly #deps: AbsorbDeps
  readonly #given: Scope | null
  readonly #most: number
  readonly #scope: Scope
  readonly #terms: Terms | null
  /** One for all of a list, however many transactions it takes. */
  readonly #takenAt: Micros
  /** Records that say nothing of a scope may be written. */
  readonly #isAllowed: boolean
  #incoming: Incoming[] = []
  /** Flows among them. */
  #flows = 0
  #text = 0
  /** Requests that came through the parser, each with what it says beside its edge. */
  #parsed = 0
  #writing: Promise<void> | null = null
  #read = 0

  constructor(
    deps: AbsorbDeps,
    given: Scope | null,
    batch = REQUESTS,
    terms: Terms | null = null,
    takenAt = deps.now(),
  ) {
    this.#deps = deps
    this.#most = batch
    this.#given = given
    this.#scope = given ?? NOWHERE
    this.#terms = terms
    this.#takenAt = takenAt
    this.#isAllowed = terms === null || isAllowed(this.#scope, terms.allowed)
    this.lines = new ScannedLines(deps.writer.state(this.#scope), deps.now)
  }

  /** Takes audit events straight from their bytes; null where they would all be rejected. */
  get fast(): ScannedLines | null {
    return this.#isAllowed ? this.lines : null
  }

  get isFull(): boolean {
    const { size, detailBytes } = this.lines.batch
    const isLarge =
      this.#parsed >= PARSED || this.#text >= REJECTED_TEXT || detailBytes >= DETAILS || this.lines.isFull
    const others = this.#incoming.length - this.#flows
    return size >= this.#most || this.#flows >= FLOWS || others >= RECORDS || isLarge
  }

  get soFar(): { readonly records: number; readonly rejected: number } {
    return { records: this.#read + this.lines.taken, rejected: this.tally.rejected }
  }

  /** Requests whose records say nothing of a scope go with the lines that were taken from their bytes. */
  add(records: readonly ParsedRecord[], file: string): void {
    this.#read += records.length
    for (const { parsed, line, raw = '' } of records) {
      const isPlain =
        this.#isAllowed &&
        parsed.kind === 'request' &&
        Object.keys(parsed.scope).length === 0 &&
        parsed.at <= latestOf(this.#deps.now())
      if (isPlain) {
        this.lines.batch.add(parsed, line)
        this.#parsed += 1
      } else {
        const isUndated = parsed.kind === 'standing' && parsed.takenAt === null
        const dated = isUndated ? { ...parsed, takenAt: this.#takenAt } : parsed
        this.#incoming.push({ parsed: dated, file, line, raw })
        this.#text += raw.length
        if (parsed.kind === 'flow') this.#flows += 1
      }
    }
  }

  /** Hands on what was read, once what was handed on before is written; `last` is done with it. */
  async flush(file: string, last: Terms['last'] = null): Promise<void> {
    const { batch, ignored } = this.lines
    const incoming = this.#incoming
    if (batch.size + incoming.length + ignored === 0 && last === null) return
    const scanned = { batch, scope: this.#scope, file, range: { from: 0, to: batch.size } }
    await this.end()
    this.tally.ignore('request-received', ignored)
    this.#incoming = []
    this.#flows = 0
    this.#text = 0
    this.#parsed = 0
    this.lines.next(this.#deps.writer.state(this.#scope))
    const writing = this.#write({ incoming, scanned: batch.size === 0 ? null : scanned }, last)
    // Whoever waits for it hears of a failure.
    writing.catch(() => undefined)
    this.#writing = writing
  }

  async end(): Promise<void> {
    const writing = this.#writing
    this.#writing = null
    await writing
  }

  async #write(delivery: Delivery, last: Terms['last']): Promise<void> {
    const terms = this.#terms === null ? null : { ...this.#terms, last }
    const fates = await absorbDelivery(this.#deps, delivery, this.#given, terms)
    delivery.incoming.forEach((record, at) => {
      const fate = fates.incoming[at]
      if (fate !== undefined) this.tally.add(record, fate)
    })
    this.tally.addScanned(fates)
  }
}

type Lists = AsyncGenerator<readonly ParsedRecord[]>

/** Passes records on; a file that cannot be opened or read ends quietly and is noted. */
async function* readable(lists: Lists, file: string, unreadable: Unreadable[]): Lists {
  try {
    for (;;) {
      let next: IteratorResult<readonly ParsedRecord[]>
      try {
        next = await lists.next()
      } catch (error) {
        unreadable.push({ file, reason: error instanceof Error ? error.message : String(error) })
        return
      }
      if (next.done === true) return
      yield next.value
    }
  } finally {
    await lists.return(undefined)
  }
}
