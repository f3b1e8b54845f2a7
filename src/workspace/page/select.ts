/// <reference lib="dom" />
import { html } from 'htm/preact'
import type { ComponentChild } from 'preact'
import type { Fields } from '../json.ts'
import { type ChoiceGroup, groupsOf } from './choices.ts'
import { plainText } from './text.ts'
import { asOne, attributesOf, drawFailure, useHeld, useSend } from './use-send.ts'
import type { Place } from './view.ts'

interface Props {
  readonly element: Fields
  readonly place: Place
}

/** A select of one option, person or channel. */
export function Select({ element, place }: Props): ComponentChild {
  const { isBusy, words, send } = useSend(place, element)
  const [value, hold] = useHeld(place, element, asOne)
  const placeholder = plainText(element['placeholder']) || 'Choose'
  const change = (event: Event): void => {
    const chosen = (event.currentTarget as HTMLSelectElement).value
    hold(chosen)
    if (place.isActing && chosen !== '') void send(chosen)
  }
  return html`<span class="control">
    <select
      value=${value}
      aria-busy=${isBusy ? 'true' : undefined}
      onChange=${change}
      ...${attributesOf(place, element, placeholder)}
    >
      <option value="">${placeholder}</option>
      ${groupsOf(element, place.surface.view).map(drawGroup)}
    </select>
    ${drawFailure(words)}
  </span>`
}

function drawGroup({ label, choices }: ChoiceGroup): ComponentChild | readonly ComponentChild[] {
  const options = choices.map((choice) => html`<option value=${choice.value}>${choice.label}</option>`)
  return label === '' ? options : html`<optgroup label=${label}>${options}</optgroup>`
}
