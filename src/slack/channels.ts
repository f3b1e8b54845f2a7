import type { WebClient } from '@slack/web-api'
import { errorOf } from './post.ts'

/** Whether a channel is shared with another organisation. */
export type IsShared = (channel: string) => Promise<boolean>

/** Milliseconds that an answer of Slack is good for, and how many channels are remembered. */
const GOOD_FOR = 5 * 60_000
const REMEMBERED = 1_000

/**
 * Asks Slack whether a channel is shared, and remembers it for five minutes. A channel that the bot cannot see (a private
 * one that it is not in) counts as not shared: nothing can be posted there, and what one person is told, that person may know.
 */
export function sharedChannels(client: WebClient, now: () => number): IsShared {
  const known = new Map<string, { readonly isShared: boolean; readonly until: number }>()
  return async (channel) => {
    const before = known.get(channel)
    if (before !== undefined && before.until > now()) return before.isShared
    const isShared = await ask(client, channel)
    known.delete(channel)
    known.set(channel, { isShared, until: now() + GOOD_FOR })
    for (const oldest of known.keys()) {
      if (known.size <= REMEMBERED) break
      known.delete(oldest)
    }
    return isShared
  }
}

async function ask(client: WebClient, channel: string): Promise<boolean> {
  try {
    const { channel: told } = await client.conversations.info({ channel })
    return told?.is_ext_shared === true || told?.is_pending_ext_shared === true
  } catch (error) {
    if (errorOf(error) === 'channel_not_found') return false
    throw error
  }
}
