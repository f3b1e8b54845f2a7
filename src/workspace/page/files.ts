/// <reference lib="dom" />
import { html } from 'htm/preact'
import type { ComponentChild } from 'preact'
import { asText, type Fields } from '../json.ts'
import { fileSource } from './picture.ts'
import { objects } from './state.ts'

/** Draws the files of a message: name and size, and the picture if it is one. */
export function drawFiles(files: unknown): readonly ComponentChild[] {
  return objects(files).map((file) => {
    const source = fileSource(asText(file['id']))
    const name = asText(file['title']) || asText(file['name'], 'file')
    const isPicture = /^image\/(png|jpeg|gif)$/.test(asText(file['mimetype']))
    const alt = asText(file['alt_txt']) || name
    return html`<div class="file">
      ${isPicture ? html`<img src=${source} alt=${alt} />` : null}
      <a href=${source} download=${asText(file['name'], name)}>${name}</a>
      <span class="size">${sizeOf(file)}</span>
    </div>`
  })
}

/** `820 bytes`, `1.4 KB`, `2 MB`. */
function sizeOf(file: Fields): string {
  const { size } = file
  if (typeof size !== 'number') return ''
  if (size < 1_000) return `${size} bytes`
  const [unit, length] = size < 1_000_000 ? (['KB', 1_000] as const) : (['MB', 1_000_000] as const)
  return `${(size / length).toLocaleString('en', { maximumFractionDigits: 1 })} ${unit}`
}
