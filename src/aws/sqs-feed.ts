import type { DeleteMessageBatchCommandOutput, SQSClient } from '@aws-sdk/client-sqs'
import { type AllowedScope, type Consignment, type Feed, FeedFault } from '../model/feed.ts'
import { partitionOf } from '../model/region.ts'
import { fillScope, type Scope } from '../model/scope.ts'
import { fromMillis } from '../model/time.ts'
import { readMessage, scopeOfKey } from '../sources/message.ts'
import type { Clients, Place } from './clients.ts'
import { once } from './once.ts'
import { nameOf, openObject } from './s3-object.ts'
import { HeldMessage, isStale, type Outcome } from './sqs-message.ts'

export interface SqsFeedOptions {
  readonly name: string
  readonly place: Place
  /** Address of the queue. */
  readonly url: string
  /** What its records are of where they do not say it: `-` adds nothing. */
  readonly given: Scope
  readonly flowFormat?: string
  readonly allowed: readonly AllowedScope[]
  /** Regions beside its own in which objects may lie. */
  readonly regions?: readonly string[]
  /** Seconds that a message stays hidden; extended while it is worked on. */
  readonly visibility?: number
  /** Seconds that an empty queue is listened to, at most 20. */
  readonly wait?: number
}

const VISIBILITY = 120
const WAIT = 20
const MOST_MESSAGES = 10
/** Seconds after which a message that failed comes again the first time; doubled each time, at most MOST_PAUSE. */
const FIRST_PAUSE = 30
const MOST_PAUSE = 900

/**
 * Findings and notifications of S3 from a queue. At most ten messages (of one MiB each) are held at a time, and one of their objects is
 * read at a time. Messages that hold their records come before those that name an object: a large log keeps no finding waiting.
 */
export class SqsFeed implements Feed {
  readonly name: string
  readonly kind = 'sqs'
  readonly pause = 0
  readonly flowFormat?: string
  readonly #clients: Clients
  readonly #options: SqsFeedOptions
  readonly #queue: string
  #held: HeldMessage[] = []
  #landed: HeldMessage[] = []
  /** What the last deletion came to; over with one that works. */
  #standing: FeedFault | null = null

  constructor(clients: Clients, options: SqsFeedOptions) {
    this.name = options.name
    if (options.flowFormat !== undefined) this.flowFormat = options.flowFormat
    this.#clients = clients
    this.#options = options
    this.#queue = arnOf(options.url)
  }

  get standing(): FeedFault | null {
    return this.#standing
  }

  async receive(_cursor: unknown, signal: AbortSignal): Promise<readonly Consignment[]> {
    const { url, place, visibility = VISIBILITY, wait = WAIT } = this.#options
    const client = await this.#clients.sqs(place)
    const { ReceiveMessageCommand } = await import('@aws-sdk/client-sqs')
    const command = new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: MOST_MESSAGES,
      WaitTimeSeconds: wait,
      VisibilityTimeout: visibility,
      MessageSystemAttributeNames: ['SentTimestamp', 'ApproximateReceiveCount'],
    })
    const { Messages = [] } = await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
      if (signal.aborted) return { Messages: [] }
      throw this.#clients.failed(error, { action: 'sqs:ReceiveMessage', resource: this.#queue }, place)
    })
    this.#held = Messages.map((message) => new HeldMessage(client, url, message, visibility))
    const consignments = this.#held.map((message) => this.#consignments(message, signal))
    return [...consignments.flatMap(({ own }) => own), ...consignments.flatMap(({ objects }) => objects)]
  }

  async close(): Promise<void> {
    await Promise.all(this.#held.map((message) => message.stop()))
  }

  #consignments(message: HeldMessage, signal: AbortSignal): { own: Consignment[]; objects: Consignment[] } {
    const { objects, text } = readMessage(message.body)
    const { allowed, given, place, regions = [] } = this.#options
    const common = {
      allowed,
      cursor: null,
      sentAt: message.sentAt === null ? null : fromMillis(message.sentAt),
      acknowledge: () => this.#settle(message, 'landed'),
      giveBack: (when: 'now' | 'later') => this.#settle(message, when),
    }
    const own =
      text === null
        ? []
        : [
            {
              ...common,
              from: `sqs://${this.#queue}/${message.id}`,
              given,
              open: () => Promise.resolve(once(text)),
            },
          ]
    const named = objects.map((object) => ({
      ...common,
      from: nameOf(object),
      given: fillScope(scopeOfKey(object.key), given),
      open: () => openObject(this.#clients, place, regions, object, signal),
    }))
    message.expect(own.length + named.length)
    return { own, objects: named }
  }

  /** Those that landed are deleted together, once every message that was received with them is settled. */
  async #settle(message: HeldMessage, outcome: Outcome): Promise<void> {
    const all = message.settle(outcome)
    if (all === null) return
    this.#held = this.#held.filter((held) => held !== message)
    if (all === 'landed') this.#landed.push(message)
    else await this.#hide(message, all)
    if (this.#held.length > 0) return
    const landed = this.#landed
    this.#landed = []
    if (landed.length > 0) this.#standing = await this.#delete(landed)
    await Promise.all(landed.map((one) => one.stop()))
  }

  /** What cannot be said to the queue now happens by itself, when the time of the message is over. */
  async #hide(message: HeldMessage, when: 'now' | 'later'): Promise<void> {
    // A heartbeat that came after would hide it again.
    await message.stop()
    if (message.isStale) return
    const seconds = when === 'now' ? 0 : Math.min(MOST_PAUSE, FIRST_PAUSE * 2 ** (message.received - 1))
    await message.hide(seconds).catch(() => undefined)
  }

  /** Reads the result of each entry; null when all are gone. */
  async #delete(messages: readonly HeldMessage[]): Promise<FeedFault | null> {
    const asked = { action: 'sqs:DeleteMessage', resource: this.#queue }
    const { place } = this.#options
    const client = await this.#clients.sqs(place)
    let left = messages
    for (let tries = 2; ; tries--) {
      let result: DeleteMessageBatchCommandOutput
      try {
        result = await deleteBatch(client, this.#options.url, left)
      } catch (error) {
        return this.#clients.failed(error, asked, place)
      }
      const failed = new Map((result.Failed ?? []).map((entry) => [entry.Id, entry]))
      left = left.filter((_, at) => failed.has(String(at)))
      const [first] = failed.values()
      if (first === undefined) return null
      const stale = [...failed.values()].filter(({ Code }) => isStale(Code))
      if (tries > 1 && stale.length < failed.size) continue
      const words = `sqs:DeleteMessage on ${this.#queue} left ${failed.size} of ${messages.length} messages that have landed (${first.Code}${first.Message === undefined ? '' : `: ${first.Message.replace(/\.$/, '')}`}).`
      return new FeedFault(stale.length > 0 ? 'stale-receipt' : 'failed', words)
    }
  }
}

async function deleteBatch(
  client: SQSClient,
  url: string,
  messages: readonly HeldMessage[],
): Promise<DeleteMessageBatchCommandOutput> {
  const { DeleteMessageBatchCommand } = await import('@aws-sdk/client-sqs')
  const entries = messages.map(({ receipt }, at) => ({ Id: String(at), ReceiptHandle: receipt }))
  return client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries: entries }))
}

/** The ARN of a queue by its address: `https://sqs.REGION.amazonaws.com/ACCOUNT/NAME`; another address stays as it is. */
function arnOf(url: string): string {
  const match = /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\.(?:com|com\.cn|eu)\/(\d{12})\/([\w.-]+)$/.exec(url)
  const [, region = '', account, name] = match ?? []
  return match === null ? url : `arn:${partitionOf(region)}:sqs:${region}:${account}:${name}`
}
