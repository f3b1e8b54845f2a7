import { type Literal, literal, type ScanBytes } from './audit-scan-bytes.ts'

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

const TRUE = literal('true')
const FALSE = literal('false')
const NULL = literal('null')

/** How deep a value that is passed over may nest: one bit of a number stands for each level. */
const DEEPEST = 31
/** Longer numbers might be too large to be finite. */
const LONGEST_NUMBER = 30

/** Passes over a member of any kind, when it stands there. */
export function skipValue(source: ScanBytes, key: Literal, at: number): number {
  return source.is(key, at) ? source.nextMember(valueEnd(source, at + key.length)) : at
}

/** What follows the value that begins at `start`, whatever it is. Blanks between its parts are not expected. */
export function valueEnd(source: ScanBytes, start: number): number {
  let at = start
  let depth = 0
  /** The lowest bit is the innermost level: 1 for an object, 0 for a list. */
  let levels = 0
  for (;;) {
    const c = source.byte(at)
    if (c === QUOTE) at = source.stringEnd(at + 1) + 1
    else if (c !== OPEN_OBJECT && c !== OPEN_LIST) at = wordEnd(source, at)
    // In ASCII a closing bracket comes two places after the one that opens.
    else if (source.byte(at + 1) === c + 2) at += 2
    else {
      if (depth === DEEPEST) return -1
      depth++
      levels = (levels << 1) | (c === OPEN_OBJECT ? 1 : 0)
      at = c === OPEN_OBJECT ? keyEnd(source, at + 1) : at + 1
      if (at < 0) return -1
      continue
    }
    if (at <= 0) return -1
    for (;;) {
      if (depth === 0) return at
      const next = source.byte(at)
      at++
      if (next === COMMA) break
      if (next !== ((levels & 1) === 1 ? CLOSE_OBJECT : CLOSE_LIST)) return -1
      depth--
      levels >>>= 1
    }
    if ((levels & 1) === 1) {
      at = keyEnd(source, at)
      if (at < 0) return -1
    }
  }
}

function keyEnd(source: ScanBytes, at: number): number {
  if (source.byte(at) !== QUOTE) return -1
  const end = source.stringEnd(at + 1)
  return end >= 0 && source.byte(end + 1) === COLON ? end + 2 : -1
}

/** Of a number without an exponent, or of one of the three words of JSON. */
function wordEnd(source: ScanBytes, start: number): number {
  const first = source.byte(start)
  if (first === 0x74) return source.is(TRUE, start) ? start + 4 : -1
  if (first === 0x66) return source.is(FALSE, start) ? start + 5 : -1
  if (first === 0x6e) return source.is(NULL, start) ? start + 4 : -1
  const whole = first === 0x2d ? start + 1 : start
  let at = digitsEnd(source, whole)
  if (at === whole || (at > whole + 1 && source.byte(whole) === 0x30)) return -1
  if (source.byte(at) === 0x2e) {
    const fraction = at + 1
    at = digitsEnd(source, fraction)
    if (at === fraction) return -1
  }
  return at - start > LONGEST_NUMBER ? -1 : at
}

function digitsEnd(source: ScanBytes, start: number): number {
  let at = start
  for (let c = source.byte(at); c >= 0x30 && c <= 0x39; c = source.byte(at)) at++
  return at
}
