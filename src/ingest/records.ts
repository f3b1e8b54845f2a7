import type { Parsed } from '../model/observation.ts'
import { parseRecord, recognises, unwrap } from '../sources/index.ts'
import { type ByteCount, type ByteSource, type Bytes, LARGEST_FILE, openBytes } from './read-bytes.ts'
import { DocumentSplitter } from './read-document.ts'
import { Heldback } from './read-heldback.ts'
import { type FastLines, LineSplitter } from './read-lines.ts'
import { Probe } from './read-probe.ts'
import { LARGEST_RECORD, problem, type RawRecord, type Splitter } from './read-raw.ts'

export type { RawProblem, RawRecord, RawValue } from './read-raw.ts'

/** Limits of one file, in bytes; tests make them small. */
export interface ReadOptions {
  readonly largestRecord?: number
  readonly largestFile?: number
  /** The order of fields in lines of flow logs before a header line, as such a line; without it the default one. */
  readonly flowFormat?: string
  /** Is handed the count of bytes that goes up while the file is read; another one when it is read again. */
  readonly onOpen?: (count: ByteCount) => void
}

/**
 * The records of a file, one after the other and never all at once: plain or gzip, one JSON value a line,
 * documents over several lines, a list, or a container of any size. A piece that is no JSON is a `problem` and
 * costs nothing around it. Throws only when there is no file to read.
 */
export async function* readRecords(source: ByteSource, options: ReadOptions = {}): AsyncGenerator<RawRecord> {
  for await (const batch of readBatches(source, options, null)) yield* batch
}

/** A record of a file and what it came to; `raw` stands with those that were rejected. */
export interface ParsedRecord {
  readonly parsed: Parsed
  readonly line: number
  readonly raw?: string
}

/** The most records that are handed out together. */
const LONGEST_LIST = 1_000

/**
 * The records of a file, each parsed, in short lists. While nothing in it has been recognised, rejects wait; when nothing
 * ever is, the whole file is one record, rejected as `unrecognised` with a reason that says what the file looks like.
 * Lines that `fast` takes are recognised and not among the records; an empty list says that it has taken some.
 */
export async function* parseFile(
  source: ByteSource,
  options: ReadOptions = {},
  fast: FastLines | null = null,
): AsyncGenerator<readonly ParsedRecord[]> {
  const sieve = new Sieve()
  let taken = fast?.taken ?? 0
  for await (const batch of readBatches(source, options, fast)) {
    const isAnyTaken = fast !== null && fast.taken > taken
    taken = fast?.taken ?? 0
    yield* lists(sieve.through(batch, isAnyTaken), isAnyTaken)
  }
  const rest = sieve.rest()
  if (rest.length > 0) yield rest
}

/** Holds rejects back until a record of their file has been recognised. */
class Sieve {
  readonly #waiting = new Heldback()
  #isKnown = false

  /** After the last record. */
  rest(): readonly ParsedRecord[] {
    return this.#isKnown ? [] : [this.#waiting.verdict()]
  }

  *through(batch: readonly RawRecord[], isAnyTaken: boolean): Generator<ParsedRecord> {
    if (isAnyTaken && !this.#isKnown) yield* this.#know()
    for (const record of batch) {
      const result = parsedRecord(record)
      if (!this.#isKnown && result !== null && !isRecognised(result, record)) this.#waiting.add(result)
      else {
        if (!this.#isKnown) yield* this.#know()
        if (result !== null) yield result
      }
    }
  }

  *#know(): Generator<ParsedRecord> {
    this.#isKnown = true
    yield* this.#waiting.all()
  }
}

/** With `isTold` there is at least one list, if an empty one. */
function* lists(records: Iterable<ParsedRecord>, isTold: boolean): Generator<readonly ParsedRecord[]> {
  let list: ParsedRecord[] = []
  let isFirst = isTold
  for (const record of records) {
    list.push(record)
    if (list.length < LONGEST_LIST) continue
    yield list
    list = []
    isFirst = false
  }
  if (list.length > 0 || isFirst) yield list
}

/** Null for an empty page of records, which is known and holds none. */
function parsedRecord(record: RawRecord): ParsedRecord | null {
  if ('problem' in record) return { parsed: record.problem, line: record.line, raw: record.raw }
  if (!Array.isArray(record.value) && unwrap(record.value)?.length === 0) return null
  const parsed = parseRecord(record.value)
  return parsed.kind === 'rejected'
    ? { parsed, line: record.line, raw: record.raw() }
    : { parsed, line: record.line }
}

/** True when some source knew the record, also when it could not use it. */
function isRecognised(result: ParsedRecord, record: RawRecord): boolean {
  return (
    !('problem' in record) && !(result.parsed.kind === 'rejected' && result.parsed.class === 'unrecognised')
  )
}

/** Lines or documents, by the beginning of the file; what looked like a document and was none is read again by lines. */
async function* readBatches(
  source: ByteSource,
  options: ReadOptions,
  fast: FastLines | null,
): AsyncGenerator<RawRecord[]> {
  const largest = options.largestRecord ?? LARGEST_RECORD
  const bytes = await opened(source, options)
  const probe = new Probe(largest)
  const chunks = bytes.chunks
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
    if (probe.push(next.value)) break
  }
  const isUtf16 = probe.isUtf16()
  const isDocument = probe.isDocument()
  const rest = { ...bytes, chunks: startingWith(probe.take(), chunks) }
  if (isUtf16) {
    await chunks.return(undefined)
    yield [problem('malformed', 'The file is UTF-16; save it as UTF-8 and ingest it again.', 1, '')]
  } else if (!isDocument)
    yield* split(rest, new LineSplitter(largest, fast, options.flowFormat), fast !== null)
  else if (!bytes.canReopen) yield* split(rest, new DocumentSplitter(largest))
  else yield* documentOrLines(source, options, fast, split(rest, new DocumentSplitter(largest)))
}

async function opened(source: ByteSource, options: ReadOptions): Promise<Bytes> {
  const bytes = await openBytes(source, options.largestFile ?? LARGEST_FILE)
  options.onOpen?.(bytes.count)
  return bytes
}

/** Each of the first chunks is let go of once it is read: a file of one long line begins with many. */
async function* startingWith(first: Buffer[], rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    for (let chunk = first.shift(); chunk !== undefined; chunk = first.shift()) yield chunk
    yield* rest
  } finally {
    await rest.return(undefined)
  }
}

/** Bytes of a document whose records are made at once: a large piece of `{},{},…` would be many. */
const PIECE = 16 * 1024

/** With `isTold` there is a batch for each chunk, if an empty one: lines of it may have been taken otherwise. */
async function* split(bytes: Bytes, splitter: Splitter, isTold = false): AsyncGenerator<RawRecord[]> {
  for await (const chunk of bytes.chunks) {
    const piece = isTold ? chunk.length : PIECE
    for (let at = 0; at < chunk.length; at += piece) {
      const batch = splitter.push(chunk.subarray(at, at + piece))
      if (isTold || batch.length > 0) yield batch
    }
  }
  const broken = bytes.ending.problem
  const last = splitter.end(broken !== null)
  if (isTold || last.length > 0) yield last
  if (broken !== null) yield [{ problem: broken, line: splitter.position(), raw: '' }]
}

const HELD_PROBLEMS = 1000
const HELD_VALUES = 20

/** A broken first line makes lines look like a document; then nothing in the document is a known record. */
async function* documentOrLines(
  source: ByteSource,
  options: ReadOptions,
  fast: FastLines | null,
  batches: AsyncGenerator<RawRecord[]>,
): AsyncGenerator<RawRecord[]> {
  let held: RawRecord[] | null = []
  for await (const batch of batches) {
    if (held === null) {
      yield batch
      continue
    }
    for (const record of batch) held.push(record)
    const values = held.filter((record) => 'value' in record && record.isRecovered !== true)
    if (held.length > HELD_PROBLEMS || values.length > HELD_VALUES || values.some(isKnownValue)) {
      yield held
      held = null
    }
  }
  if (held === null) return
  if (held.some((record) => 'problem' in record) && (await hasKnownLine(source, options))) {
    const lines = new LineSplitter(options.largestRecord, fast, options.flowFormat)
    yield* split(await opened(source, options), lines, fast !== null)
  } else yield held
}

async function hasKnownLine(source: ByteSource, options: ReadOptions): Promise<boolean> {
  const lines = split(
    await opened(source, options),
    new LineSplitter(options.largestRecord, null, options.flowFormat),
  )
  for await (const batch of lines) {
    if (batch.some((record) => 'value' in record && isKnownValue(record))) return true
  }
  return false
}

function isKnownValue(record: RawRecord): boolean {
  return 'value' in record && record.isRecovered !== true && recognises(record.value)
}
