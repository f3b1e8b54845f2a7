import type { Fields } from './json.ts'

/** What Slack sends to an app. */
export type PayloadKind = 'slash_commands' | 'interactive' | 'events_api'

/** How a payload fared: the app's answer, or Slack's word for the failure and what was seen of it. */
export type Delivery =
  | { readonly outcome: 'acked'; readonly payload: Fields }
  | {
      readonly outcome: 'failed'
      readonly word: 'operation_timeout' | 'dispatch_failed'
      readonly seen: string
    }

/** The way to the app, whichever transport it chose. */
export interface AppLink {
  /** Sends one payload and waits for the app's ack, three seconds at most. */
  deliver(kind: PayloadKind, payload: Fields, acceptsResponsePayload: boolean): Promise<Delivery>
}

/** What a transport is told about one sending. */
export interface Sending {
  readonly kind: PayloadKind
  readonly payload: Fields
  readonly acceptsResponsePayload: boolean
  /** Which repeat of an event this is, 0 the first time, and why: `http_timeout`, `http_error`, `timeout`. */
  readonly retry: { readonly attempt: number; readonly reason: string }
  /** Seconds by which a timestamp is off. */
  readonly skew: number
}

/** One payload on its way. */
export interface Sent {
  readonly delivered: Promise<Delivery>
  /** Sends the very same once more: the same envelope, the same signature. */
  again(): Promise<Delivery>
}

/** Socket Mode or signed HTTP. */
export interface Transport {
  readonly via: 'socket' | 'http'
  send(sending: Sending): Sent
}
