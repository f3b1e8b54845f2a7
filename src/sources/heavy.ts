/** The most values that one record may hold: no real one of 16 MiB holds as many. */
export const MOST_IN_ONE_RECORD = 500_000

const NEWLINE = 0x0a
const QUOTE = 0x22
const COMMA = 0x2c
const OPEN_BRACKET = 0x5b
const BACKSLASH = 0x5c
const OPEN_BRACE = 0x7b

/**
 * True for a text of more values than memory should hold: `[{},{},…]` of 16 MiB would take gigabytes. Such a list is
 * still read record by record.
 */
export function isHeavy(text: string): boolean {
  // Each value takes a character, so most texts need no counting.
  if (text.length < MOST_IN_ONE_RECORD) return false
  let values = 0
  let inString = false
  for (let i = 0; i < text.length && values <= MOST_IN_ONE_RECORD; i++) {
    const c = text.charCodeAt(i)
    if (inString) {
      if (c === BACKSLASH) i++
      else if (c === QUOTE || c === NEWLINE) inString = false
    } else if (c === QUOTE) inString = true
    else if (c === COMMA || c === OPEN_BRACE || c === OPEN_BRACKET) values++
  }
  return values > MOST_IN_ONE_RECORD
}
