import type { Parsed, Rejected } from '../model/observation.ts'
import { READS } from '../sources/lookalikes.ts'

/** A rejected record that waits until the file is known for what it is. */
export interface Held {
  readonly parsed: Parsed
  readonly line: number
  readonly raw?: string
}

const FULL_DETAIL = 1000
const FULL_BYTES = 8 * 1024 * 1024

/**
 * What was rejected before anything in the file was recognised. Keeps the first thousand whole and counts the
 * rest by class, so that a large file of something else costs no memory.
 */
export class Heldback {
  readonly #held: Held[] = []
  readonly #more = new Map<string, { readonly example: Held; count: number }>()
  #bytes = 0

  add(record: Held): void {
    const { raw = '', ...bare } = record
    if (this.#held.length < FULL_DETAIL) {
      this.#bytes += raw.length
      this.#held.push(this.#bytes <= FULL_BYTES ? record : bare)
      return
    }
    const kind = record.parsed.kind === 'rejected' ? record.parsed.class : record.parsed.kind
    const known = this.#more.get(kind)
    if (known === undefined) this.#more.set(kind, { example: bare, count: 1 })
    else known.count++
  }

  /** Each as a record of its own; beyond the first thousand they repeat the example of their class. */
  *all(): Generator<Held> {
    yield* this.#held
    for (const { example, count } of this.#more.values()) {
      for (let i = 0; i < count; i++) yield example
    }
  }

  /** The whole file as one record. */
  verdict(): Held {
    const first = this.#held[0]
    if (first === undefined) return { parsed: unrecognised('The file is empty.'), line: 1, raw: '' }
    return { ...first, parsed: unrecognised(reasonFor(first)) }
  }
}

function unrecognised(reason: string): Rejected {
  return { kind: 'rejected', class: 'unrecognised', pointer: '', reason }
}

function reasonFor({ parsed, raw = '' }: Held): string {
  if (parsed.kind !== 'rejected') return `The file holds no record; ${READS}.`
  // JSON of another kind was described when it was parsed.
  if (parsed.class === 'unrecognised') return parsed.reason
  if (parsed.reason.includes('UTF-16') || parsed.reason.includes('gzip')) return parsed.reason
  if (parsed.class === 'truncated') return `The file breaks off before its first record ends; ${READS}.`
  if (parsed.class === 'too-large') return parsed.reason
  return `The file looks like ${textKind(raw)}; ${READS}.`
}

const TEXT_KINDS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['a ZIP archive', /^PK/],
  // oxlint-disable-next-line no-control-regex -- finding control characters is its purpose
  ['a binary file', /[\u0000-\u0008\u000e-\u001f\ufffd]/],
  ['JSON with a mistake in its first record', /^\s*[[{]/],
  ['HTML or XML', /^\s*</],
  [
    'a VPC flow log of another format than the default one, without the header line that says which',
    /\seni-[0-9a-f]+\s/,
  ],
  ['YAML', /^(---|apiVersion:|kind:|[\w.-]+:(\s|$))/],
  ['Markdown', /^(#{1,6} |[-*] |\| |```|> |!?\[[^\]]*\]\()/],
  ['CSV', /^[^\s,][^,]*(,[^,]*){2,}$/],
  ['plain text', /^/],
]

function textKind(raw: string): string {
  const line = raw.split('\n', 1)[0] ?? ''
  return TEXT_KINDS.find(([, pattern]) => pattern.test(line))?.[0] ?? 'plain text'
}
