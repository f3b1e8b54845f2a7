/** So many forms are remembered; older ones are closed long since. */
const REMEMBERED = 1_000

/** Knows which of several choices in one form is the newest, whatever order they are handled in. */
export class Newest {
  readonly #at = new Map<string, number>()

  /** Notes a choice in a form, by Slack's time of it. */
  note(form: string, at: number): void {
    const before = this.#at.get(form) ?? 0
    this.#at.delete(form)
    this.#at.set(form, Math.max(before, at))
    for (const oldest of this.#at.keys()) {
      if (this.#at.size <= REMEMBERED) break
      this.#at.delete(oldest)
    }
  }

  /** True when no newer choice is known. */
  is(form: string, at: number): boolean {
    return (this.#at.get(form) ?? at) <= at
  }
}
