/** A message as blocks/ draws it. `text` is the push notification and the screen reader's line. */
export interface ChatMessage {
  readonly text: string
  readonly blocks: readonly object[]
}

/** The port to a channel: what jobs and listeners may do there. */
export interface Chat {
  /** Posts a message, in a thread when `threadTs` is given; `broadcast` shows it in the channel too. */
  post(
    message: ChatMessage,
    where: { readonly channel: string; readonly threadTs?: string; readonly broadcast?: boolean },
  ): Promise<{ readonly ts: string }>
  /** Shows a message to one person of a channel. Rejects when that person is not in it. */
  postEphemeral(
    message: ChatMessage,
    where: { readonly channel: string; readonly person: string; readonly threadTs?: string },
  ): Promise<void>
  /** Redraws a message; `gone` when it no longer exists. */
  update(
    message: ChatMessage,
    where: { readonly channel: string; readonly ts: string },
  ): Promise<'updated' | 'gone'>
}
