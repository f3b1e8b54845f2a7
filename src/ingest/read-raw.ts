import type { Rejected, RejectedClass } from '../model/observation.ts'
import { isHeavy, MOST_IN_ONE_RECORD } from '../sources/heavy.ts'
import { unwrap } from '../sources/index.ts'
import { Unpacking } from '../sources/log-events.ts'

/** The largest record that is read; a larger one is rejected and the rest of the file goes on. */
export const LARGEST_RECORD = 16 * 1024 * 1024

/** The most of a record that is kept when it is rejected, in bytes. */
export const KEPT_RAW = 64 * 1024

/** A record of a file, parsed as JSON but not yet understood; `line` is its line, or its index in a list. */
export interface RawValue {
  readonly value: unknown
  readonly line: number
  /** The record's text, at most KEPT_RAW bytes of it; made only when somebody asks. */
  readonly raw: () => string
  /** It was found in a broken text, which may not be what it was read as. */
  readonly isRecovered?: true
}

/** A piece of a file that is no JSON. */
export interface RawProblem {
  readonly problem: Rejected
  readonly line: number
  /** The piece itself, at most KEPT_RAW bytes of it. */
  readonly raw: string
}

export type RawRecord = RawValue | RawProblem

/** Turns chunks of bytes into records; both ways of reading a file are one of these. */
export interface Splitter {
  /** The chunk is somebody else's again afterwards. */
  push(chunk: Buffer): RawRecord[]
  /** `isCut`: the bytes broke off, and that is reported already. */
  end(isCut: boolean): RawRecord[]
  /** The line or index at which it stands. */
  position(): number
}

/** At most KEPT_RAW bytes of a text; a character that the cut would split goes. */
export function keptRaw(text: string): string {
  // A code unit takes at most three bytes, so most texts need no counting.
  if (text.length * 3 <= KEPT_RAW) return text
  const bytes = Buffer.from(text.length > KEPT_RAW ? text.slice(0, KEPT_RAW) : text)
  if (bytes.length <= KEPT_RAW) return text.slice(0, KEPT_RAW)
  let end = KEPT_RAW
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return bytes.toString('utf8', 0, end)
}

/** A rejected piece of a file. */
export function problem(kind: RejectedClass, reason: string, line: number, raw: string): RawProblem {
  return { problem: { kind: 'rejected', class: kind, pointer: '', reason }, line, raw: keptRaw(raw) }
}

/** One sentence for a record that is over the limit. */
export function tooLarge(line: number, head: string): RawProblem {
  const reason = `The record is larger than ${LARGEST_RECORD / 1024 ** 2} MiB; leave out its request and response bodies.`
  return problem('too-large', reason, line, head)
}

/** One sentence for a line that would take too much memory. */
export function tooMany(line: number, text: string): RawProblem {
  const reason = `The list on this line holds more than ${MOST_ON_ONE_LINE} values; write one record a line.`
  return problem('malformed', reason, line, text)
}

/** One sentence for a record that would take many times its own size in memory. */
export function tooHeavy(line: number, text: string): RawProblem {
  const reason = `The record holds more than ${MOST_IN_ONE_RECORD} values; leave out its request and response bodies.`
  return problem('too-large', reason, line, text)
}

/** The value of a JSON text; null when it is none, or too heavy. */
export function parseJson(text: string): { readonly value: unknown } | null {
  if (isHeavy(text)) return null
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return null
  }
}

const NESTED_CONTAINERS = 4
/** The most records that one line may hold: real ones fill LARGEST_RECORD before that. */
export const MOST_ON_ONE_LINE = 50_000

/**
 * The records in a value: itself, or what a list or container in it holds. An empty container stays one
 * value, so that its file is known for what it is.
 */
export function recordsIn(
  value: unknown,
  line: number,
  text: string,
  depth = 0,
  unpacking = new Unpacking(),
): RawRecord[] {
  const inner = depth < NESTED_CONTAINERS ? unwrap(value, unpacking) : null
  if (inner === null || inner.length === 0) return [{ value, line, raw: () => keptRaw(text) }]
  if (inner.length > MOST_ON_ONE_LINE) {
    return [tooMany(line, text)]
  }
  return inner.flatMap((one) =>
    recordsIn(one, line, '', depth + 1, unpacking).map((record) => withOwnText(record, one)),
  )
}

function withOwnText(record: RawRecord, value: unknown): RawRecord {
  if ('problem' in record || record.value !== value) return record
  return { ...record, raw: () => keptRaw(stringify(value)) }
}

function stringify(value: unknown): string {
  try {
    return JSON.stringify(value) ?? ''
  } catch {
    // Nested too deep for a text of it.
    return ''
  }
}

/** True when a JSON text ends in the middle of itself, as a file does that was cut off. */
export function isCutOff(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false
  let depth = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (inString) {
      if (c === 0x5c) i++
      else if (c === 0x22) inString = false
    } else if (c === 0x22) inString = true
    else if (c === 0x7b || c === 0x5b) depth++
    else if (c === 0x7d || c === 0x5d) depth--
  }
  return inString || depth > 0
}
