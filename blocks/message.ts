import type { KnownBlock } from '@slack/types'

/** What every card function returns. `text` is the push notification and the screen reader's line; it is never empty. */
export interface Message {
  readonly text: string
  readonly blocks: KnownBlock[]
}
