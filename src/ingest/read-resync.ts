import { recognises } from '../sources/index.ts'
import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  NEWLINE,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
} from './json-bytes.ts'
import { parseJson } from './read-raw.ts'

/** A broken text in which more records seem to begin is not taken apart: no real ones are that short. */
const MOST_PIECES = 100_000

/** A part of a broken text: a value, or null for what is no JSON. */
export interface Piece {
  readonly text: string
  readonly value: { readonly value: unknown } | null
  /** Lines of the broken text before it. */
  readonly lines: number
}

export interface Salvage {
  readonly pieces: readonly Piece[]
  /** The last piece has no end. */
  readonly isOpen: boolean
  /** After the last piece came a bracket that closes what it stood in. */
  readonly isClosed: boolean
}

/**
 * Takes apart the text of a record that does not end where it should, at each line that begins a record: with `{` at
 * `indent`, which is that of the text's own first line. So a bracket that is missing costs only its own record. With
 * `inList`, a known record that stands on one line begins one at any indent.
 */
export function salvage(text: string, indent: number, inList = false): Salvage {
  const pieces: Piece[] = []
  const starts = recordStarts(text, indent, inList)
  let isOpen = false
  let isClosed = false
  let lines = 0
  let counted = 0
  const add = (from: number, to: number, value: Piece['value']): void => {
    for (let i = text.indexOf('\n', counted); i >= 0 && i < from; i = text.indexOf('\n', i + 1)) lines++
    counted = Math.max(counted, from)
    pieces.push({ text: text.slice(from, to).trim(), value, lines })
  }
  if (isFlat(text, indent)) {
    add(0, text.length, null)
    for (const [from, to, value] of knownIn(text, starts)) add(from, to, value)
    return { pieces, isOpen: pieces.length === 1, isClosed }
  }
  starts.forEach((start, nr) => {
    const limit = starts[nr + 1] ?? text.length
    let isFrame = false
    isOpen = false
    isClosed = false
    for (let at = start; at < limit; ) {
      const end = pieces.length < MOST_PIECES ? balancedEnd(text, at, limit) : -1
      if (end < 0) {
        isOpen = !isFrame
        // The frame of the list that follows is no record.
        if (!isFrame) add(at, limit, null)
        return
      }
      add(at, end, parseJson(text.slice(at, end)))
      at = afterBlanks(text, end, limit)
      const c = text.charCodeAt(at)
      if (at < limit && (c === CLOSE_BRACKET || c === CLOSE_BRACE)) {
        isFrame = true
        isClosed = true
        while (at < limit && !isOpening(text.charCodeAt(at))) at++
      } else if (at < limit && !isOpening(c)) {
        add(at, limit, null)
        return
      }
    }
  })
  return { pieces, isOpen, isClosed }
}

/** Where records begin in a text, itself first. Works on bytes as well, when they are read as latin1. */
export function recordStarts(text: string, indent: number, inList = false): readonly number[] {
  const starts = [0]
  for (
    let end = text.indexOf('\n');
    end >= 0 && starts.length < MOST_PIECES;
    end = text.indexOf('\n', end + 1)
  ) {
    let at = end + 1
    while (isBlank(text.charCodeAt(at))) at++
    const isIndented = at - end - 1 === indent
    // `}, {` ends one record and begins the next.
    if (isIndented && text.charCodeAt(at) === CLOSE_BRACE) at++
    if (isIndented) at = afterBlanks(text, at, text.length, true)
    if (text.charCodeAt(at) === OPEN_BRACE && (isIndented || (inList && isKnownLine(text, at))))
      starts.push(at)
  }
  return starts.length < MOST_PIECES ? starts : [0]
}

function isKnownLine(text: string, at: number): boolean {
  const end = text.indexOf('\n', at)
  const line = text
    .slice(at, end < 0 ? text.length : end)
    .trim()
    .replace(/,$/, '')
  const parsed = line.endsWith('}') ? parseJson(line) : null
  return parsed !== null && recognises(parsed.value)
}

/** True for a record over several lines that are not indented: then its inner objects begin lines like records do. */
export function isFlat(text: string, indent: number): boolean {
  const first = text.indexOf('\n')
  if (first < 0 || text.slice(0, first).trim() !== '{') return false
  let at = first + 1
  let begin = at
  for (; at < text.length && text.charCodeAt(at) <= 0x20; at++) {
    if (text.charCodeAt(at) === NEWLINE) begin = at + 1
  }
  return at - begin <= indent && text.charCodeAt(at) !== OPEN_BRACE
}

/** How often a text may be gone through, by its length, in search of records in it. */
const TIMES_THROUGH = 4

/** The records of a known kind that begin at one of the places and are not inside another. */
function* knownIn(
  text: string,
  starts: readonly number[],
): Generator<readonly [from: number, to: number, value: Piece['value']]> {
  let budget = text.length * TIMES_THROUGH
  let until = 1
  for (const from of starts) {
    if (from < until) continue
    const limit = Math.min(text.length, from + budget)
    const to = balancedEnd(text, from, limit)
    budget -= (to < 0 ? limit : to) - from
    const value = to < 0 ? null : parseJson(text.slice(from, to))
    if (value === null || !recognises(value.value)) continue
    yield [from, to, value]
    until = to
  }
}

/** Where the brackets that open at `from` are closed again; -1 when they are not. */
function balancedEnd(text: string, from: number, limit: number): number {
  let depth = 0
  let inString = false
  for (let i = from; i < limit; i++) {
    const c = text.charCodeAt(i)
    if (c === NEWLINE) inString = false
    else if (inString) {
      if (c === BACKSLASH && text.charCodeAt(i + 1) !== NEWLINE) i++
      else if (c === QUOTE) inString = false
    } else if (c === QUOTE) inString = true
    else if (isOpening(c)) depth++
    else if ((c === CLOSE_BRACE || c === CLOSE_BRACKET) && --depth === 0) return i + 1
  }
  return -1
}

function afterBlanks(text: string, from: number, limit: number, onLine = false): number {
  let at = from
  for (; at < limit; at++) {
    const c = text.charCodeAt(at)
    if (!(c === COMMA || isBlank(c) || (c === NEWLINE && !onLine))) break
  }
  return at
}

function isOpening(c: number): boolean {
  return c === OPEN_BRACE || c === OPEN_BRACKET
}

function isBlank(c: number): boolean {
  return c <= 0x20 && c !== NEWLINE
}
