import type { Fields } from './json.ts'

/** What Slack sends to an app. */
export type PayloadKind = 'slash_commands' | 'interactive' | 'events_api'

/** How a payload fared: the app's answer, or Slack's word for the failure. */
export type Delivery =
  | { readonly outcome: 'acked'; readonly payload: Fields }
  | { readonly outcome: 'failed'; readonly word: 'operation_timeout' | 'dispatch_failed' }

/** The way to the app, whichever transport it chose. */
export interface AppLink {
  /** Sends one payload and waits for the app's ack, three seconds at most. */
  deliver(kind: PayloadKind, payload: Fields, acceptsResponsePayload: boolean): Promise<Delivery>
}
