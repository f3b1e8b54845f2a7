/// <reference lib="dom" />
import { html } from 'htm/preact'
import type { ComponentChild, ComponentChildren } from 'preact'
import { asFields, asList, asText, type Fields } from '../json.ts'
import { drawRichText } from './rich-text.ts'
import type { View } from './view.ts'

/** Draws a table block; its first row is its head. It scrolls in a region of its own. */
export function drawTable(block: Fields, view: View): ComponentChild {
  const [head = [], ...rows] = asList(block['rows']).map(asList)
  const alignOf = (column: number): string => {
    const align = asFields(asList(block['column_settings'])[column])?.['align']
    return align === 'right' || align === 'center' ? align : ''
  }
  const cells = (row: readonly unknown[]): readonly ComponentChild[] =>
    row.map((cell, column) => html`<td class=${alignOf(column)}>${drawCell(cell, view)}</td>`)
  const table = html`<table>
    <thead>
      <tr>${head.map((cell, column) => html`<th scope="col" class=${alignOf(column)}>${drawCell(cell, view)}</th>`)}</tr>
    </thead>
    <tbody>${rows.map((row) => html`<tr>${cells(row)}</tr>`)}</tbody>
  </table>`
  return drawScrolling(`Table: ${head.map(wordsOf).join(', ')}`, table)
}

/** A region that scrolls sideways by itself and can be reached by keyboard. */
export function drawScrolling(label: string, inside: ComponentChildren): ComponentChild {
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${label}>${inside}</div>`
}

/** Draws the content of a cell. */
export function drawCell(cell: unknown, view: View): ComponentChildren {
  const fields = asFields(cell) ?? {}
  return fields['type'] === 'rich_text' ? drawRichText(fields, view) : wordsOf(fields)
}

/** The words of a cell; a number without words of its own is written with commas. */
export function wordsOf(cell: unknown): string {
  const fields = asFields(cell) ?? {}
  const { value } = fields
  return asText(fields['text'], typeof value === 'number' ? value.toLocaleString('en') : '')
}
