/** Slack's "no": the error's name, and what invalid_blocks and invalid_arguments say besides. */
export class SlackRefusal extends Error {
  override readonly name = 'SlackRefusal'
  readonly error: string
  /** For people, each with a JSON pointer where there is one. */
  readonly details: readonly string[]

  constructor(error: string, details: readonly string[] = []) {
    super(error)
    this.error = error
    this.details = details
  }

  /** The body of the answer. */
  toAnswer(): { readonly ok: false; readonly error: string; readonly [name: string]: unknown } {
    if (this.details.length === 0) return { ok: false, error: this.error }
    return {
      ok: false,
      error: this.error,
      ...(this.error === 'invalid_blocks' && { errors: this.details }),
      response_metadata: { messages: this.details.map((words) => `[ERROR] ${words}`) },
    }
  }
}
