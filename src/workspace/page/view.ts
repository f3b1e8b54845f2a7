/// <reference lib="dom" />
import type { Fields } from '../json.ts'

export interface PagePerson {
  readonly id: string
  readonly name: string
  readonly role: string
  readonly isBot: boolean
}

/** What the server says about the channel on show. */
export interface PageState {
  readonly now: number
  readonly people: readonly PagePerson[]
  readonly channels: readonly { readonly id: string; readonly name: string }[]
  readonly channel: { readonly id: string; readonly name: string }
  readonly messages: readonly Fields[]
  readonly older: boolean
  readonly ephemerals: readonly Fields[]
}

/** What became of an act; `words` is shown beside what was pressed. */
export interface Outcome {
  readonly outcome: string
  readonly words?: string
}

/** What the drawing functions need of the page. */
export interface View {
  /** What a person is called here. */
  nameOf(userId: string): string
  channelNameOf(channelId: string): string | null
  people(): readonly PagePerson[]
  /** Seconds since 1970 by the workspace's clock. */
  now(): number
  /** Sends a press or choice and gives what became of it. */
  act(ts: string, blockId: string, actionId: string, value: string | null): Promise<Outcome>
  openThread(ts: string): void
}
