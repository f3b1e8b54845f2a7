/// <reference lib="dom" />
import { asFields, asList, asText, type Fields } from '../json.ts'
import { askFirst } from './confirm.ts'
import { el } from './dom.ts'
import { plainText, unsupported } from './draw-inline.ts'
import type { View } from './view.ts'

/** Where an element stands: its message and block. */
export interface Place {
  readonly ts: string
  readonly blockId: string
}

/** Draws an element that can be acted on. */
export function drawElement(element: Fields, place: Place, view: View): HTMLElement {
  switch (element['type']) {
    case 'button':
      return drawButton(element, place, view)
    case 'overflow':
      return drawMenu(element, place, view)
    case 'static_select':
    case 'radio_buttons':
      return drawSelect(element, place, view, choicesOf(element), initialValue(element['initial_option']))
    case 'users_select':
      return drawSelect(element, place, view, peopleOf(view), asText(element['initial_user']))
    case 'datepicker':
      return drawDatePicker(element, place, view)
    case 'image':
      return el('span', { class: 'picture' }, `Picture: ${asText(element['alt_text'])}`)
    default:
      return unsupported('element', element['type'])
  }
}

function drawButton(element: Fields, place: Place, view: View): HTMLElement {
  const button = el('button', { type: 'button', class: asText(element['style']) }, plainText(element['text']))
  const label = asText(element['accessibility_label'])
  if (label !== '') button.setAttribute('aria-label', label)
  const holder = el('span', {}, button)
  const url = asText(element['url'])
  button.addEventListener('click', () => {
    void send(holder, button, element, place, view, null).then((sent) => {
      if (sent && /^https?:/i.test(url)) window.open(url, '_blank', 'noopener,noreferrer')
    })
  })
  keyed(button, element, place)
  return holder
}

function drawMenu(element: Fields, place: Place, view: View): HTMLElement {
  const items = el('div')
  const menu = el('details', { class: 'menu' }, el('summary', { 'aria-label': 'More actions' }, '⋯'), items)
  for (const option of choicesOf(element)) {
    const button = el('button', { type: 'button' }, option.label)
    button.addEventListener('click', () => {
      void send(menu, button, element, place, view, option.value).then((sent) => {
        if (sent) menu.open = false
      })
    })
    items.append(button)
  }
  menu.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !menu.open) return
    event.stopPropagation()
    menu.open = false
    menu.querySelector('summary')?.focus()
  })
  return menu
}

interface Choice {
  readonly value: string
  readonly label: string
}

function drawSelect(
  element: Fields,
  place: Place,
  view: View,
  choices: readonly Choice[],
  initial: string,
): HTMLElement {
  const words = plainText(element['placeholder']) || 'Choose'
  const select = el('select', { 'aria-label': words }, el('option', { value: '' }, words))
  for (const { value, label } of choices) select.append(el('option', { value }, label))
  select.value = initial
  const holder = el('span', {}, select)
  select.addEventListener('change', () => {
    if (select.value !== '') void send(holder, select, element, place, view, select.value)
  })
  keyed(select, element, place)
  return holder
}

function drawDatePicker(element: Fields, place: Place, view: View): HTMLElement {
  const words = plainText(element['placeholder']) || 'Choose a date'
  const input = el('input', { type: 'date', 'aria-label': words, value: asText(element['initial_date']) })
  const holder = el('span', {}, input)
  input.addEventListener('change', () => {
    if (input.value !== '') void send(holder, input, element, place, view, input.value)
  })
  keyed(input, element, place)
  return holder
}

type Control = HTMLButtonElement | HTMLSelectElement | HTMLInputElement

/** Asks where the element says so, sends, and shows Slack's failure words beside the control. True when it was acked. */
async function send(
  holder: HTMLElement,
  control: Control,
  element: Fields,
  place: Place,
  view: View,
  value: string | null,
): Promise<boolean> {
  holder.querySelector('.failure')?.remove()
  const confirm = asFields(element['confirm'])
  if (confirm !== null && !(await askFirst(confirm, view))) {
    control.focus()
    return false
  }
  control.disabled = true
  control.setAttribute('aria-busy', 'true')
  const { outcome, words = '' } = await view.act(place.ts, place.blockId, asText(element['action_id']), value)
  control.disabled = false
  control.removeAttribute('aria-busy')
  if (document.activeElement === document.body && control.isConnected) control.focus()
  if (outcome === 'acked') return true
  holder.append(el('span', { class: 'failure', role: 'status' }, ` ⚠️ ${words}`))
  return false
}

// Names the control, so that focus finds it again after its message was redrawn.
function keyed(control: HTMLElement, element: Fields, place: Place): void {
  control.dataset['key'] = `${place.ts} ${asText(element['action_id'])}`
}

function choicesOf(element: Fields): readonly Choice[] {
  const groups = asList(element['option_groups']).flatMap((group) => asList(asFields(group)?.['options']))
  return [...asList(element['options']), ...groups].map((option) => {
    const fields = asFields(option) ?? {}
    return { value: asText(fields['value']), label: plainText(fields['text']) }
  })
}

function initialValue(option: unknown): string {
  return asText(asFields(option)?.['value'])
}

function peopleOf(view: View): readonly Choice[] {
  return view.people().map(({ id, role }) => ({ value: id, label: role }))
}
