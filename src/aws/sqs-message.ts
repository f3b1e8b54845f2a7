import type { Message, SQSClient } from '@aws-sdk/client-sqs'

/** How a message was left by those who took its parts in. */
export type Outcome = 'landed' | 'now' | 'later'

/** Errors that say: this receipt is no longer good. */
export function isStale(name: string | undefined): boolean {
  return /ReceiptHandleIsInvalid|MessageNotInflight|InvalidParameterValue|InvalidIdFormat/.test(name ?? '')
}

/**
 * A message that was received, and stays hidden from others while it is worked on: half-way through its time that is extended,
 * until it is settled or the receipt is no longer good.
 */
export class HeldMessage {
  readonly id: string
  readonly receipt: string
  readonly body: string
  /** Milliseconds since 1970; null: not said. */
  readonly sentAt: number | null
  /** How often it was received, this time included. */
  readonly received: number
  /** The receipt is no longer good: somebody else may have the message. */
  isStale = false
  readonly #client: SQSClient
  readonly #url: string
  readonly #visibility: number
  #open = 0
  #outcome: Outcome = 'landed'
  #timer: NodeJS.Timeout | null = null
  /** The heartbeat under way. */
  #beating: Promise<void> | null = null

  /** `visibility`: seconds that it was received for. */
  constructor(client: SQSClient, url: string, message: Message, visibility: number) {
    this.#client = client
    this.#url = url
    this.#visibility = visibility
    this.id = message.MessageId ?? ''
    this.receipt = message.ReceiptHandle ?? ''
    this.body = message.Body ?? ''
    const sent = Number(message.Attributes?.SentTimestamp)
    this.sentAt = Number.isFinite(sent) && sent > 0 ? sent : null
    this.received = Number(message.Attributes?.ApproximateReceiveCount ?? 1)
    this.#beatIn(visibility * 500)
  }

  /** So many parts are to be settled. */
  expect(parts: number): void {
    this.#open = parts
  }

  /** One part is done; the outcome of all when it was the last one. */
  settle(outcome: Outcome): Outcome | null {
    if (this.#outcome !== 'later' && outcome !== 'landed') this.#outcome = outcome
    this.#open -= 1
    return this.#open > 0 ? null : this.#outcome
  }

  /** No longer extended, once the heartbeat that is under way has come to its end. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    await this.#beating
  }

  /** Hidden for so many seconds from now. */
  async hide(seconds: number): Promise<void> {
    const { ChangeMessageVisibilityCommand } = await import('@aws-sdk/client-sqs')
    await this.#client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: this.#url,
        ReceiptHandle: this.receipt,
        VisibilityTimeout: seconds,
      }),
    )
  }

  #beatIn(milliseconds: number): void {
    this.#timer = setTimeout(() => {
      this.#beating = this.#beat()
    }, milliseconds)
    this.#timer.unref()
  }

  async #beat(): Promise<void> {
    let next = this.#visibility * 500
    try {
      await this.hide(this.#visibility)
    } catch (error) {
      this.isStale = isStale(error instanceof Error ? error.name : undefined)
      // Refused for a moment: there is as much time left as has passed.
      next = this.#visibility * 125
    }
    if (this.#timer !== null && !this.isStale) this.#beatIn(next)
  }
}
