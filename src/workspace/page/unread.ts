import type { PageState } from './state.ts'

/** How many messages of each channel were on show when it was last looked at. */
export type Seen = { readonly [channelId: string]: number }

/** What is seen after this state was shown: all of the open channel, and never more than a channel has. */
export function afterLook(seen: Seen, { counts }: PageState, open: string | null): Seen {
  const looked = Object.entries(counts).map(([id, count]) => {
    const before = Math.min(seen[id] ?? 0, count)
    return [id, id === open ? count : before] as const
  })
  return Object.fromEntries(looked)
}

/** How many messages of a channel nobody has looked at here. */
export function unreadIn(seen: Seen, { counts }: PageState, channelId: string): number {
  return Math.max(0, (counts[channelId] ?? 0) - (seen[channelId] ?? 0))
}
