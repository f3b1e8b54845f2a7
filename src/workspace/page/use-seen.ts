/// <reference lib="dom" />
import { useEffect, useState } from 'preact/hooks'
import { keepSeen, readSeen } from './kept.ts'
import type { PageState } from './state.ts'
import { afterLook, type Seen } from './unread.ts'

/** What has been looked at in each channel; the open one is looked at now. */
export function useSeen(state: PageState, isHome: boolean): Seen {
  const [seen, setSeen] = useState(() => readSeen(state.team))
  const { counts, channel, team } = state
  useEffect(() => {
    const next = afterLook(seen, state, isHome ? null : channel.id)
    setSeen(next)
    keepSeen(team, next)
  }, [counts, channel.id, isHome])
  return seen
}
