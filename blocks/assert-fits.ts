import type { ActionsBlock, ContextBlock, KnownBlock, RichTextBlock, TableBlock } from '@slack/types'
import { LIMITS } from './limits.ts'
import type { Message } from './message.ts'

/** Which budget a message has. */
export type Surface = 'incident' | 'notice' | 'other'

/**
 * Gives the message back, or throws naming every limit that it breaks. Builders cut data before they come here, so
 * a throw is a programming fault.
 */
export function assertFits(message: Message, surface: Surface = 'other'): Message {
  const { text, blocks } = message
  const ids = blocks.map((block) => block.block_id ?? '')
  const found = [
    length('text', text, surface === 'notice' ? LIMITS.noticeText : LIMITS.pushText),
    most('blocks', blocks.length, surface === 'incident' ? LIMITS.incidentBlocks : LIMITS.blocks),
    blocks.length === 0 ? 'no blocks' : null,
    new Set(ids).size < ids.length ? 'a block id is missing or stands twice' : null,
    most('tables', blocks.filter((block) => block.type === 'table').length, 1),
    most('all text', text.length + textLength(blocks), LIMITS.messageText),
    ...blocks.flatMap(ofBlock),
  ].filter((fault) => fault !== null)
  if (found.length > 0) throw new Error(`card over its limits: ${found.join('; ')}`)
  return message
}

type Fault = string | null

function ofBlock(block: KnownBlock): Fault[] {
  const id = length('block id', block.block_id ?? '', LIMITS.id)
  switch (block.type) {
    case 'header':
      return [id, length('header', block.text.text, LIMITS.header)]
    case 'rich_text':
      return [id, ...ofRichText(block)]
    case 'context':
      return [id, ...ofContext(block)]
    case 'actions':
      return [id, ...ofActions(block)]
    case 'table':
      return [id, ...ofTable(block)]
    case 'container':
      return [
        id,
        length('container title', block.title?.text ?? '', LIMITS.containerTitle),
        most('container blocks', block.child_blocks.length, LIMITS.containerBlocks),
        ...block.child_blocks.flatMap(ofBlock),
      ]
    case 'alert':
    case 'card':
    case 'carousel':
    case 'context_actions':
    case 'data_table':
    case 'divider':
    case 'file':
    case 'image':
    case 'input':
    case 'markdown':
    case 'plan':
    case 'section':
    case 'task_card':
    case 'video':
      return [`no card of ours draws "${block.type}"`]
  }
}

function ofRichText(block: RichTextBlock): Fault[] {
  const sections = block.elements.flatMap((element) =>
    element.type === 'rich_text_section' ? [element.elements] : [],
  )
  const texts = sections.flat().filter((element) => element.type === 'text')
  return [
    sections.length === 0 || sections.some((elements) => elements.length === 0) ? 'empty rich text' : null,
    ...texts.map((element) => length('rich text', element.text, LIMITS.text)),
  ]
}

function ofContext(block: ContextBlock): Fault[] {
  return [
    most('context elements', block.elements.length, LIMITS.contextElements),
    ...block.elements.map((element) =>
      element.type === 'image' ? 'image in context' : length('context', element.text, LIMITS.text),
    ),
  ]
}

function ofActions(block: ActionsBlock): Fault[] {
  const ids = block.elements.map((element) => element.action_id ?? '')
  return [
    most('actions', block.elements.length, LIMITS.actions),
    block.elements.length === 0 ? 'no actions' : null,
    new Set(ids).size < ids.length ? 'an action id stands twice' : null,
    ...ids.map((id) => length('action id', id, LIMITS.id)),
    ...block.elements.flatMap((element) =>
      element.type === 'button'
        ? [
            length('button text', element.text.text, LIMITS.buttonText),
            most('button value', element.value?.length ?? 0, LIMITS.value),
            most('button url', element.url?.length ?? 0, LIMITS.url),
          ]
        : [`no card of ours draws "${element.type}"`],
    ),
  ]
}

function ofTable(block: TableBlock): Fault[] {
  const columns = block.rows[0]?.length ?? 0
  return [
    most('table rows', block.rows.length, LIMITS.tableRows + 1),
    most('table columns', columns, LIMITS.tableColumns),
    columns === 0 || block.rows.some((row) => row.length !== columns) ? 'uneven table' : null,
    ...block.rows
      .flat()
      .map((cell) => (cell.type === 'raw_text' ? length('cell', cell.text, LIMITS.text) : 'cell')),
  ]
}

function length(what: string, text: string, limit: number): Fault {
  return text === '' ? `${what} is empty` : most(what, Array.from(text).length, limit)
}

function most(what: string, number: number, limit: number): Fault {
  return number > limit ? `${what}: ${number} of ${limit}` : null
}

/** Every piece of text that Slack may count, however deep it stands. */
function textLength(part: unknown): number {
  if (typeof part !== 'object' || part === null) return 0
  return Object.entries(part).reduce(
    (sum, [name, value]) =>
      sum +
      (typeof value === 'string'
        ? name === 'text' || name === 'fallback'
          ? value.length
          : 0
        : textLength(value)),
    0,
  )
}
