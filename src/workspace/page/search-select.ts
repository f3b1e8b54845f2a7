/// <reference lib="dom" />
import { html } from 'htm/preact'
import type { ComponentChild } from 'preact'
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { asList, type Fields } from '../json.ts'
import { type Choice, flatten, groupsOf, readChoice } from './choices.ts'
import { holdsSeveral, type Value } from './held.ts'
import { drawOptions } from './options-list.ts'
import { plainText } from './text.ts'
import { useFound } from './use-found.ts'
import { asSeveral, attributesOf, drawFailure, useHeld, useSend } from './use-send.ts'
import type { Place } from './view.ts'

interface Props {
  readonly element: Fields
  readonly place: Place
}

/** A select with a search: of several choices, or of one that only the app knows. What is chosen stands before it. */
export function SearchSelect({ element, place }: Props): ComponentChild {
  const several = holdsSeveral(element)
  const { isBusy, words, send } = useSend(place, element)
  const [chosen, holdList] = useHeld<Value>(place, element, (value) => value)
  const list = typeof chosen === 'string' ? (chosen === '' ? [] : [chosen]) : asSeveral(chosen)
  const [query, setQuery] = useState('')
  const [isOpen, setOpen] = useState(false)
  const [at, setAt] = useState(0)
  const [isChanged, setChanged] = useState(false)
  const known = useRef(new Map<string, Choice>())
  const input = useRef<HTMLInputElement>(null)
  const found = useFound(place, element, query, isOpen)
  const choices = flatten(found.groups)
  for (const choice of [...flatten(groupsOf(element, place.surface.view)), ...startOf(element), ...choices])
    known.current.set(choice.value, choice)

  const hold = (next: readonly string[]): void => {
    holdList(several ? next : (next[0] ?? null))
    if (several) setChanged(true)
    else if (place.isActing && next[0] !== undefined) void send(next[0])
  }
  const choose = ({ value }: Choice): void => {
    const most = Number(element['max_selected_items'] ?? Number.POSITIVE_INFINITY)
    if (!several) hold([value])
    else if (list.includes(value)) hold(list.filter((one) => one !== value))
    else if (list.length < most) hold([...list, value])
    setQuery('')
    if (!several) setOpen(false)
  }
  // Slack sends several choices once, when their list is closed.
  const leave = (event: FocusEvent): void => {
    const box = event.currentTarget as HTMLElement
    if (event.relatedTarget instanceof Node && box.contains(event.relatedTarget)) return
    setOpen(false)
    if (!isChanged) return
    setChanged(false)
    if (place.isActing) void send(list)
  }
  const press = (event: KeyboardEvent): void => {
    const { key } = event
    const active = choices[at]
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      setOpen(true)
      setAt((at + (key === 'ArrowDown' ? 1 : -1) + choices.length) % Math.max(1, choices.length))
    } else if (key === 'Enter' && isOpen) {
      if (active !== undefined) choose(active)
    } else if (key === 'Escape' && isOpen) {
      event.stopPropagation()
      setOpen(false)
    } else return
    event.preventDefault()
  }
  const id = useId()
  useLayoutEffect(() => {
    if (isOpen) document.getElementById(`${id}-${at}`)?.scrollIntoView({ block: 'nearest' })
  }, [isOpen, at, id])
  const placeholder = plainText(element['placeholder']) || (several ? 'Choose any' : 'Choose')
  return html`<span class="control search" onFocusOut=${leave}>
    ${list.map((value) => drawChip(known.current.get(value)?.label ?? value, () => remove(value)))}
    <input
      type="text"
      role="combobox"
      autocomplete="off"
      spellcheck=${false}
      ref=${input}
      value=${query}
      placeholder=${placeholder}
      aria-expanded=${isOpen ? 'true' : 'false'}
      aria-controls=${id}
      aria-autocomplete="list"
      aria-activedescendant=${isOpen && choices[at] !== undefined ? `${id}-${at}` : undefined}
      aria-busy=${isBusy ? 'true' : undefined}
      onClick=${() => setOpen(true)}
      onInput=${(event: Event) => {
        setQuery((event.currentTarget as HTMLInputElement).value)
        setAt(0)
        setOpen(true)
      }}
      onKeyDown=${press}
      ...${attributesOf(place, element, placeholder)}
    />
    ${drawOptions({ id, isOpen, several, found, at, chosen: list, choose })}
    ${drawFailure(words)}
  </span>`

  function remove(value: string): void {
    hold(list.filter((one) => one !== value))
    input.current?.focus()
  }
}

function drawChip(label: string, remove: () => void): ComponentChild {
  return html`<button type="button" class="chip" aria-label=${`Remove ${label}`} onClick=${remove}>
    ${label} <span aria-hidden="true">✕</span>
  </button>`
}

function startOf(element: Fields): readonly Choice[] {
  const { initial_option: one, initial_options: several } = element
  return [...(one === undefined ? [] : [one]), ...asList(several)].map(readChoice)
}
