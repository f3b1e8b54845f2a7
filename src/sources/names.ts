import { hash } from 'node:crypto'

/** Bytes of one name in a key: two of them fit into a row of an index, which ends at 2,704. */
const LONGEST = 1_000
const KEPT = 900

const MARK = /…sha256:[0-9a-f]{16}$/

/**
 * A name that can be stored and indexed. One that has to be changed for that (cut, or freed of what no database
 * takes) ends in a digest of what it was, and so does one that only looks as if it had been: whoever picks a name can
 * neither make it the same as another nor keep a call out of the graph with it.
 */
export function distinctName(name: string): string {
  const fitted = fitName(name)
  return fitted === name && MARK.test(name) ? marked(name) : fitted
}

/** The same for a key that was made of such names: it is changed only when it is too long. */
export function fitName(name: string): string {
  const isStorable = name.isWellFormed() && !name.includes('\0')
  return isStorable && !isLong(name) ? name : marked(name)
}

/** Without what PostgreSQL refuses: NUL and lone surrogates become U+FFFD. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD')
}

function isLong(name: string): boolean {
  // A code unit takes at most three bytes, so most names need no counting.
  return name.length * 3 > LONGEST && Buffer.byteLength(name) > LONGEST
}

function marked(name: string): string {
  // As UTF-8 all lone surrogates are one.
  const bytes = name.isWellFormed() ? name : Buffer.from(name, 'utf16le')
  const beginning = storable(name.slice(0, KEPT).replace(/[\uD800-\uDBFF]$/, ''))
  return `${firstBytes(beginning)}…sha256:${hash('sha256', bytes, 'hex').slice(0, 16)}`
}

function firstBytes(text: string): string {
  const bytes = Buffer.from(text)
  let end = Math.min(KEPT, bytes.length)
  while (end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return bytes.toString('utf8', 0, end)
}
