/// <reference lib="dom" />
import { html } from 'htm/preact'
import type { ComponentChild } from 'preact'
import { asFields, asText, type Fields } from '../json.ts'
import { plainText } from './text.ts'

/** Draws an image block with its title. */
export function drawFigure(block: Fields): ComponentChild {
  const title = plainText(block['title'])
  return html`<figure>
    ${drawPicture(block)} ${title === '' ? null : html`<figcaption>${title}</figcaption>`}
  </figure>`
}

/** Draws an image element, or says what it shows: pictures of other sites are not loaded. */
export function drawPicture(image: Fields): ComponentChild {
  const alt = asText(image['alt_text'])
  const source = sourceOf(image)
  if (source === null) return html`<span class="picture">Picture: ${alt}</span>`
  return html`<img src=${source} alt=${alt} />`
}

/** Where the page loads a file of the workspace from. */
export function fileSource(id: string): string {
  return `file/${encodeURIComponent(id)}`
}

// The page speaks to this machine alone.
function sourceOf(image: Fields): string | null {
  const url = asText(image['image_url'])
  if (url.startsWith(`${location.origin}/`) || url.startsWith('data:image/')) return url
  const file = asFields(image['slack_file'])
  if (file === null) return null
  const [id] = /F[A-Z0-9]{8,}/.exec(asText(file['id']) || asText(file['url'])) ?? []
  return id === undefined ? null : fileSource(id)
}
