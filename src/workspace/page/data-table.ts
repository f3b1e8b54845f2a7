/// <reference lib="dom" />
import { html } from 'htm/preact'
import type { ComponentChild } from 'preact'
import { useState } from 'preact/hooks'
import { asFields, asList, asText, type Fields } from '../json.ts'
import { drawCell, drawScrolling, wordsOf } from './table.ts'
import type { View } from './view.ts'

interface Props {
  readonly block: Fields
  readonly view: View
}

type Order = 'ascending' | 'descending'

/** A data table: sorted by a press on a head, shown page by page. */
export function DataTable({ block, view }: Props): ComponentChild {
  const [sorted, setSorted] = useState<{ readonly column: number; readonly order: Order } | null>(null)
  const [page, setPage] = useState(0)
  const [head = [], ...given] = asList(block['rows']).map(asList)
  const rows = sorted === null ? given : sortRows(given, sorted.column, sorted.order)
  const size = Math.max(1, Number(block['page_size'] ?? 5))
  const pages = Math.max(1, Math.ceil(rows.length / size))
  const at = Math.min(page, pages - 1)
  const caption = asText(block['caption'])
  const rowHead = Number(block['row_header_column_index'] ?? 0)

  const sortBy = (column: number): void => {
    const isTurned = sorted?.column === column && sorted.order === 'ascending'
    setSorted({ column, order: isTurned ? 'descending' : 'ascending' })
    setPage(0)
  }
  const heads = head.map((cell, column) => {
    const order = sorted?.column === column ? sorted.order : undefined
    const sign = order === undefined ? '' : order === 'ascending' ? ' ▲' : ' ▼'
    return html`<th scope="col" class=${alignOf(given[0]?.[column])} aria-sort=${order}>
      <button type="button" class="sort" onClick=${() => sortBy(column)}>${wordsOf(cell)}${sign}</button>
    </th>`
  })
  const shown = rows.slice(at * size, (at + 1) * size)
  const body = shown.map(
    (row) =>
      html`<tr>${row.map((cell, column) => {
        const inside = drawCell(cell, view)
        return column === rowHead
          ? html`<th scope="row">${inside}</th>`
          : html`<td class=${alignOf(cell)}>${inside}</td>`
      })}</tr>`,
  )
  const table = html`<table>
    <caption>${caption}</caption>
    <thead><tr>${heads}</tr></thead>
    <tbody>${body}</tbody>
  </table>`
  return html`<div>
    ${drawScrolling(caption, table)}
    <p class="pages">
      <span role="status">${`${rangeOf(at, size, rows.length)} of ${rows.length.toLocaleString('en')} rows`}</span>
      ${pages === 1 ? null : turn('Previous rows', at - 1)} ${pages === 1 ? null : turn('Next rows', at + 1)}
    </p>
  </div>`

  function turn(words: string, to: number): ComponentChild {
    const isThere = to >= 0 && to < pages
    return html`<button
      type="button"
      class="button"
      aria-disabled=${isThere ? undefined : 'true'}
      onClick=${() => isThere && setPage(to)}
    >${words}</button>`
  }
}

// Numbers stand under each other.
function alignOf(cell: unknown): string {
  return asFields(cell)?.['type'] === 'raw_number' ? 'right' : ''
}

function rangeOf(page: number, size: number, rows: number): string {
  return `${Math.min(rows, page * size + 1)}–${Math.min(rows, (page + 1) * size)}`
}

/** Sorts by what the cells of a column hold: numbers as numbers, words as people count. */
function sortRows(
  rows: readonly (readonly unknown[])[],
  column: number,
  order: Order,
): readonly (readonly unknown[])[] {
  const turned = order === 'ascending' ? 1 : -1
  return rows.toSorted((a, b) => turned * compare(asFields(a[column]) ?? {}, asFields(b[column]) ?? {}))
}

function compare(a: Fields, b: Fields): number {
  const { value: one } = a
  const { value: other } = b
  if (typeof one === 'number' && typeof other === 'number') return one - other
  return sortingWords(a).localeCompare(sortingWords(b), 'en', { numeric: true })
}

function sortingWords(cell: Fields): string {
  return cell['type'] === 'rich_text' ? JSON.stringify(cell['elements']) : wordsOf(cell)
}
