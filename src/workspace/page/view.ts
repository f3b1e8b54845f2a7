import type { Fields } from '../json.ts'
import type { Outcome } from './connection.ts'
import type { Held, Value } from './held.ts'
import type { Act } from './hint-progress.ts'
import type { Sending } from './sending.ts'
import type { PageChannel, PagePerson } from './state.ts'

/** What the drawing functions need of the page; another object when another person looks or a name changes. */
export interface View {
  /** The id of the person at the page. */
  readonly acting: string
  readonly channelId: string
  readonly people: readonly PagePerson[]
  readonly channels: readonly PageChannel[]
  readonly sending: Sending
  /** What a person is called here. */
  nameOf(userId: string): string
  channelNameOf(channelId: string): string | null
  /** `@handle` of a group of people; null for one that the page does not know. */
  handleOf(groupId: string): string | null
  /** Seconds since 1970 by the workspace's clock. */
  now(): number
  /** In the channel on show, or in another one, which is shown then. */
  openThread(ts: string, channel?: string): void
  /** What the controls of a message hold, by the message's ts; it outlives an edit of the message. */
  heldIn(ts: string): Held
  /** Says in the status line what has no better place. */
  tell(words: string): void
  /** Asks in a dialog; resolves to whether the person agreed. */
  askFirst(confirm: Fields): Promise<boolean>
  /** Tells the hints what the person did. */
  noticed(act: Act): void
  /** Sends what the person did. */
  post(path: string, body: object): Promise<Outcome>
}

/** Where blocks stand: a message, a modal or App Home. */
export interface Surface {
  /** Names the surface among all on the page. */
  readonly key: string
  readonly view: View
  readonly isModal: boolean
  /** What is wrong with an input, by block_id. */
  readonly errors: { readonly [blockId: string]: string }
  readonly held: Held
  /** Sends a press or choice and gives what became of it. */
  act(blockId: string, actionId: string, value: Value): Promise<Outcome>
  /** Asks the app for the options of an external select. */
  options(blockId: string, actionId: string, query: string): Promise<Outcome>
  /** An input was changed by hand. */
  changed(blockId: string): void
}

/** Where an element stands: its surface and block, and what its control is called. */
export interface Place {
  readonly surface: Surface
  readonly blockId: string
  /** True when a change is sent to the app at once. */
  readonly isActing: boolean
  /** The id of the label that names the control; null: the control names itself. */
  readonly labelledBy: string | null
  /** The ids of the hint and of what is wrong with the input. */
  readonly describedBy: string | null
  readonly isWrong: boolean
  readonly isRequired: boolean
}
