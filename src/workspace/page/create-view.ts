import type { Acts } from './acts.ts'
import type { HeldInMessages } from './held.ts'
import type { Sending } from './sending.ts'
import type { PageChannel, PageGroup, PagePerson } from './state.ts'
import type { Store } from './store.ts'
import type { Tour } from './tour.ts'
import type { View } from './view.ts'

interface Parts {
  readonly store: Store
  readonly acts: Acts
  readonly tour: Tour
  readonly sending: Sending
  readonly held: HeldInMessages
  readonly acting: string
  readonly channelId: string
  readonly people: readonly PagePerson[]
  readonly channels: readonly PageChannel[]
  readonly groups: readonly PageGroup[]
}

/** Makes what the drawing functions need of the page, for one person and channel. */
export function createView(parts: Parts): View {
  const { store, acts, tour, sending, held, acting, channelId, people, channels, groups } = parts
  return {
    acting,
    channelId,
    people,
    channels,
    sending,
    nameOf: (id) => (id === 'USLACKBOT' ? 'Slackbot' : (people.find((one) => one.id === id)?.role ?? id)),
    channelNameOf: (id) => channels.find((channel) => channel.id === id)?.name ?? null,
    handleOf: (id) => {
      const group = groups.find((one) => one.id === id)
      return group === undefined ? null : `@${group.handle}`
    },
    now: () => (Date.now() + store.clockAhead) / 1_000,
    openThread: (ts, channel) => acts.openThread(ts, channel),
    heldIn: (ts) => held.of(`${acting} ${channelId} ${ts}`),
    tell: (words) => store.show({ status: words }),
    askFirst: (confirm) => acts.askFirst(confirm),
    noticed: (act) => tour.noticed(act),
    post: (path, body) => acts.post(path, body),
  }
}
