import { rawText, type Sentence } from '../model/answer.ts'
import type { EvidenceLine } from '../model/observation.ts'
import { text } from './json.ts'

/** Lines that are kept of one finding; what is said first matters most. */
const MOST = 40
/** Characters of one line. */
const LONGEST = 2_048

/** What a finding says besides what the graph knows, as lines to read: labels and words are ours, values the record's. */
export class Evidence {
  readonly #lines: EvidenceLine[] = []

  /** One value; says nothing when there is none. */
  say(label: string, value: unknown): void {
    this.sayWords(label, valued(value))
  }

  /** Several values in one line, those that there are. */
  sayAll(label: string, values: readonly unknown[], words = ', '): void {
    this.sayWords(label, between(values.map(valued), words))
  }

  /** Words of ours and values among them; says nothing when there are none. */
  sayWords(label: string, said: Sentence): void {
    if (this.#lines.length < MOST && said.length > 0) this.#lines.push({ label, said: bounded(said) })
  }

  all(): readonly EvidenceLine[] {
    return this.#lines
  }
}

/** A value of the record, by itself; nothing when there is none. */
export function valued(value: unknown): Sentence {
  const said = text(typeof value === 'number' || typeof value === 'boolean' ? String(value) : value)
  return said === null ? [] : [{ code: said }]
}

/** The parts that say something, with our words between them. */
export function between(parts: readonly Sentence[], words: string): Sentence {
  return parts.filter((part) => part.length > 0).flatMap((part, at) => (at === 0 ? part : [words, ...part]))
}

function bounded(said: Sentence): Sentence {
  let left = LONGEST
  const end = said.findIndex((part) => {
    left -= rawText(part).length
    return left < 0
  })
  return end < 0 ? said : [...said.slice(0, end), '…']
}
