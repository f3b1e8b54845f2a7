/// <reference lib="dom" />
import { html } from 'htm/preact'
import type { ComponentChild } from 'preact'
import { asFields, type Fields } from '../json.ts'
import { drawElement } from './elements.ts'
import { drawPicture } from './picture.ts'
import { objects } from './state.ts'
import { drawText } from './text.ts'
import type { Place } from './view.ts'

/** Draws a card block: a picture, an icon beside title and subtitle, words, buttons. */
export function drawCard(block: Fields, place: Place): ComponentChild {
  const { view } = place.surface
  const text = (name: string): ComponentChild =>
    block[name] === undefined ? null : html`<div class=${`card-${name}`}>${drawText(block[name], view)}</div>`
  const picture = (name: string): ComponentChild => {
    const image = asFields(block[name])
    return image === null ? null : html`<div class=${`card-${name}`}>${drawPicture(image)}</div>`
  }
  const actions = objects(block['actions']).map((element) => drawElement(element, place))
  return html`<div class="card">
    ${picture('hero_image')}
    <div class="card-head">
      ${picture('icon')}
      <div>${text('title')} ${text('subtitle')}</div>
    </div>
    ${text('body')} ${text('subtext')}
    ${actions.length === 0 ? null : html`<div class="elements">${actions}</div>`}
  </div>`
}
