import { setTimeout as pause } from 'node:timers/promises'
import type { AppLink, Delivery, PayloadKind, Sending, Sent, Transport } from './app-link.ts'
import type { Faults } from './control/faults.ts'
import { faultLine } from './fault-line.ts'
import { asFields, asList, asText, type Fields } from './json.ts'
import type { Wire } from './wire.ts'

export interface DeliveriesOptions {
  /** Socket Mode; in use as long as the app has given no address. */
  readonly sockets: Transport
  readonly faults: Faults
  readonly wire: Wire
  /** Milliseconds that an ack may take. */
  readonly ackWithin: number
  readonly expireTrigger: (id: string) => void
  readonly log: (line: object) => void
}

/** Milliseconds until an event that was not acked is sent again, as Slack does: at once, after one minute, after five. */
const RETRIES = [0, 60_000, 300_000]

/** Every payload to the app goes through here: over one transport, past the armed faults, onto the wire. */
export class Deliveries implements AppLink {
  readonly #options: DeliveriesOptions
  readonly #closed = new AbortController()
  #http: Transport | null = null

  constructor(options: DeliveriesOptions) {
    this.#options = options
  }

  /** From now on over signed HTTP; null: over Socket Mode again. */
  use(http: Transport | null): void {
    this.#http = http
  }

  async deliver(kind: PayloadKind, payload: Fields, acceptsResponsePayload: boolean): Promise<Delivery> {
    const { faults, expireTrigger } = this.#options
    const name = nameOf(kind, payload)
    if (faults.strike(name, 'expired-trigger') !== null) expireTrigger(asText(payload['trigger_id']))
    const skew = faults.strike(name, 'skew')?.seconds ?? 0
    const twice = faults.strike(name, 'duplicate', 'replay')
    const retry = { attempt: 0, reason: '' }
    const sending: Sending = { kind, payload, acceptsResponsePayload, retry, skew }
    const { sent, delivery } = await this.#send(sending)
    if (twice?.kind === 'replay') await this.#note(sending, sent.again(), 'replayed by control')
    if (twice?.kind === 'duplicate') {
      await this.#send({ ...sending, retry: { attempt: 1, reason: 'timeout' } }, 'duplicated by control')
    }
    if (kind === 'events_api' && delivery.outcome === 'failed')
      this.#retry(sending, delivery).catch((error: unknown) =>
        this.#options.log({ exchange: name, ...faultLine(error) }),
      )
    return delivery
  }

  /** Stops sending events again. */
  close(): void {
    this.#closed.abort()
  }

  async #send(sending: Sending, why: string | null = null): Promise<{ sent: Sent; delivery: Delivery }> {
    const sent = (this.#http ?? this.#options.sockets).send(sending)
    return { sent, delivery: await this.#note(sending, sent.delivered, why) }
  }

  async #note(sending: Sending, delivered: Promise<Delivery>, why: string | null): Promise<Delivery> {
    const { wire, faults } = this.#options
    const { via } = this.#http ?? this.#options.sockets
    const end = wire.begin({ from: 'Slack', to: 'bot', via })
    const late = faults.strike(nameOf(sending.kind, sending.payload), 'late-ack')
    const delivery = late === null ? await delivered : await this.#late(delivered, late.seconds)
    const failure = delivery.outcome === 'failed' ? `${delivery.word}: ${delivery.seen}` : null
    end({
      what: whatOf(sending.kind, sending.payload),
      ok: delivery.outcome === 'acked',
      error: failure ?? why,
      sent: sending.payload,
      answered: delivery.outcome === 'acked' ? delivery.payload : null,
    })
    return delivery
  }

  async #late(delivered: Promise<Delivery>, seconds: number): Promise<Delivery> {
    await pause(Math.min(seconds * 1_000, this.#options.ackWithin), undefined, { ref: false })
    if (seconds * 1_000 < this.#options.ackWithin) return delivered
    return { outcome: 'failed', word: 'operation_timeout', seen: `the ack came after ${seconds} s` }
  }

  async #retry(sending: Sending, first: Delivery): Promise<void> {
    let last = first
    for (const [at, wait] of RETRIES.entries()) {
      await pause(wait, undefined, { signal: this.#closed.signal, ref: false }).catch(() => undefined)
      if (this.#closed.signal.aborted || last.outcome === 'acked') return
      const reason = last.word === 'operation_timeout' ? 'http_timeout' : 'http_error'
      last = (await this.#send({ ...sending, retry: { attempt: at + 1, reason } })).delivery
    }
  }
}

/** The name by which a fault finds a payload: `slash_commands`, `block_actions`, `app_home_opened`. */
function nameOf(kind: PayloadKind, payload: Fields): string {
  if (kind === 'slash_commands') return kind
  if (kind === 'events_api') return asText(asFields(payload['event'])?.['type'], kind)
  return asText(payload['type'], kind)
}

/** What the wire calls a payload: its name, and which command, button or modal it is about. */
function whatOf(kind: PayloadKind, payload: Fields): string {
  const action = asFields(asList(payload['actions'])[0])?.['action_id']
  const about = payload['command'] ?? action ?? payload['callback_id'] ?? payload['action_id']
  const view = asFields(payload['view'])?.['callback_id']
  const subject = asText(about) || asText(view)
  return subject === '' ? nameOf(kind, payload) : `${nameOf(kind, payload)} ${subject}`
}
