/// <reference lib="dom" />
import { html } from 'htm/preact'
import type { ComponentChild } from 'preact'
import { useId } from 'preact/hooks'
import { asList, type Fields } from '../json.ts'
import { readChoice } from './choices.ts'
import type { Value } from './held.ts'
import { objects } from './state.ts'
import { drawText } from './text.ts'
import { asSeveral, drawFailure, useHeld, useSend } from './use-send.ts'
import type { Place } from './view.ts'

interface Props {
  readonly element: Fields
  readonly place: Place
}

/** Radio buttons, of which one is marked, or checkboxes, of which any are. */
export function MarkInput({ element, place }: Props): ComponentChild {
  const isRadio = element['type'] === 'radio_buttons'
  const { isBusy, words, send } = useSend(place, element)
  const [marked, hold] = useHeld<Value>(place, element, (value) => value)
  const chosen = isRadio ? [marked] : asSeveral(marked)
  const change = (value: string, isMarked: boolean): void => {
    const order = asList(element['options']).map((option) => readChoice(option).value)
    const next = isRadio ? value : order.filter((one) => (one === value ? isMarked : chosen.includes(one)))
    hold(next)
    if (place.isActing) void send(next)
  }
  const { view } = place.surface
  const name = useId()
  const marks = objects(element['options']).map((option, at) => {
    const { value } = readChoice(option)
    return html`<label class="mark">
      <input
        type=${isRadio ? 'radio' : 'checkbox'}
        name=${name}
        value=${value}
        checked=${chosen.includes(value)}
        data-focus-first=${element['focus_on_load'] === true && at === 0 ? '' : undefined}
        aria-describedby=${place.describedBy ?? undefined}
        aria-invalid=${place.isWrong ? 'true' : undefined}
        onChange=${(event: Event) => change(value, (event.currentTarget as HTMLInputElement).checked)}
      />
      <span>${drawText(option['text'], view)}${
        option['description'] === undefined
          ? null
          : html`<small>${drawText(option['description'], view)}</small>`
      }</span>
    </label>`
  })
  const label =
    place.labelledBy === null ? { 'aria-label': 'Choices' } : { 'aria-labelledby': place.labelledBy }
  return html`<span class="control">
    <span class="marks" role=${isRadio ? 'radiogroup' : 'group'} aria-busy=${isBusy ? 'true' : undefined} ...${label}>
      ${marks}
    </span>
    ${drawFailure(words)}
  </span>`
}
