import type { Fields } from './json.ts'

/** Slack's "no": the error's name, and what is said besides. */
export class SlackRefusal extends Error {
  override readonly name = 'SlackRefusal'
  readonly error: string
  /** For people, each with a JSON pointer where there is one. */
  readonly details: readonly string[]
  /** Further fields of the answer. */
  readonly more: Fields

  constructor(error: string, details: readonly string[] = [], more: Fields = {}) {
    super(error)
    this.error = error
    this.details = details
    this.more = more
  }

  /** The body of the answer. */
  toAnswer(): { readonly ok: false; readonly error: string; readonly [name: string]: unknown } {
    const { error, details, more } = this
    if (details.length === 0) return { ok: false, error, ...more }
    return {
      ok: false,
      error,
      ...(error === 'invalid_blocks' && { errors: details }),
      ...more,
      response_metadata: { messages: details.map((words) => `[ERROR] ${words}`) },
    }
  }
}
