import type { PageState } from './state.ts'

/** How many messages of each channel were on show when it was last looked at. */
export type Seen = { readonly [channelId: string]: number }

/** What is seen after this state was shown: all of the open channel, and never more than a channel has. */
export function afterLook(seen: Seen, { channels }: PageState, open: string | null): Seen {
  const counts = channels.map(({ id, count }) => {
    const before = Math.min(seen[id] ?? 0, count)
    return [id, id === open ? count : before] as const
  })
  return Object.fromEntries(counts)
}

/** How many messages of a channel nobody has looked at here. */
export function unreadIn(seen: Seen, { channels }: PageState, channelId: string): number {
  const count = channels.find(({ id }) => id === channelId)?.count ?? 0
  return Math.max(0, count - (seen[channelId] ?? 0))
}
