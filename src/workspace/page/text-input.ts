/// <reference lib="dom" />
import { html } from 'htm/preact'
import type { ComponentChild } from 'preact'
import { asFields, asList, asText, type Fields } from '../json.ts'
import { plainText } from './text.ts'
import { asOne, attributesOf, drawFailure, useHeld, useSend } from './use-send.ts'
import type { Place } from './view.ts'

interface Props {
  readonly element: Fields
  readonly place: Place
}

const KINDS: { readonly [type: string]: string } = {
  number_input: 'decimal',
  email_text_input: 'email',
  url_text_input: 'url',
}

/** An input of text, a number, an address or rich text. Where it acts, it does on Enter or on each character, as it says. */
export function TextInput({ element, place }: Props): ComponentChild {
  const { words, send } = useSend(place, element)
  const [value, hold] = useHeld(place, element, asOne)
  const type = asText(element['type'])
  const triggers = asList(asFields(element['dispatch_action_config'])?.['trigger_actions_on'])
  const onEachCharacter = triggers.includes('on_character_entered')
  const onEnter = triggers.length === 0 || triggers.includes('on_enter_pressed')
  const isLong = element['multiline'] === true || type === 'rich_text_input'
  const change = (event: Event): void => {
    const next = (event.currentTarget as HTMLInputElement).value
    hold(next)
    if (place.isActing && onEachCharacter) void send(next)
  }
  const press = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || (isLong && !event.ctrlKey && !event.metaKey)) return
    if (!place.isActing || !onEnter) return
    // Enter means this input, not the whole view.
    event.preventDefault()
    void send(value)
  }
  const placeholder = plainText(element['placeholder'])
  const common = {
    value,
    placeholder,
    maxlength: element['max_length'],
    onInput: change,
    onKeyDown: press,
    ...attributesOf(place, element, placeholder || 'Text'),
  }
  const lines = Math.max(3, Number(element['min_lines'] ?? 0))
  const control = isLong
    ? html`<textarea rows=${lines} ...${common}></textarea>`
    : html`<input type="text" inputmode=${KINDS[type] ?? 'text'} spellcheck=${false} ...${common} />`
  return html`<span class="control wide">${control} ${drawFailure(words)}</span>`
}
