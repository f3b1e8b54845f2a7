import { randomBytes, randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import type { Delivery, Sending, Sent, Transport } from './app-link.ts'
import { APP } from './identity.ts'
import { asFields, asText, parseJson } from './json.ts'

const HOST = 'workspace-simulator'
const TIMEOUT: Delivery = { outcome: 'failed', word: 'operation_timeout', seen: 'no ack in time' }

/** How long an ack may take, as Slack has it, in milliseconds. */
export const ACK_WITHIN = 3_000

/** Times of Slack's own, in milliseconds. */
const PING_EVERY = 5_000
const TICKET_LASTS = 30_000
const MOST_SOCKETS = 10

/** The server's side of Socket Mode: hello, pings, one socket for each envelope, acks within three seconds. */
export class Sockets implements Transport {
  readonly via = 'socket'
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: 1024 * 1024 })
  readonly #open: WebSocket[] = []
  readonly #tickets = new Map<string, NodeJS.Timeout>()
  readonly #waiting = new Map<string, (delivery: Delivery) => void>()
  readonly #ackWithin: number
  readonly #pings: NodeJS.Timeout

  constructor(ackWithin: number) {
    this.#ackWithin = ackWithin
    this.#pings = setInterval(() => {
      for (const socket of this.#open) socket.ping(`Ping from ${APP}`)
    }, PING_EVERY)
    this.#pings.unref()
  }

  /** The path and query of a new socket, good for one connection within half a minute. */
  openPath(): string {
    const ticket = randomBytes(18).toString('hex')
    const timer = setTimeout(() => this.#tickets.delete(ticket), TICKET_LASTS)
    timer.unref()
    this.#tickets.set(ticket, timer)
    return `/link/?ticket=${ticket}&app_id=${APP}`
  }

  /** Takes the upgrade of a connection that holds a ticket; drops any other. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer, url: URL): void {
    const ticket = url.searchParams.get('ticket') ?? ''
    const timer = this.#tickets.get(ticket)
    if (url.pathname !== '/link/' || timer === undefined) {
      stream.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
      return
    }
    clearTimeout(timer)
    this.#tickets.delete(ticket)
    this.#server.handleUpgrade(request, stream, head, (socket) => this.#greet(socket))
  }

  /** Sends an envelope to one of the open sockets; its ack is waited for. */
  send({ kind, payload, acceptsResponsePayload, retry }: Sending): Sent {
    const envelope_id = randomUUID()
    const envelope = {
      envelope_id,
      type: kind,
      payload,
      accepts_response_payload: acceptsResponsePayload,
      ...((kind === 'events_api' || retry.attempt > 0) && {
        retry_attempt: retry.attempt,
        retry_reason: retry.reason,
      }),
    }
    const text = JSON.stringify(envelope)
    return { delivered: this.#write(envelope_id, text), again: () => this.#write(envelope_id, text) }
  }

  #write(envelopeId: string, text: string): Promise<Delivery> {
    // The next socket in turn, so that with two replicas both are used.
    const socket = this.#open.shift()
    if (socket === undefined) {
      return Promise.resolve({ outcome: 'failed', word: 'dispatch_failed', seen: 'no socket is open' })
    }
    this.#open.push(socket)
    return new Promise((resolve) => {
      const settle = (delivery: Delivery): void => {
        clearTimeout(timer)
        this.#waiting.delete(envelopeId)
        resolve(delivery)
      }
      const timer = setTimeout(() => settle(TIMEOUT), this.#ackWithin)
      this.#waiting.set(envelopeId, settle)
      socket.send(text)
    })
  }

  /** How many sockets are open. */
  get size(): number {
    return this.#open.length
  }

  /**
   * Ends every connection: with Slack's word for why (`refresh_requested`, `warning`, `link_disabled`), or without one,
   * as a broken network does.
   */
  cut(reason: string | null): void {
    for (const socket of this.#open.splice(0)) {
      if (reason === null) {
        socket.terminate()
      } else {
        socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: HOST } }))
        socket.close()
      }
    }
  }

  /** Drops every connection; whoever waits for an ack hears of a timeout. */
  close(): void {
    clearInterval(this.#pings)
    for (const timer of this.#tickets.values()) clearTimeout(timer)
    this.#tickets.clear()
    for (const settle of this.#waiting.values()) settle(TIMEOUT)
    // Also those that were asked to close and did not answer yet.
    for (const socket of this.#server.clients) socket.terminate()
    this.#server.close()
  }

  #greet(socket: WebSocket): void {
    socket.on('error', () => socket.terminate())
    if (this.#open.length >= MOST_SOCKETS) {
      socket.send(JSON.stringify({ type: 'disconnect', reason: 'too_many_websockets' }))
      socket.close()
      return
    }
    this.#open.push(socket)
    socket.on('close', () => {
      const at = this.#open.indexOf(socket)
      if (at >= 0) this.#open.splice(at, 1)
    })
    socket.on('message', (data) => this.#hear(data))
    socket.send(
      JSON.stringify({
        type: 'hello',
        num_connections: this.#open.length,
        debug_info: { host: HOST, approximate_connection_time: 18_060 },
        connection_info: { app_id: APP },
      }),
    )
  }

  #hear(data: RawData): void {
    const text = Array.isArray(data)
      ? Buffer.concat(data).toString('utf8')
      : Buffer.from(data as Buffer).toString('utf8')
    const message = asFields(parseJson(text))
    // An ack that comes too late finds nobody waiting, as at Slack.
    const settle = this.#waiting.get(asText(message?.['envelope_id']))
    settle?.({ outcome: 'acked', payload: asFields(message?.['payload']) ?? {} })
  }
}
