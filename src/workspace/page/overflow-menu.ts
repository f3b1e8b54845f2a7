/// <reference lib="dom" />
import { html } from 'htm/preact'
import { type ComponentChild, h } from 'preact'
import { asText, type Fields } from '../json.ts'
import { readChoice } from './choices.ts'
import { Menu } from './menu.ts'
import { isLinkable } from './mrkdwn.ts'
import { objects } from './state.ts'
import { keyOf } from './surface.ts'
import { drawFailure, useSend } from './use-send.ts'
import type { Place } from './view.ts'

interface Props {
  readonly element: Fields
  readonly place: Place
}

/** An overflow menu. */
export function OverflowMenu({ element, place }: Props): ComponentChild {
  const { isBusy, words, send } = useSend(place, element)
  const { view } = place.surface
  const items = objects(element['options']).map((option) => {
    const { value, label, description } = readChoice(option)
    const url = asText(option['url'])
    const choose = async (): Promise<void> => {
      if (isLinkable(url)) window.open(url, '_blank', 'noopener,noreferrer')
      if (await send(value)) view.noticed({ kind: 'press', label, person: view.acting })
    }
    return { label, description, choose: () => void choose() }
  })
  const label = asText(element['accessibility_label']) || 'More actions'
  const focusKey = keyOf(place, element)
  return html`<span class="control">${h(Menu, { label, sign: '⋯', items, isBusy, focusKey })} ${drawFailure(words)}</span>`
}
