/// <reference lib="dom" />
import { html } from 'htm/preact'
import type { ComponentChild } from 'preact'
import type { Acts } from './acts.ts'
import type { PageState } from './state.ts'

interface Props {
  readonly state: PageState
  readonly acting: string
  readonly isWireOpen: boolean
  readonly areHintsOn: boolean
  readonly acts: Acts
  readonly toggleHints: () => void
}

/** What the page is, who one is, and what can be shown beside the channel. */
export function TopBar({ state, acting, isWireOpen, areHintsOn, acts, toggleHints }: Props): ComponentChild {
  const people = state.people.filter(({ isBot }) => !isBot)
  return html`<header class="top">
    <p class="what">
      <strong>Firebreak</strong> <span class="long">workspace </span>simulator
      <span class="where"> · local, nothing here reaches Slack or AWS</span>
    </p>
    <div class="who">
      <label for="as">Act as</label>
      <select
        id="as"
        value=${acting}
        onChange=${(event: Event) => acts.become((event.currentTarget as HTMLSelectElement).value)}
      >
        ${people.map(({ id, role }) => html`<option value=${id}>${role}</option>`)}
      </select>
      <button type="button" class="button toggle wire-toggle" aria-pressed=${isWireOpen} onClick=${() => acts.toggleWire()}>Wire</button>
      ${
        state.play === null || state.play.hints.length === 0
          ? null
          : html`<button type="button" id="hints-toggle" class="button toggle" aria-pressed=${areHintsOn} onClick=${toggleHints}>Hints</button>`
      }
    </div>
  </header>`
}
