import { createHmac } from 'node:crypto'
import { isLoopback } from '../model/practice.ts'
import type { Delivery, Sending, Sent, Transport } from './app-link.ts'
import { asFields, type Fields, parseJson } from './json.ts'

/** What the app's address, its secret and the clock are; milliseconds. */
export interface HttpLinkOptions {
  readonly requestUrl: string
  readonly signingSecret: string
  readonly now: () => number
  readonly ackWithin: number
}

/** A longer answer of the app is not read, in bytes. */
const LONGEST_ANSWER = 1024 * 1024

/** Sends payloads as signed HTTP requests to the app's address, as Slack does without Socket Mode. */
export class HttpLink implements Transport {
  readonly via = 'http'
  readonly requestUrl: string
  readonly #options: HttpLinkOptions

  /** Throws a sentence when the address is not on this machine: nothing of the simulator leaves it. */
  constructor(options: HttpLinkOptions) {
    const url = URL.parse(options.requestUrl)
    if (url === null || url.protocol !== 'http:' || !isLoopback(url.hostname)) {
      throw new Error(
        `The app's address is ${JSON.stringify(options.requestUrl)}: give one of this machine, like http://127.0.0.1:3000/slack/events.`,
      )
    }
    this.requestUrl = options.requestUrl
    this.#options = options
  }

  /** Asks the address whether it is the app's (`url_verification`). Throws a sentence when it is not. */
  async verify(): Promise<void> {
    const challenge = createHmac('sha256', this.#options.signingSecret).update(this.requestUrl).digest('hex')
    const body = JSON.stringify({ token: 'workspace-simulator', type: 'url_verification', challenge })
    const answer = await this.#post(body, this.#headers('application/json', body, 0))
    const told = answer.outcome === 'acked' ? (answer.payload['challenge'] ?? answer.payload['text']) : null
    if (told === challenge) return
    const seen = answer.outcome === 'acked' ? 'it answered without the challenge' : answer.seen
    throw new Error(`${this.requestUrl} did not prove to be the app's: ${seen}.`)
  }

  send(sending: Sending): Sent {
    const { body, type } = bodyOf(sending)
    const { attempt, reason } = sending.retry
    const retry = { 'x-slack-retry-num': String(attempt), 'x-slack-retry-reason': reason }
    const headers = { ...this.#headers(type, body, sending.skew), ...(attempt > 0 && retry) }
    return { delivered: this.#post(body, headers), again: () => this.#post(body, headers) }
  }

  #headers(type: string, body: string, skew: number): { readonly [name: string]: string } {
    const seconds = String(Math.trunc(this.#options.now() / 1_000 + skew))
    const signed = createHmac('sha256', this.#options.signingSecret).update(`v0:${seconds}:${body}`)
    return {
      'content-type': type,
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': seconds,
      'x-slack-signature': `v0=${signed.digest('hex')}`,
    }
  }

  async #post(body: string, headers: { readonly [name: string]: string }): Promise<Delivery> {
    const signal = AbortSignal.timeout(this.#options.ackWithin)
    try {
      const response = await fetch(this.requestUrl, {
        method: 'POST',
        headers,
        body,
        redirect: 'error',
        signal,
      })
      if (!response.ok) {
        await response.body?.cancel()
        return failed('dispatch_failed', `HTTP ${response.status}`)
      }
      const text = await readAnswer(response)
      if (text === null) return failed('dispatch_failed', 'an answer of more than 1 MiB')
      return { outcome: 'acked', payload: answerOf(text) }
    } catch (error) {
      if (signal.aborted) return failed('operation_timeout', 'no answer in time')
      return failed('dispatch_failed', error instanceof Error ? error.message : String(error))
    }
  }
}

function failed(word: 'operation_timeout' | 'dispatch_failed', seen: string): Delivery {
  return { outcome: 'failed', word, seen }
}

/** Reads a whole answer; null for one that is too long, of which no more is read. */
async function readAnswer({ body }: Response): Promise<string | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  // Leaving the loop ends the connection.
  for await (const chunk of body ?? []) {
    size += chunk.length
    if (size > LONGEST_ANSWER) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

// Slack takes plain text as the text of a message.
function answerOf(text: string): Fields {
  if (text.trim() === '') return {}
  return asFields(parseJson(text)) ?? { text }
}

function bodyOf({ kind, payload }: Sending): { readonly body: string; readonly type: string } {
  if (kind === 'events_api') return { body: JSON.stringify(payload), type: 'application/json' }
  const form = new URLSearchParams()
  if (kind === 'interactive') form.set('payload', JSON.stringify(payload))
  else for (const [name, value] of Object.entries(payload)) form.set(name, String(value))
  // Exactly this type: Bolt compares the header as a whole.
  return { body: form.toString(), type: 'application/x-www-form-urlencoded' }
}
