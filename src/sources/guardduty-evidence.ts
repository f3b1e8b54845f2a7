import type { EvidenceLine } from '../model/observation.ts'
import { text } from './json.ts'

/** Lines that are kept of one finding; what is said first matters most. */
const MOST = 40

/** What a finding says besides what the graph knows, as lines to read: labels are ours, values are the record's. */
export class Evidence {
  readonly #lines: EvidenceLine[] = []

  /** Says nothing when there is no value. */
  say(label: string, value: unknown): void {
    if (this.#lines.length >= MOST) return
    const said = text(typeof value === 'number' || typeof value === 'boolean' ? String(value) : value)
    if (said !== null) this.#lines.push({ label, value: said })
  }

  /** Several values in one line. */
  sayAll(label: string, values: readonly (string | null)[], between = ', '): void {
    this.say(label, values.filter((value) => value !== null && value !== '').join(between))
  }

  all(): readonly EvidenceLine[] {
    return this.#lines
  }
}
