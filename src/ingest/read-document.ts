import { CONTAINER_KEYS, recognises } from '../sources/index.ts'
import type { Splitter } from './read-lines.ts'
import {
  KEPT_RAW,
  LARGEST_RECORD,
  parseJson,
  problem,
  type RawRecord,
  recordsIn,
  tooLarge,
} from './read-raw.ts'

/** How far before a bracket its key is looked for, and what it looks like there. */
const LOOK_BACK = 200
const KEY_BEFORE = /(?<!\\)"([A-Za-z]+)"\s*:\s*$/

/** How far into a document its kind is looked for. */
const KIND_WITHIN = 4096

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const NEWLINE = 0x0a
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d

/**
 * JSON documents over several lines, or one list or container of any size: finds where each record begins and
 * ends, and parses it alone. So memory holds one record, and a record that is no JSON costs only itself.
 */
export class DocumentSplitter implements Splitter {
  readonly #largest: number
  #line = 1
  #depth = 0
  /** Depth at which records begin: 0 in a document, 1 in a list, 2 in a container's list. */
  #base = 0
  #index = 0
  #inString = false
  #isEscaped = false
  #isGarbage = false
  /** A container's list has just opened; it is one only when something stands in it. */
  #mayStream = false
  /** Inside a container whose list has been read: the rest of it is no record. */
  #isSpent = false

  #capturing = false
  #startLine = 1
  #from = 0
  #parts: Buffer[] = []
  #length = 0
  #head: Buffer | null = null

  constructor(largest = LARGEST_RECORD) {
    this.#largest = largest
  }

  push(chunk: Buffer): RawRecord[] {
    const records: RawRecord[] = []
    this.#from = 0
    for (let i = 0; i < chunk.length; i++) {
      const c = chunk[i] ?? 0
      if (c === NEWLINE) this.#newline(chunk, i, records)
      else if (this.#isGarbage) continue
      else if (this.#inString) this.#stringByte(c)
      else if (c > 0x20) this.#structuralByte(chunk, i, c, records)
    }
    if (this.#capturing) this.#keep(chunk.subarray(this.#from))
    return records
  }

  end(isCut: boolean): RawRecord[] {
    const isOpen = this.#depth > 0 || this.#inString
    const records: RawRecord[] = []
    const raw = this.#head?.toString('utf8') ?? this.#concat().toString('utf8', 0, KEPT_RAW)
    const line = this.#base > 0 ? this.#index : this.#startLine
    if (this.#capturing && (this.#depth > this.#base || this.#inString)) {
      this.#rescue(this.#text(), records)
    } else if (this.#capturing) this.#finish(null, 0, records)
    if (isCut) return records.filter((record) => !('problem' in record))
    if (isOpen) {
      const reason = 'The file breaks off before its last bracket; ingest it again when it is complete.'
      records.push(problem('truncated', reason, line, raw))
    }
    return records
  }

  position(): number {
    return this.#base > 0 ? this.#index : this.#line
  }

  #newline(chunk: Buffer, i: number, records: RawRecord[]): void {
    // JSON has no newline inside a text: the text was never closed, and what follows is structure again.
    this.#inString = false
    this.#isEscaped = false
    if (this.#isGarbage) {
      this.#isGarbage = false
      this.#finish(chunk, i, records)
    }
    this.#line++
  }

  #stringByte(c: number): void {
    if (this.#isEscaped) this.#isEscaped = false
    else if (c === BACKSLASH) this.#isEscaped = true
    else if (c === QUOTE) this.#inString = false
  }

  #structuralByte(chunk: Buffer, i: number, c: number, records: RawRecord[]): void {
    if (this.#mayStream) this.#enterContainer(c)
    const isClosing = c === CLOSE_BRACE || c === CLOSE_BRACKET
    if (this.#depth === this.#base && this.#base > 0 && (c === COMMA || isClosing)) {
      this.#finish(chunk, i, records)
      if (isClosing) this.#leaveList(i, records)
      return
    }
    if (this.#depth === 0 && this.#atTop(i, c)) return
    if (this.#depth === this.#base && !this.#capturing) this.#start(i)
    if (c === QUOTE) this.#inString = true
    else if (c === OPEN_BRACE || c === OPEN_BRACKET) {
      if (c === OPEN_BRACKET && this.#base === 0 && this.#depth === 1)
        this.#mayStream = this.#opensContainer(chunk, i)
      this.#depth++
    } else if (isClosing) {
      this.#depth--
      if (this.#depth === 0) this.#closeTop(chunk, i, records)
    }
  }

  /** Between documents; true when the byte is dealt with. */
  #atTop(i: number, c: number): boolean {
    if (c === COMMA) return true
    if (c === OPEN_BRACKET) {
      this.#base = 1
      this.#depth = 1
      this.#index = 0
      this.#startLine = this.#line
      return true
    }
    if (c === OPEN_BRACE) return false
    this.#isGarbage = true
    this.#start(i)
    return true
  }

  #closeTop(chunk: Buffer, i: number, records: RawRecord[]): void {
    if (this.#isSpent) {
      this.#isSpent = false
      this.#drop()
    } else this.#finish(chunk, i + 1, records)
  }

  /** The document so far was only the frame of a list: it is let go, and records begin here. */
  #enterContainer(c: number): void {
    this.#mayStream = false
    if (c === CLOSE_BRACKET) return
    this.#drop()
    this.#base = 2
    this.#index = 0
    this.#isSpent = false
  }

  #leaveList(i: number, records: RawRecord[]): void {
    if (this.#base === 1 && this.#index === 0)
      records.push({ value: [], line: this.#startLine, raw: () => '[]' })
    this.#isSpent = this.#base === 2
    this.#depth = this.#base - 1
    this.#base = 0
    // Kept for its keys: another list may follow in the same container.
    if (this.#isSpent) this.#start(i + 1)
  }

  /** Looks back at the key before the bracket, and at the document's kind when it has been said. */
  #opensContainer(chunk: Buffer, i: number): boolean {
    if (this.#head !== null) return false
    const here = chunk.subarray(this.#from, i)
    const key = KEY_BEFORE.exec(lastBytes([...this.#parts.slice(-LOOK_BACK), here], LOOK_BACK))?.[1]
    const container = CONTAINER_KEYS.find((one) => one.key === key)
    if (container?.kind === undefined) return container !== undefined
    const beginning = firstBytes([...this.#parts.slice(0, KIND_WITHIN), here], KIND_WITHIN)
    const kind = /"kind"\s*:\s*"([^"]*)"/.exec(beginning)?.[1]
    return kind === undefined || kind === container.kind
  }

  #start(i: number): void {
    this.#capturing = true
    this.#from = i
    this.#startLine = this.#line
  }

  /** Beyond the limit only the head is kept, for the reject. */
  #keep(part: Buffer): void {
    if (part.length === 0) return
    this.#length += part.length
    if (this.#length <= this.#largest) this.#parts.push(part)
    else if (this.#head === null) {
      this.#head = Buffer.concat([...this.#parts, part.subarray(0, KEPT_RAW)]).subarray(0, KEPT_RAW)
      this.#parts = []
    }
  }

  #concat(): Buffer {
    const [only] = this.#parts
    return this.#parts.length === 1 && only ? only : Buffer.concat(this.#parts)
  }

  #text(): string {
    const text = this.#concat().toString('utf8').trim()
    this.#drop()
    return text
  }

  #drop(): void {
    this.#capturing = false
    this.#parts = []
    this.#length = 0
    this.#head = null
  }

  /** Ends the record at `end` of the chunk (null: what is kept already) and parses it. */
  #finish(chunk: Buffer | null, end: number, records: RawRecord[]): void {
    if (!this.#capturing) return
    if (chunk !== null) this.#keep(chunk.subarray(this.#from, end))
    this.#from = end
    const line = this.#base > 0 ? this.#index++ : this.#startLine
    if (this.#head !== null) {
      records.push(tooLarge(line, this.#head.toString('utf8')))
      this.#drop()
      return
    }
    const text = this.#text()
    const parsed = parseJson(text)
    if (parsed !== null) {
      for (const record of recordsIn(parsed.value, line, text)) records.push(record)
      return
    }
    records.push(problem('malformed', 'The record is not JSON; correct it and ingest it again.', line, text))
    this.#rescue(text, records)
  }

  /** Where a list holds one record a line, a bracket missing in one of them swallows no other. */
  #rescue(text: string, records: RawRecord[]): void {
    if (this.#base === 0 || !/\n.*(,\s*\n|\]\s*$)/.test(text)) return
    for (const written of text.split('\n')) {
      const line = written.trim().replace(/,$/, '')
      const parsed = line.startsWith('{') && line.endsWith('}') ? parseJson(line) : null
      if (parsed === null || !recognises(parsed.value)) continue
      for (const record of recordsIn(parsed.value, this.#index++, line)) records.push(record)
    }
  }
}

function firstBytes(parts: readonly Buffer[], most: number): string {
  let text = ''
  for (const part of parts) {
    if (text.length >= most) break
    text += part.toString('latin1', 0, most)
  }
  return text
}

function lastBytes(parts: readonly Buffer[], most: number): string {
  const kept: Buffer[] = []
  for (let i = parts.length - 1, length = 0; i >= 0 && length < most; i--) {
    const part = parts[i]?.subarray(-most) ?? Buffer.alloc(0)
    length += part.length
    kept.unshift(part)
  }
  return Buffer.concat(kept).toString('latin1')
}
