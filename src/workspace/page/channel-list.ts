/// <reference lib="dom" />
import { html } from 'htm/preact'
import type { ComponentChild } from 'preact'
import type { Acts } from './acts.ts'
import type { PageState } from './state.ts'
import { type Seen, unreadIn } from './unread.ts'

interface Props {
  readonly state: PageState
  readonly isHome: boolean
  readonly seen: Seen
  readonly acts: Acts
}

/** The channels, with how many messages in them nobody has looked at, and the app. */
export function ChannelList({ state, isHome, seen, acts }: Props): ComponentChild {
  const items = state.channels.map(({ id, name }) => {
    const isOpen = !isHome && id === state.channel.id
    const unread = isOpen ? 0 : unreadIn(seen, state, id)
    return html`<li key=${id}>
      <button
        type="button"
        class=${unread > 0 ? 'unread' : ''}
        aria-current=${isOpen ? 'true' : undefined}
        onClick=${() => acts.openChannel(id)}
      >
        <span class="name"><span class="mark-of" aria-hidden="true">#</span> ${name}</span>
        ${
          unread === 0
            ? null
            : html`<span class="count">${unread > 99 ? '99+' : unread}<span class="hidden-text"> unread</span></span>`
        }
      </button>
    </li>`
  })
  return html`<nav data-pane="channels" aria-label="Channels">
    <h2>Channels</h2>
    <ul>${items}</ul>
    <h2>Apps</h2>
    <ul>
      <li>
        <button type="button" aria-current=${isHome ? 'true' : undefined} onClick=${() => acts.openHome()}>
          <span class="name"><span class="mark-of" aria-hidden="true">▸</span> Firebreak</span>
        </button>
      </li>
    </ul>
  </nav>`
}
