/// <reference lib="dom" />
import { html } from 'htm/preact'
import type { ComponentChild } from 'preact'
import type { Choice } from './choices.ts'
import type { Found } from './use-found.ts'

interface Options {
  readonly id: string
  readonly isOpen: boolean
  readonly several: boolean
  readonly found: Found
  /** Which choice the arrow keys have reached. */
  readonly at: number
  readonly chosen: readonly string[]
  readonly choose: (choice: Choice) => void
}

/** Draws the list under a search: what was found, or why there is nothing. */
export function drawOptions({ id, isOpen, several, found, at, chosen, choose }: Options): ComponentChild {
  let place = -1
  const option = (choice: Choice): ComponentChild => {
    place += 1
    const isChosen = chosen.includes(choice.value)
    return html`<div
      role="option"
      id=${`${id}-${place}`}
      class=${place === at ? 'option active' : 'option'}
      aria-selected=${isChosen ? 'true' : 'false'}
      onMouseDown=${(event: Event) => event.preventDefault()}
      onClick=${() => choose(choice)}
    >${several && isChosen ? '✓ ' : ''}${choice.label}${
      choice.description === '' ? null : html`<small>${choice.description}</small>`
    }</div>`
  }
  const groups = found.groups.map(({ label, choices }) => {
    const options = choices.map(option)
    if (label === '') return options
    return html`<div role="group" aria-label=${label}>
      <div class="group-label" role="presentation">${label}</div>
      ${options}
    </div>`
  })
  return html`<span class="options" hidden=${!isOpen}>
    <span role="listbox" id=${id} aria-label="Choices" aria-multiselectable=${several ? 'true' : undefined}>
      ${groups}
    </span>
    <span class="hint" role="status">${isOpen ? found.words : ''}</span>
  </span>`
}
