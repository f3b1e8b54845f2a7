import type { Rejected } from '../model/observation.ts'
import { DEFAULT_FIELDS, type FlowRecord, fieldNamed, recordOfLine } from './flow-fields.ts'

/** One line of a flow log with what names its fields; no JSON of a file can pass for one. */
export class FlowLine {
  readonly #header: FlowHeader | null
  readonly #text: string

  constructor(header: FlowHeader | null, text: string) {
    this.#header = header
    this.#text = text
  }

  record(): FlowRecord | Rejected {
    const header = this.#header
    if (header === null) return recordOfLine(DEFAULT_FIELDS, this.#text.split(BLANKS), 'the default format')
    return recordOfLine(header.names, header.values(this.#text), 'its format')
  }
}

/** A header line, or a configured format: the names of the fields of the lines after it. It is no record. */
export class FlowHeader {
  readonly names: readonly string[]
  readonly #separator: RegExp

  constructor(text: string) {
    this.#separator = separatorOf(text)
    this.names = text.split(this.#separator)
  }

  values(text: string): readonly string[] {
    return text.split(this.#separator)
  }
}

const BLANKS = /\s+/
const COMMAS = /\s*,\s*/

function separatorOf(text: string): RegExp {
  return text.includes(',') ? COMMAS : BLANKS
}

/** Longer lines are no lines of a flow log: forty fields, the longest of them ARNs. */
const LONGEST = 16 * 1024

/** A line without a header: version, account and interface come first. */
const DEFAULT_LINE = /^\d{1,2}\s+(\d+|unknown|-)\s+eni-\S+(\s|$)/

/**
 * Finds the lines of flow logs in a file: those that follow a header line, whatever their order of fields, until the next header;
 * before one, those of the configured format, else of the default one.
 */
export class FlowLines {
  #header: FlowHeader | null
  #isFlowLog: boolean

  /** `format`: the order of fields in lines before a header, as a header line; null: the default one. */
  constructor(format: string | null = null) {
    this.#header = format === null ? null : new FlowHeader(format)
    this.#isFlowLog = format !== null
  }

  /** `text`: a line without blanks around it. Null for what is none of a flow log. */
  read(text: string): FlowLine | FlowHeader | null {
    if (text.length > LONGEST || /^[[{"\]}]/.test(text)) return null
    if (isHeader(text)) {
      this.#header = new FlowHeader(text)
      this.#isFlowLog = true
      return this.#header
    }
    // Once it is known what the file is, a broken line is a broken line of a flow log.
    if (!this.#isFlowLog && !isDefaultLine(text)) return null
    this.#isFlowLog = true
    return new FlowLine(this.#header, text)
  }
}

/** True for what begins as a line of the default format does, broken or not. */
export function isDefaultLine(text: string): boolean {
  return DEFAULT_LINE.test(text)
}

/** Some names are of known fields, one of them says between whom or where, and none looks like a value. */
export function isHeader(text: string): boolean {
  if (!/addr|interface[-_]id/i.test(text)) return false
  const names = text.split(separatorOf(text))
  if (names.length < 3 || !names.every((name) => /^[a-z][a-z0-9_-]*$/i.test(name))) return false
  const fields = names.map(fieldNamed)
  return fields.filter((field) => field !== null).length >= 3 && fields.some((field) => TELLING.has(field))
}

/** A format as a flow log is made with, `${srcaddr} ${dstaddr}`, as a header line. */
export function flowFormat(text: string): string {
  return text.replaceAll(/\$\{([^{}]*)\}/g, '$1').trim()
}

const TELLING: ReadonlySet<string | null> = new Set([
  'srcaddr',
  'dstaddr',
  'pkt-srcaddr',
  'pkt-dstaddr',
  'interface-id',
])
