/// <reference lib="dom" />
import { html } from 'htm/preact'
import type { ComponentChild } from 'preact'

const COLOURS = 6

/** The first letters of a name on a colour of its own. It says nothing that is not written beside it. */
export function drawAvatar(name: string): ComponentChild {
  const initials = name
    .split(/[^\p{L}\p{N}]+/u)
    .slice(0, 2)
    .map((word) => word.slice(0, 1).toUpperCase())
    .join('')
  const sum = [...name].reduce((total, sign) => total + (sign.codePointAt(0) ?? 0), 0)
  return html`<span class=${`avatar colour-${sum % COLOURS}`} aria-hidden="true">${initials}</span>`
}
