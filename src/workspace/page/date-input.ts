/// <reference lib="dom" />
import { html } from 'htm/preact'
import type { ComponentChild } from 'preact'
import { asText, type Fields } from '../json.ts'
import { plainText } from './text.ts'
import { asOne, attributesOf, drawFailure, useHeld, useSend } from './use-send.ts'
import type { Place } from './view.ts'

interface Props {
  readonly element: Fields
  readonly place: Place
}

const KINDS: { readonly [type: string]: { readonly input: string; readonly words: string } } = {
  datepicker: { input: 'date', words: 'Choose a date' },
  timepicker: { input: 'time', words: 'Choose a time' },
  datetimepicker: { input: 'datetime-local', words: 'Choose a date and time' },
}

/** A picker of a date, a time or both. What stands in it is UTC, as on the cards; a datetimepicker holds seconds. */
export function DateInput({ element, place }: Props): ComponentChild {
  const { isBusy, words, send } = useSend(place, element)
  const [value, hold] = useHeld(place, element, asOne)
  const type = asText(element['type'])
  const kind = KINDS[type] ?? { input: 'date', words: '' }
  const isBoth = type === 'datetimepicker'
  const label = plainText(element['placeholder']) || kind.words
  const change = (event: Event): void => {
    const typed = (event.currentTarget as HTMLInputElement).value
    const next = isBoth ? secondsOf(typed) : typed
    hold(next)
    if (place.isActing && isComplete(type, typed)) void send(next)
  }
  return html`<span class="control">
    <input
      type=${kind.input}
      value=${isBoth ? localOf(value) : value}
      aria-busy=${isBusy ? 'true' : undefined}
      onChange=${change}
      ...${attributesOf(place, element, label)}
    />
    ${type === 'datepicker' ? null : html`<span class="unit">UTC</span>`}
    ${drawFailure(words)}
  </span>`
}

// While a year is typed, the browser reports the years 0002, 0020 and 0202 too.
function isComplete(type: string, typed: string): boolean {
  return typed !== '' && (type === 'timepicker' || Number(typed.slice(0, 4)) >= 1970)
}

function secondsOf(local: string): string {
  const millis = Date.parse(`${local}Z`)
  return Number.isNaN(millis) ? '' : String(Math.trunc(millis / 1_000))
}

function localOf(seconds: string): string {
  const date = new Date(Number(seconds) * 1_000)
  return seconds === '' || Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 16)
}
