import type { Fields } from './json.ts'
import type { Known } from './state-values.ts'

/** So many selects are remembered, the newest ones, each with so many options. */
const SELECTS = 500
const OPTIONS = 1_000

/** What the app offered for external selects, and files that were chosen: a choice names only a value or an id. */
export class Offers {
  readonly #offered = new Map<string, readonly Fields[]>()

  /** Remembers options of one select; those offered for earlier queries stay choosable. */
  add(place: string, blockId: string, actionId: string, options: readonly Fields[]): void {
    const key = keyOf(place, blockId, actionId)
    const before = this.#offered.get(key) ?? []
    this.#offered.delete(key)
    this.#offered.set(key, [...options, ...before].slice(0, OPTIONS))
    const oldest = this.#offered.size > SELECTS ? this.#offered.keys().next().value : undefined
    if (oldest !== undefined) this.#offered.delete(oldest)
  }

  /** Forgets all. */
  clear(): void {
    this.#offered.clear()
  }

  /** What was offered in one message for one person, or in one view. */
  within(place: string): Known {
    return (blockId, actionId) => this.#offered.get(keyOf(place, blockId, actionId)) ?? []
  }
}

function keyOf(place: string, blockId: string, actionId: string): string {
  return JSON.stringify([place, blockId, actionId])
}
