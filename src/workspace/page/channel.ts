/// <reference lib="dom" />
import { html } from 'htm/preact'
import { type ComponentChild, h } from 'preact'
import { useMemo } from 'preact/hooks'
import type { Acts } from './acts.ts'
import { Composer } from './composer.ts'
import { Home } from './home.ts'
import { MessageList } from './message-list.ts'
import { drawNewcomer } from './newcomer.ts'
import type { PageState } from './state.ts'
import type { View } from './view.ts'
import { withOwn } from './with-own.ts'

interface Props {
  readonly state: PageState
  readonly isHome: boolean
  readonly view: View
  readonly acts: Acts
  readonly drafts: Map<string, string>
}

const EMPTY = 'No message yet. Type /firebreak help, or start with --replay FILE.'
const EMPTY_PLAYING = 'No message yet. The first card arrives in a few seconds. Or type /firebreak help.'
const EMPTY_PAUSED = 'Paused. Press Resume.'

/** The middle of the page: a channel with its composer, or App Home in its place. */
export function Channel({ state, isHome, view, acts, drafts }: Props): ComponentChild {
  const { channel, messages, ephemerals, play } = state
  const shown = useMemo(() => withOwn(messages, ephemerals, null), [messages, ephemerals])
  const shortcuts = useMemo(() => state.shortcuts.filter(({ kind }) => kind === 'message'), [state.shortcuts])
  const heading = isHome ? 'Firebreak' : `#${channel.name}`
  const list = h(MessageList, {
    key: `${view.acting} ${channel.id}`,
    label: `Messages in ${heading}`,
    messages: shown,
    older: state.older,
    empty: emptyWords(state),
    view,
    shortcuts,
    isInThread: false,
    above: play === null ? null : drawNewcomer(),
  })
  const inside = isHome
    ? h(Home, { home: state.home, view })
    : [list, h(Composer, { key: `${view.acting} ${channel.id}`, state, view, acts, drafts })]
  return html`<main data-pane="channel">
    <header class="pane-head">
      <button type="button" class="button icon back" aria-label="Back to channels" onClick=${() => acts.show('channels')}>←</button>
      <h1 id="channel-title" tabindex="-1">${heading}</h1>
      ${isHome ? html`<span class="quiet-words">App Home</span>` : null}
    </header>
    ${inside}
  </main>`
}

function emptyWords({ channel, channels, play }: PageState): string {
  // Cards come into the first channel.
  if (channel.id !== channels[0]?.id) return EMPTY
  if (play?.state === 'paused') return EMPTY_PAUSED
  return play?.state === 'playing' ? EMPTY_PLAYING : EMPTY
}
