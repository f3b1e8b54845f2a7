import { recognises, unwrap } from '../sources/index.ts'
import { problem, type RawRecord, recordsIn, tooLarge } from './read-raw.ts'
import { type Salvage, salvage } from './read-resync.ts'

const NO_JSON = 'The record is not JSON; correct it and ingest it again.'

/** A record that has no end, where it begins. */
export interface Open {
  readonly line: number
  readonly text: string
}

/** Where a broken text stands. */
export interface Place {
  /** Blanks before its first line. */
  readonly indent: number
  readonly inList: boolean
  /** What its last record lacks may be what the file lacks. */
  readonly isEnd: boolean
  readonly largest: number
  /** The line, or the index in the list, of the next record, which begins so many lines into the text. */
  takeLine(lines: number): number
}

/** What is left of a broken record: its further lines are counted with it, not one by one. */
export class Debris {
  /** The indent of the last record, and of the broken one whose lines may still follow. */
  #lastIndent = 0
  #indent: number | null = null
  /** What is being read belongs to the broken record. */
  #isInside = false
  /** The last record was broken: a field without its object belongs to it. */
  #isAfterBroken = false

  /** Something begins, on a line with `lead` blanks before it; `isFirst`: nothing else stands before it there. */
  begin(isFirst: boolean, lead: number): void {
    this.#isInside = this.#indent !== null && isFirst && lead > this.#indent
  }

  /** What began is no document; `isPart`: a text or a closing bracket, which only stand inside one. */
  beginNone(isPart: boolean, lead: number): void {
    if (this.#indent !== null) this.#isInside ||= isPart
    else if (isPart || lead > this.#lastIndent) this.#indent = this.#lastIndent
  }

  /** A value that is whole; false when it is only a part of the broken record. */
  accepts(value: unknown, indent: number): boolean {
    if (this.#isInside && !isKnown(value)) return false
    this.#indent = null
    this.#isAfterBroken = false
    this.#lastIndent = indent
    return true
  }

  /** Takes a broken text apart and adds what is in it to `records`. Returns what of it has no end. */
  recover(
    text: string,
    place: Place,
    records: RawRecord[],
  ): { readonly open: Open | null; readonly isClosed: boolean } {
    if (place.inList && this.#isAfterBroken && text.startsWith('"')) this.#isInside = true
    const found = salvage(text, place.indent, place.inList)
    let open: Open | null = null
    for (const [nr, piece] of found.pieces.entries()) {
      if (this.#isInside && (piece.value === null || !isKnown(piece.value.value))) continue
      const line = place.takeLine(piece.lines)
      const isUnfinished = nr === found.pieces.length - 1 && place.isEnd && found.isOpen
      if (piece.value === null && isUnfinished && piece.text.length <= place.largest)
        open = { line, text: piece.text }
      else tell(found, piece, line, place.largest, records)
    }
    this.#isAfterBroken = found.pieces.at(-1)?.value === null
    if (this.#isAfterBroken && !this.#isInside && text.includes('\n')) this.#indent = place.indent
    return { open, isClosed: found.isClosed }
  }
}

function tell(
  found: Salvage,
  piece: Salvage['pieces'][number],
  line: number,
  largest: number,
  records: RawRecord[],
): void {
  if (piece.text.length > largest) records.push(tooLarge(line, piece.text))
  else if (piece.value === null) records.push(problem('malformed', NO_JSON, line, piece.text))
  else {
    const isAlone = found.pieces.length === 1
    for (const one of recordsIn(piece.value.value, line, piece.text)) {
      records.push(isAlone || 'problem' in one ? one : { ...one, isRecovered: true })
    }
  }
}

/** True for a record of a known kind, and for a container of such. */
export function isKnown(value: unknown): boolean {
  return recognises(value) || unwrap(value)?.some(recognises) === true
}
