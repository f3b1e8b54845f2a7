/// <reference lib="dom" />
import { html } from 'htm/preact'
import { type ComponentChild, h } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { asText } from '../json.ts'
import type { Acts } from './acts.ts'
import { Channel } from './channel.ts'
import { ChannelList } from './channel-list.ts'
import { Confirm } from './confirm.ts'
import { createView } from './create-view.ts'
import { HeldInMessages } from './held.ts'
import { Hints } from './hints.ts'
import { ModalStack } from './modal-stack.ts'
import { PlayBar } from './play-bar.ts'
import { Sending } from './sending.ts'
import { showMe } from './show-me.ts'
import type { PageState } from './state.ts'
import { roleOf, type Shown, type Store } from './store.ts'
import { ThreadPane } from './thread.ts'
import { TopBar } from './top-bar.ts'
import type { Tour } from './tour.ts'
import { useSeen } from './use-seen.ts'
import { Wire } from './wire.ts'

interface AppProps {
  readonly store: Store
  readonly acts: Acts
  readonly tour: Tour
}

/** The whole page. */
export function App({ store, acts, tour }: AppProps): ComponentChild {
  const [shown, setShown] = useState(store.shown)
  useEffect(() => store.listen(() => setShown(store.shown)), [store])
  const { state, status, live } = shown
  return html`
    <p id="connection" class="connection" role="status">${status}</p>
    ${state === null ? null : h(Panes, { shown, state, store, acts, tour })}
    <p class="hidden-text" aria-live="polite">${live}</p>
  `
}

interface PanesProps extends AppProps {
  readonly shown: Shown
  readonly state: PageState
}

function Panes({ shown, state, store, acts, tour }: PanesProps): ComponentChild {
  const { acting, isHome, threadTs, thread, pane, asking, isWireOpen, closing } = shown
  const { people, channels, groups, channel, play } = state
  const [sending] = useState(() => new Sending())
  const [held] = useState(() => new HeldInMessages())
  const drafts = useRef(new Map<string, string>())
  const progress = useProgress(tour)
  const seen = useSeen(state, isHome)
  const view = useMemo(
    () =>
      createView({
        store,
        acts,
        tour,
        sending,
        held,
        acting,
        channelId: channel.id,
        people,
        channels,
        groups,
      }),
    [store, acts, tour, sending, held, acting, channel.id, people, channels, groups],
  )
  const place = isHome ? 'Firebreak' : `#${channel.name}`
  useLayoutEffect(() => {
    document.title = `${place} · Acting as ${roleOf(shown)} · Firebreak workspace simulator`
  }, [place, acting])
  const hints = play?.hints ?? []
  const areHintsOn = hints.length > 0 && !progress.isOff
  const views = state.views.filter(({ id }) => !closing.includes(asText(id)))
  const classes = `panes on-${pane}${isHome ? ' at-home' : ''}`
  const toggleHints = (): void => tour.change({ ...tour.progress, isOff: areHintsOn })
  return html`
    ${h(TopBar, { state, acting, isWireOpen, areHintsOn, acts, toggleHints })}
    ${play === null ? null : h(PlayBar, { play, acts })}
    <div class=${classes}>
      ${h(ChannelList, { state, isHome, seen, acts })}
      ${h(Channel, { state, isHome, view, acts, drafts: drafts.current })}
      ${h(ThreadPane, { state, ts: threadTs, thread, view, acts })}
      ${
        areHintsOn
          ? h(Hints, {
              hints,
              progress,
              change: (next) => tour.change(next),
              showMe: (hint) => showMe(hint, acting, people, acts),
            })
          : null
      }
    </div>
    ${isWireOpen ? h(Wire, { changed: state, close: () => acts.toggleWire() }) : null}
    ${h(ModalStack, { views, view, acts })}
    ${asking === null ? null : h(Confirm, { asking, view })}
  `
}

function useProgress(tour: Tour): Tour['progress'] {
  const [progress, setProgress] = useState(tour.progress)
  useEffect(() => tour.listen(() => setProgress(tour.progress)), [tour])
  return progress
}
