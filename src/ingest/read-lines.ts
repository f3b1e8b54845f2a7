import { FlowLines } from '../sources/flow-lines.ts'
import { NEWLINE } from './json-bytes.ts'
import { Capture } from './read-capture.ts'
import { isKnown } from './read-debris.ts'
import { DocumentSplitter } from './read-document.ts'
import {
  isCutOff,
  keptRaw,
  LARGEST_RECORD,
  MOST_ON_ONE_LINE,
  parseJson,
  problem,
  type RawRecord,
  recordsIn,
  type Splitter,
  tooLarge,
  tooMany,
} from './read-raw.ts'

const LINE_END = Buffer.from('\n')
const RETURN = 0x0d
/** A longer line is not worth a copy of its own. */
const LONGEST_OFFERED = 1024 * 1024

/** Takes lines that it can read by itself; what it leaves is read as JSON. */
export interface FastLines {
  /** How many lines it has taken, in whatever file. */
  readonly taken: number
  /** The bytes to which `take` refers from now on; nobody changes them. */
  begin(chunk: Buffer): void
  /** Where the line stands in the chunk, without its newline, and its number in the file. True when it is taken. */
  take(start: number, end: number, line: number): boolean
}

/**
 * Newline-delimited JSON, and lines of flow logs: whatever is wrong with a line ends at its newline. A line that holds several records, or a
 * record that takes several lines, is read as a document; the next record on a line of its own ends that. Each line that
 * stands for itself is offered to `fast` first; one that it takes gives no record here.
 */
export class LineSplitter implements Splitter {
  readonly #largest: number
  readonly #capture: Capture
  readonly #fast: FastLines | null
  /** What `fast` works on. */
  #begun: Buffer | null = null
  #line = 1
  #pending: Pending | null = null
  readonly #flows: FlowLines
  /** The line before was part of a record whose beginning is missing. */
  #isInside = false

  constructor(largest = LARGEST_RECORD, fast: FastLines | null = null, flowFormat: string | null = null) {
    this.#largest = largest
    this.#fast = fast
    this.#flows = new FlowLines(flowFormat)
    this.#capture = new Capture(largest)
  }

  push(chunk: Buffer): RawRecord[] {
    const records: RawRecord[] = []
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const isWhole = this.#capture.isEmpty
      if (!isWhole || !this.#isTaken(chunk, start, end)) {
        this.#keep(chunk.subarray(start, end))
        for (const record of this.#take(isWhole)) records.push(record)
      }
      this.#line++
      start = end + 1
    }
    this.#keep(chunk.subarray(start))
    this.#capture.own()
    return records
  }

  end(isCut: boolean): RawRecord[] {
    const records = this.#take(false)
    for (const record of this.#settle(true)) records.push(record)
    // The last piece is broken because the bytes break off.
    if (isCut && records.length > 0 && 'problem' in (records.at(-1) ?? {})) records.pop()
    return records
  }

  position(): number {
    return this.#line
  }

  #keep(part: Buffer): void {
    this.#capture.add(part)
    if (this.#capture.isOver) this.#capture.giveUp()
  }

  #isTaken(bytes: Buffer, start: number, end: number): boolean {
    if (this.#fast === null || this.#pending !== null || end === start) return false
    if (end - start > Math.min(this.#largest, LONGEST_OFFERED)) return false
    if (bytes[end - 1] === RETURN) return false
    if (this.#begun !== bytes) this.#fast.begin(bytes)
    this.#begun = bytes
    if (!this.#fast.take(start, end, this.#line)) return false
    this.#isInside = false
    return true
  }

  /** `wasOffered`: it is known that `fast` does not take the line. */
  #take(wasOffered: boolean): RawRecord[] {
    const { head } = this.#capture
    if (head !== null) {
      this.#capture.clear()
      return [...this.#settle(false), tooLarge(this.#line, head)]
    }
    const bytes = this.#capture.bytes()
    this.#capture.clear()
    if (!wasOffered && this.#isTaken(bytes, 0, bytes.length)) return []
    const text = trimmed(bytes.toString('utf8'))
    if (text === '') return this.#pending?.blankLine() ?? []
    const flow = this.#pending?.isOpen() === true ? null : this.#flows.read(text)
    if (flow !== null) {
      const records = this.#settle(false)
      this.#isInside = false
      records.push({ value: flow, line: this.#line, raw: () => keptRaw(text) })
      return records
    }
    const isAlone = this.#pending === null || this.#pending.mayEndBefore(bytes)
    const parsed = isAlone && looksWhole(text) ? parseJson(text) : null
    if (parsed !== null && (this.#pending?.isOpen() !== true || isKnown(parsed.value))) {
      const records = this.#settle(false)
      this.#isInside = false
      for (const record of recordsIn(parsed.value, this.#line, text)) records.push(record)
      return records
    }
    const isInside = this.#pending === null && (indentOf(bytes) > 0 || /^["}\]]/.test(text))
    if (isInside && this.#isInside && !/^[[{]/.test(text)) return []
    this.#isInside = isInside
    this.#pending ??= new Pending(this.#line, text, bytes, this.#largest)
    const records = this.#pending.push(bytes, this.#line, text)
    if (this.#pending.isOver()) for (const record of this.#settle(false)) records.push(record)
    return records
  }

  #settle(isLast: boolean): RawRecord[] {
    const records = this.#pending?.end(isLast) ?? []
    this.#pending = null
    return records
  }
}

const SLICE = 64 * 1024

/** Lines that are no JSON, read as a document until it ends. */
class Pending {
  readonly #splitter: DocumentSplitter
  readonly #line: number
  readonly #text: string
  readonly #indent: number
  /** What the first line gave; told once it is clear whether it was the only one. */
  #first: RawRecord[] | null = null
  #isTooMuch = false

  constructor(line: number, text: string, bytes: Buffer, largest: number) {
    this.#splitter = new DocumentSplitter(largest, line)
    this.#line = line
    this.#text = text
    this.#indent = indentOf(bytes)
  }

  /** False for a line that is indented deeper, and so is part of what is pending. */
  mayEndBefore(bytes: Buffer): boolean {
    return indentOf(bytes) <= this.#indent
  }

  /** True while something has begun that has not ended. */
  isOpen(): boolean {
    return !this.#splitter.isIdle()
  }

  /** True when nothing more belongs to it; after a record over several lines there may be debris of it. */
  isOver(): boolean {
    return this.#isTooMuch || (this.#first !== null && !this.isOpen())
  }

  blankLine(): RawRecord[] {
    return this.#splitter.push(LINE_END)
  }

  push(bytes: Buffer, line: number, text: string): RawRecord[] {
    const found: RawRecord[] = []
    for (let at = 0; at <= bytes.length && found.length <= MOST_ON_ONE_LINE; at += SLICE) {
      for (const record of this.#splitter.push(bytes.subarray(at, at + SLICE))) found.push(record)
    }
    for (const record of this.#splitter.push(LINE_END)) found.push(record)
    const before = this.#first ?? []
    this.#isTooMuch = found.length > MOST_ON_ONE_LINE
    if (this.#isTooMuch) {
      this.#first = []
      return [...before.map(named), tooMany(line, text)]
    }
    if (this.#first === null && line === this.#line) {
      this.#first = found
      return []
    }
    this.#first = null
    for (const record of found) before.push(record)
    return before.map(named)
  }

  end(isLast: boolean): RawRecord[] {
    if (this.#isTooMuch) return []
    const rest = this.#splitter.end(false)
    if (this.#first === null) return rest.map((record) => (isLast ? record : named(record)))
    const all = [...this.#first, ...rest]
    const isUseful = all.length > 0 && (all.every((record) => 'value' in record) || all.some(isTelling))
    if (isUseful) return all.map((record) => (isLast ? record : named(record)))
    return [
      isLast && isCutOff(this.#text) ? brokenOff(this.#line, this.#text) : noJson(this.#line, this.#text),
    ]
  }
}

/** In the middle of a file nothing breaks off. */
function named(record: RawRecord): RawRecord {
  return 'problem' in record && record.problem.class === 'truncated'
    ? noJson(record.line, record.raw)
    : record
}

function noJson(line: number, text: string): RawRecord {
  return problem('malformed', 'The line is not JSON; each line must hold one whole JSON object.', line, text)
}

function brokenOff(line: number, text: string): RawRecord {
  const reason = 'The last line breaks off; ingest the file again when it is complete.'
  return problem('truncated', reason, line, text)
}

/** True for what says more about the line than that it is no JSON. */
function isTelling(record: RawRecord): boolean {
  return 'problem' in record ? record.problem.class === 'too-large' : isKnown(record.value)
}

/** False for what is certainly no JSON: finding that out by parsing is slow. */
function looksWhole(text: string): boolean {
  if (text.startsWith('{')) return text.endsWith('}')
  return !text.startsWith('[') || text.endsWith(']')
}

function indentOf(bytes: Buffer): number {
  const indent = bytes.findIndex((byte) => byte > 0x20)
  return indent < 0 ? bytes.length : indent
}

/** Without blanks around it, nor the separators of a JSON text sequence (RFC 7464). */
function trimmed(line: string): string {
  let text = line.trim()
  while (text.startsWith('\u001E')) text = text.slice(1).trimStart()
  while (text.endsWith('\u001E')) text = text.slice(0, -1).trimEnd()
  return text
}
