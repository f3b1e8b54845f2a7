import { isHeavy } from '../sources/heavy.ts'
import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  NEWLINE,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  SEPARATOR,
} from './json-bytes.ts'
import { Capture } from './read-capture.ts'
import { opensContainer } from './read-container.ts'
import { Debris, type Open } from './read-debris.ts'
import {
  LARGEST_RECORD,
  parseJson,
  problem,
  type RawRecord,
  recordsIn,
  type Splitter,
  tooHeavy,
  tooLarge,
} from './read-raw.ts'
import { isFlat, recordStarts, salvage } from './read-resync.ts'

/**
 * JSON documents over several lines, or one list or container of any size: finds where each record begins and
 * ends, and parses it alone. So memory holds one record, and a record that is no JSON costs only itself: where one
 * does not end, the next begins at a line that begins as it did. Reads JSON text sequences (RFC 7464) as well.
 */
export class DocumentSplitter implements Splitter {
  readonly #largest: number
  /** Records are named by their line also where they stand in a list. */
  readonly #isByLine: boolean
  #line: number
  /** Blanks at the beginning of the line, and whether nothing else has come in it. */
  #lead = 0
  #isLead = true
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
  /** A separator stood before the first document: each one begins a document, whatever came before. */
  #isSequence = false

  #capturing = false
  readonly #capture: Capture
  #startLine: number
  /** Blanks at the beginning of the line in which the record begins; and the same of the container around it. */
  #indent = 0
  #frameIndent = 0
  readonly #debris = new Debris()
  #from = 0

  /** `firstLine`: where it begins when it reads a part of a file; then records are named by their line. */
  constructor(largest = LARGEST_RECORD, firstLine?: number) {
    this.#largest = largest
    this.#capture = new Capture(largest)
    this.#isByLine = firstLine !== undefined
    this.#line = firstLine ?? 1
    this.#startLine = this.#line
  }

  push(chunk: Buffer): RawRecord[] {
    const records: RawRecord[] = []
    this.#from = 0
    for (let i = 0; i < chunk.length; i++) {
      const c = chunk[i] ?? 0
      if (c === NEWLINE) this.#newline(chunk, i, records)
      else if (c === SEPARATOR && this.#separates()) this.#separator(chunk, i, records)
      else if (this.#isGarbage) continue
      else if (this.#inString) this.#stringByte(c)
      else if (c > 0x20) {
        this.#structuralByte(chunk, i, c, records)
        this.#isLead = false
      } else if (this.#isLead) this.#lead++
    }
    if (this.#capturing) {
      this.#capture.add(chunk.subarray(this.#from))
      if (this.#capture.isOver && this.#capture.head === null) this.#overflow(records)
      this.#capture.own()
    }
    return records
  }

  end(isCut: boolean): RawRecord[] {
    const records: RawRecord[] = []
    const whole = { line: this.#nextLine(), text: this.#capture.beginning() }
    let open: Open | null = this.#depth > 0 || this.#inString ? whole : null
    if (this.#capturing && (this.#depth > this.#base || this.#inString)) {
      if (this.#capture.head === null) {
        const found = this.#recover(this.#capture.take(), records, true)
        open = found.open ?? (this.#base > 0 && !found.isClosed ? { ...whole, text: '' } : null)
      }
    } else if (this.#capturing) {
      const last: RawRecord[] = []
      this.#finish(null, 0, last)
      for (const record of last) if (!isCut || !('problem' in record)) records.push(record)
    }
    if (open !== null && !isCut) {
      const reason = 'The file breaks off before its last bracket; ingest it again when it is complete.'
      records.push(problem('truncated', reason, open.line, open.text))
    }
    return records
  }

  position(): number {
    return this.#nextLine(this.#line)
  }

  /** True between documents: everything that has begun has ended. */
  isIdle(): boolean {
    return !this.#capturing && !this.#isGarbage && !this.#inString && this.#depth === 0
  }

  #nextLine(line = this.#startLine): number {
    return this.#base > 0 && !this.#isByLine ? this.#index : line
  }

  #separates(): boolean {
    if (this.isIdle()) this.#isSequence = true
    return this.#isSequence
  }

  /** Whatever has not ended before a separator never will. */
  #separator(chunk: Buffer, i: number, records: RawRecord[]): void {
    if (this.isIdle()) return
    if (this.#capturing) {
      this.#capture.add(chunk.subarray(this.#from, i))
      this.#fail(records)
    } else {
      const reason = 'The document breaks off before its last bracket; ingest it again when it is complete.'
      records.push(problem('malformed', reason, this.#startLine, ''))
    }
    this.#restart(0)
    this.#isSpent = false
  }

  /** Where records begin, with nothing open. */
  #restart(base: number): void {
    this.#base = base
    this.#depth = base
    this.#inString = false
    this.#isEscaped = false
    this.#isGarbage = false
    this.#mayStream = false
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
    this.#lead = 0
    this.#isLead = true
  }

  #stringByte(c: number): void {
    if (this.#isEscaped) this.#isEscaped = false
    else if (c === BACKSLASH) this.#isEscaped = true
    else if (c === QUOTE) this.#inString = false
  }

  #structuralByte(chunk: Buffer, i: number, c: number, records: RawRecord[]): void {
    if (this.#mayStream) this.#enterContainer(c)
    if (c === OPEN_BRACE && this.#capture.head !== null) this.#abandon(records)
    const isClosing = c === CLOSE_BRACE || c === CLOSE_BRACKET
    if (this.#depth === this.#base && this.#base > 0 && (c === COMMA || isClosing)) {
      this.#finish(chunk, i, records)
      // A brace ends no list: there is one too many, or a bracket is missing. Both cost no record.
      if (c === CLOSE_BRACKET) this.#leaveList(i, records)
      return
    }
    if (this.#depth === 0 && this.#atTop(i, c)) return
    if (this.#depth === this.#base && !this.#capturing) this.#start(i)
    if (c === QUOTE) this.#inString = true
    else if (c === OPEN_BRACE || c === OPEN_BRACKET) {
      if (c === OPEN_BRACKET && this.#base === 0 && this.#depth === 1)
        this.#mayStream = opensContainer(this.#capture, chunk.subarray(this.#from, i))
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
    const isInside = c === QUOTE || c === CLOSE_BRACE || c === CLOSE_BRACKET
    this.#debris.beginNone(isInside, this.#lead)
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
    this.#frameIndent = this.#indent
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
    if (!this.#isSpent) return
    this.#start(i + 1)
    this.#indent = this.#frameIndent
  }

  #start(i: number): void {
    this.#capturing = true
    this.#from = i
    this.#startLine = this.#line
    this.#indent = this.#lead
    this.#debris.begin(this.#isLead, this.#lead)
  }

  #drop(): void {
    this.#capturing = false
    this.#capture.clear()
  }

  /** Ends the record at `end` of the chunk (null: what is kept already) and parses it. */
  #finish(chunk: Buffer | null, end: number, records: RawRecord[]): void {
    if (!this.#capturing) return
    if (chunk !== null) this.#capture.add(chunk.subarray(this.#from, end))
    this.#from = end
    if (this.#capture.isOver) {
      this.#fail(records)
      return
    }
    const text = this.#capture.bytes().toString('utf8').trim()
    const parsed = parseJson(text)
    if (parsed === null) {
      if (isHeavy(text)) records.push(tooHeavy(this.#takeLine(0), text))
      else this.#fail(records)
      this.#drop()
      return
    }
    this.#drop()
    if (!this.#debris.accepts(parsed.value, this.#indent)) return
    for (const record of recordsIn(parsed.value, this.#takeLine(0), text)) records.push(record)
  }

  /** What is captured is no record, or too large for one. */
  #fail(records: RawRecord[]): void {
    const { head } = this.#capture
    if (head === null) this.#recover(this.#capture.take(), records, false)
    else records.push(tooLarge(this.#takeLine(0), head))
    this.#drop()
  }

  /** The line of the next record, or its index in the list; `lines`: how far below the start of the capture. */
  #takeLine(lines: number): number {
    const index = this.#index++
    return this.#base > 0 && !this.#isByLine ? index : this.#startLine + lines
  }

  /** The records in a text that is none. `isEnd`: what its last one lacks may be what the file lacks. */
  #recover(text: string, records: RawRecord[], isEnd: boolean): { open: Open | null; isClosed: boolean } {
    const frame = this.#isSpent ? (recordStarts(text, this.#indent)[1] ?? text.length) : 0
    if (this.#isSpent && (frame < text.length || !isEnd)) {
      const reason = 'The document lacks its last bracket; correct it and ingest it again.'
      records.push(problem('malformed', reason, this.#startLine, ''))
    }
    if (this.#isSpent && frame === text.length)
      return { open: { line: this.#startLine, text: '' }, isClosed: false }
    const before = text.slice(0, frame).split('\n').length - 1
    const place = {
      indent: this.#indent,
      inList: this.#base > 0,
      isEnd,
      largest: this.#largest,
      takeLine: (lines: number) => this.#takeLine(before + lines),
    }
    return this.#debris.recover(text.slice(frame), place, records)
  }

  /** So much without an end is no record: those in it are told, and the last of them may still go on. */
  #overflow(records: RawRecord[]): void {
    const bytes = this.#capture.bytes()
    const text = bytes.toString('latin1')
    const last = recordStarts(text, this.#indent, this.#base > 0).at(-1) ?? 0
    const isWhole = isFlat(text, this.#indent) && salvage(text, this.#indent).pieces.length === 1
    if (last === 0 || isWhole) {
      this.#capture.giveUp()
      return
    }
    this.#line = this.#startLine + text.slice(0, last).split('\n').length - 1
    this.#drop()
    this.#recover(bytes.toString('utf8', 0, last).trimEnd(), records, false)
    this.#restart(this.#isSpent ? 0 : this.#base)
    this.#isSpent = false
    this.#lead = this.#indent
    this.#isLead = true
    for (const record of this.push(bytes.subarray(last))) records.push(record)
  }

  /** At a brace, while a record is too large: lets go of it where the next one begins. */
  #abandon(records: RawRecord[]): void {
    const { head } = this.#capture
    if (head === null || !this.#isLead || this.#lead !== this.#indent || isFlat(head, this.#indent)) return
    this.#fail(records)
    this.#restart(this.#isSpent ? 0 : this.#base)
    this.#isSpent = false
  }
}
