import { asList } from '../json.ts'
import { type Findings, refuse } from './findings.ts'
import { bool, byType, type Check, int, list, num, object, oneOf, optional, shown, tooLong } from './kit.ts'
import { richTextValue } from './rich-text.ts'

const CELL = 10_000
/** The row of heads counts. */
const DATA_ROWS = { lower: 101, higher: 201 }
const rawText = object({ type: oneOf('raw_text'), text: shown(1, CELL) })
const rawNumber = object({ type: oneOf('raw_number'), value: num, text: shown(1, CELL) })
const cell = byType({ raw_text: rawText, raw_number: rawNumber, rich_text: richTextValue })
const headCell = byType({ raw_text: rawText, raw_number: rawNumber })

/** The fields of a table block: at most 100 rows of 20 cells, none of them empty, 10,000 characters in all. */
export const tableFields = {
  rows: budgeted(10_000, list(1, 100, list(1, 20, cell))),
  column_settings: optional(
    list(0, 20, object({ align: optional(oneOf('left', 'center', 'right')), is_wrapped: optional(bool) })),
  ),
}

/** The fields of a data_table block: a caption, a row of heads and at least one of values, all of one length. */
export const dataTableFields = {
  caption: shown(1, 3_000),
  rows: ownBudget(20_000, dataRows),
  page_size: optional(int(1, 100)),
  row_header_column_index: optional(int(0, 19)),
}

/** A message holds one table. */
export const countTable = (_value: unknown, at: string, findings: Findings): void => {
  findings.tables += 1
  if (findings.tables > 1) refuse(findings, at, 'only one table allowed')
}

function dataRows(value: unknown, at: string, findings: Findings): void {
  list(2, DATA_ROWS, () => undefined)(value, at, findings)
  const rows = asList(value)
  const width = asList(rows[0]).length
  rows.forEach((row, index) => {
    list(1, 20, index === 0 ? headCell : cell)(row, `${at}/${index}`, findings)
    if (Array.isArray(row) && row.length !== width)
      refuse(findings, `${at}/${index}`, `must have ${width} cells like the first row`)
  })
}

function budgeted(max: number, check: Check): Check {
  return (value, at, findings) => {
    const before = findings.textLength
    check(value, at, findings)
    const length = findings.textLength - before
    if (length > max) tooLong(findings, at, max, length)
  }
}

// A data table's cells do not count towards the message: it has a budget of its own.
function ownBudget(max: number, check: Check): Check {
  return (value, at, findings) => {
    const before = findings.textLength
    budgeted(max, check)(value, at, findings)
    findings.textLength = before
  }
}
