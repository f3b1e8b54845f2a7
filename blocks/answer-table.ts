import type { RawTextElement, TableBlock } from '@slack/types'
import type { Table } from '../src/model/answer.ts'
import { fit, LIMITS } from './limits.ts'
import { visible } from './visible.ts'

/** What the table of an answer card may hold in all, so that the sentences around it have room. */
const TABLE_TEXT = 4_000

/** Draws as many rows as fit, whole ones only; `shown` says how many. Null when there is nothing to draw. */
export function answerTable(
  block_id: string,
  table: Table | null,
): { readonly block: TableBlock; readonly shown: number } | null {
  const columns = Math.min(table?.head.length ?? 0, LIMITS.tableColumns)
  if (table === null || columns === 0 || table.rows.length === 0) return null
  const cells = (row: readonly string[]): RawTextElement[] =>
    Array.from({ length: columns }, (_, at) => ({ type: 'raw_text', text: visible(row[at] ?? '') }))
  const head = cells(table.head)
  const rows = fit(
    table.rows.slice(0, LIMITS.tableRows).map(cells),
    size,
    TABLE_TEXT - size(head),
    LIMITS.tableRows,
  )
  const column_settings = head.map(() => ({ is_wrapped: true }))
  return { block: { type: 'table', block_id, rows: [head, ...rows], column_settings }, shown: rows.length }
}

function size(row: readonly RawTextElement[]): number {
  return row.reduce((sum, cell) => sum + cell.text.length, 0)
}
