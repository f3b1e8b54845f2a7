import {
  isCutOff,
  KEPT_RAW,
  LARGEST_RECORD,
  parseJson,
  problem,
  type RawRecord,
  recordsIn,
  tooLarge,
} from './read-raw.ts'

/** Turns chunks of bytes into records; both ways of reading a file are one of these. */
export interface Splitter {
  push(chunk: Buffer): RawRecord[]
  /** `isCut`: the bytes broke off, and that is reported already. */
  end(isCut: boolean): RawRecord[]
  /** The line or index at which it stands. */
  position(): number
}

const NEWLINE = 0x0a

/** Newline-delimited JSON: whatever is wrong with a line ends at its newline. */
export class LineSplitter implements Splitter {
  readonly #largest: number
  #line = 1
  #parts: Buffer[] = []
  #length = 0
  #head: Buffer | null = null

  constructor(largest = LARGEST_RECORD) {
    this.#largest = largest
  }

  push(chunk: Buffer): RawRecord[] {
    const records: RawRecord[] = []
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.#keep(chunk.subarray(start, end))
      for (const record of this.#take(false)) records.push(record)
      this.#line++
      start = end + 1
    }
    this.#keep(chunk.subarray(start))
    return records
  }

  end(isCut: boolean): RawRecord[] {
    const records = this.#take(true)
    return isCut ? records.filter((record) => !('problem' in record)) : records
  }

  position(): number {
    return this.#line
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

  #take(isLast: boolean): RawRecord[] {
    const head = this.#head
    const [only] = this.#parts
    const text = (this.#parts.length === 1 && only ? only : Buffer.concat(this.#parts))
      .toString('utf8')
      .trim()
    this.#parts = []
    this.#length = 0
    this.#head = null
    if (head !== null) return [tooLarge(this.#line, head.toString('utf8'))]
    return text === '' ? [] : lineRecords(text, this.#line, isLast)
  }
}

function lineRecords(text: string, line: number, isLast: boolean): RawRecord[] {
  const parsed = parseJson(text)
  if (parsed !== null) return recordsIn(parsed.value, line, text)
  if (isLast && isCutOff(text)) {
    return [
      problem(
        'truncated',
        'The last line breaks off; ingest the file again when it is complete.',
        line,
        text,
      ),
    ]
  }
  return [
    problem('malformed', 'The line is not JSON; each line must hold one whole JSON object.', line, text),
  ]
}
