import type { Parsed } from '../model/observation.ts'
import { parseRecord, recognises, unwrap } from '../sources/index.ts'
import { type ByteCount, type Bytes, LARGEST_FILE, openBytes } from './read-bytes.ts'
import { DocumentSplitter } from './read-document.ts'
import { Heldback } from './read-heldback.ts'
import { LineSplitter } from './read-lines.ts'
import { Probe } from './read-probe.ts'
import { LARGEST_RECORD, problem, type RawRecord, type Splitter } from './read-raw.ts'

export type { RawProblem, RawRecord, RawValue } from './read-raw.ts'

/** Limits of one file, in bytes; tests make them small. */
export interface ReadOptions {
  readonly largestRecord?: number
  readonly largestFile?: number
  /** Is handed the count of bytes that goes up while the file is read; another one when it is read again. */
  readonly onOpen?: (count: ByteCount) => void
}

/**
 * The records of a file, one after the other and never all at once: plain or gzip, one JSON value a line,
 * documents over several lines, a list, or a container of any size. A piece that is no JSON is a `problem` and
 * costs nothing around it. Throws only when there is no file to read.
 */
export async function* readRecords(path: string, options: ReadOptions = {}): AsyncGenerator<RawRecord> {
  for await (const batch of readBatches(path, options)) yield* batch
}

/** A record of a file and what it came to; `raw` stands with those that were rejected. */
export interface ParsedRecord {
  readonly parsed: Parsed
  readonly line: number
  readonly raw?: string
}

/**
 * The records of a file, each parsed. While nothing in it has been recognised, rejects wait; when nothing ever
 * is, the whole file is one record, rejected as `unrecognised` with a reason that says what the file looks like.
 */
export async function* parseFile(path: string, options: ReadOptions = {}): AsyncGenerator<ParsedRecord> {
  const waiting = new Heldback()
  let isKnown = false
  for await (const batch of readBatches(path, options)) {
    for (const record of batch) {
      const result = parsedRecord(record)
      if (!isKnown) {
        if (result !== null && !isRecognised(result, record)) {
          waiting.add(result)
          continue
        }
        isKnown = true
        yield* waiting.all()
      }
      if (result !== null) yield result
    }
  }
  if (!isKnown) yield waiting.verdict()
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
async function* readBatches(path: string, options: ReadOptions): AsyncGenerator<RawRecord[]> {
  const largest = options.largestRecord ?? LARGEST_RECORD
  const bytes = await opened(path, options)
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
  } else if (!isDocument) yield* split(rest, new LineSplitter(largest))
  else if (!bytes.canReopen) yield* split(rest, new DocumentSplitter(largest))
  else yield* documentOrLines(path, options, split(rest, new DocumentSplitter(largest)))
}

async function opened(path: string, options: ReadOptions): Promise<Bytes> {
  const bytes = await openBytes(path, options.largestFile ?? LARGEST_FILE)
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

/** Bytes whose records are made at once: a large piece of `{},{},…` would be many. */
const PIECE = 16 * 1024

async function* split(bytes: Bytes, splitter: Splitter): AsyncGenerator<RawRecord[]> {
  for await (const chunk of bytes.chunks) {
    for (let at = 0; at < chunk.length; at += PIECE) {
      const batch = splitter.push(chunk.subarray(at, at + PIECE))
      if (batch.length > 0) yield batch
    }
  }
  const broken = bytes.ending.problem
  const last = splitter.end(broken !== null)
  if (last.length > 0) yield last
  if (broken !== null) yield [{ problem: broken, line: splitter.position(), raw: '' }]
}

const HELD_PROBLEMS = 1000
const HELD_VALUES = 20

/** A broken first line makes lines look like a document; then nothing in the document is a known record. */
async function* documentOrLines(
  path: string,
  options: ReadOptions,
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
  if (held.some((record) => 'problem' in record) && (await hasKnownLine(path, options))) {
    yield* split(await opened(path, options), new LineSplitter(options.largestRecord))
  } else yield held
}

async function hasKnownLine(path: string, options: ReadOptions): Promise<boolean> {
  const lines = split(await opened(path, options), new LineSplitter(options.largestRecord))
  for await (const batch of lines) {
    if (batch.some((record) => 'value' in record && isKnownValue(record))) return true
  }
  return false
}

function isKnownValue(record: RawRecord): boolean {
  return 'value' in record && record.isRecovered !== true && recognises(record.value)
}
