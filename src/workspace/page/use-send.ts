/// <reference lib="dom" />
import { html } from 'htm/preact'
import type { ComponentChild } from 'preact'
import { useState } from 'preact/hooks'
import { asFields, asText, type Fields } from '../json.ts'
import { isStateful, type Value } from './held.ts'
import { useStanding } from './sending.ts'
import { keyOf, sendingKeyOf } from './surface.ts'
import type { Place } from './view.ts'

/** One control's way to the app. */
export interface Send {
  readonly isBusy: boolean
  readonly words: string
  /** Asks where the element says so, and sends. True when it was acked; false also for a second press meanwhile. */
  readonly send: (value: Value) => Promise<boolean>
}

/** Sends what a control does, with its confirm dialog and Slack's failure words. */
export function useSend(place: Place, element: Fields): Send {
  const { surface, blockId } = place
  const { view } = surface
  const { sending } = view
  const key = sendingKeyOf(place, element)
  const { isBusy, words } = useStanding(sending, key)
  const send = async (value: Value): Promise<boolean> => {
    // What a control shows is what the app hears last; a second press of a button is none.
    if (sending.of(key).isBusy) {
      if (isStateful(element)) sending.queue(key, value)
      return false
    }
    const confirm = asFields(element['confirm'])
    if (confirm !== null && !(await view.askFirst(confirm))) return false
    // The dialog may have been opened twice.
    if (sending.of(key).isBusy) return false
    sending.begin(key)
    const { outcome, words: told } = await surface.act(blockId, asText(element['action_id']), value)
    const isAcked = outcome === 'acked'
    const failure = isAcked ? '' : told || 'Nothing happened.'
    sending.end(key, failure)
    // Beside a control that is gone meanwhile nobody would read it.
    if (!isAcked && document.querySelector(`[data-key="${CSS.escape(keyOf(place, element))}"]`) === null)
      view.tell(failure)
    const next = sending.takeQueued(key)
    return next === undefined ? isAcked : send(next.value)
  }
  return { isBusy, words, send }
}

/** Slack's failure words, in Slack's place: beside what was pressed. */
export function drawFailure(words: string): ComponentChild {
  return words === '' ? null : html`<span class="failure" role="status">⚠️ ${words}</span>`
}

/** What a control holds, kept by its surface. */
export function useHeld<T extends Value>(
  { surface, blockId }: Place,
  element: Fields,
  read: (value: Value) => T,
): readonly [T, (value: T) => void] {
  const [value, setValue] = useState(() => read(surface.held.valueOf(blockId, element)))
  return [
    value,
    (next) => {
      surface.held.hold(blockId, element, next)
      setValue(next)
      surface.changed(blockId)
    },
  ]
}

/** Reads one value. */
export function asOne(value: Value): string {
  return typeof value === 'string' ? value : ''
}

/** Reads several values. */
export function asSeveral(value: Value): readonly string[] {
  return Array.isArray(value) ? (value as readonly string[]) : []
}

/** The attributes that every control has: its name, its focus key, and what is wrong with it. */
export function attributesOf(
  place: Place,
  element: Fields,
  label: string,
): { readonly [name: string]: unknown } {
  const given = asText(element['accessibility_label']) || label
  return {
    'data-key': keyOf(place, element),
    ...(element['focus_on_load'] === true && { 'data-focus-first': '' }),
    ...(place.labelledBy === null ? { 'aria-label': given } : { 'aria-labelledby': place.labelledBy }),
    ...(place.describedBy !== null && { 'aria-describedby': place.describedBy }),
    ...(place.isWrong && { 'aria-invalid': 'true' }),
    ...(place.isRequired && { 'aria-required': 'true' }),
  }
}
