import { asFields, asList, type Fields } from '../json.ts'
import { accessory, actionElement, contextElement, oneSource, picture } from './elements.ts'
import {
  bool,
  byType,
  type Check,
  type Findings,
  list,
  object,
  oneOf,
  only,
  optional,
  points,
  refuse,
  str,
} from './kit.ts'
import { anyText, plainText } from './objects.ts'
import { richTextParts, richTextValue } from './rich-text.ts'
import { countTable, dataTableFields, tableFields } from './tables.ts'

type Spec = Parameters<typeof object>[0]
type Then = NonNullable<Parameters<typeof object>[1]>

function block(type: string, spec: Spec, then?: Then): Check {
  return object({ type: oneOf(type), block_id: optional(str(1, 255)), ...spec }, (value, at, findings) => {
    const { block_id: id } = value
    if (typeof id === 'string') {
      if (findings.blockIds.has(id)) refuse(findings, `${at}/block_id`, 'block_id must be unique')
      findings.blockIds.add(id)
    }
    then?.(value, at, findings)
  })
}

/** Notes an action_id that two elements of one block share. */
const distinctActions: Then = (value, at, findings) => {
  const seen = new Set<unknown>()
  asList(value['elements']).forEach((element, index) => {
    const id = asFields(element)?.['action_id']
    if (id === undefined) return
    if (seen.has(id))
      refuse(findings, `${at}/elements/${index}/action_id`, 'action_id must be unique in its block')
    seen.add(id)
  })
}

const textOrFields: Then = (value, at, findings) => {
  if (value['text'] === undefined && value['fields'] === undefined)
    refuse(findings, at, 'must define either `text` or `fields`')
}

const collapsible: Then = (value, at, findings) => {
  if (value['title'] === undefined && value['rich_text_title'] === undefined)
    refuse(findings, at, 'must define either `title` or `rich_text_title`')
  if (value['default_collapsed'] === true && value['is_collapsible'] !== true)
    refuse(findings, `${at}/default_collapsed`, 'requires `is_collapsible`')
}

const markdownText: Check = (value, at, findings) => {
  str(1, 12_000)(value, at, findings)
  if (typeof value === 'string') findings.markdownLength += points(value)
}

const titleLength: Check = (value, at, findings) => {
  const before = findings.textLength
  richTextValue(value, at, findings)
  if (findings.textLength - before > 150) refuse(findings, at, 'must be less than 151 characters')
}

const SIMPLE = {
  section: block(
    'section',
    {
      text: optional(anyText(3_000)),
      fields: optional(list(1, 10, anyText(2_000))),
      accessory: optional(accessory),
      expand: optional(bool),
    },
    textOrFields,
  ),
  header: block('header', { text: plainText(150) }),
  divider: block('divider', {}),
  context: block('context', { elements: list(1, 10, contextElement) }),
  actions: block('actions', { elements: list(1, 25, actionElement) }, distinctActions),
  image: block('image', { ...picture, title: optional(plainText(2_000)) }, oneSource),
  rich_text: block('rich_text', { elements: richTextParts }),
  table: block('table', tableFields, countTable),
}

// What a message may hold here. alert belongs to modals; cards, charts and videos are not drawn by the page yet.
const BLOCKS = {
  ...SIMPLE,
  data_table: block('data_table', dataTableFields, countTable),
  markdown: block('markdown', { text: markdownText }),
  container: block(
    'container',
    {
      title: optional(plainText(150)),
      rich_text_title: optional(titleLength),
      subtitle: optional(anyText(150)),
      child_blocks: list(1, 10, byType(only(SIMPLE, ...(Object.keys(SIMPLE) as (keyof typeof SIMPLE)[])))),
      width: optional(oneOf('narrow', 'standard', 'wide', 'full')),
      icon: optional(object({ type: oneOf('image'), ...picture }, oneSource)),
      is_collapsible: optional(bool),
      default_collapsed: optional(bool),
      has_header_divider: optional(bool),
    },
    collapsible,
  ),
}

/** One block of a message. */
export const messageBlock: Check = byType(BLOCKS)

/** The text of all blocks that one message may hold: people saw 11,341 refused, and Slack documents no number. */
const ALL_TEXT = 11_000
const ALL_MARKDOWN = 12_000

/** What Slack would say of the blocks of a message; null when it would take them. */
export type BlocksRefusal =
  | { readonly error: 'msg_blocks_too_long' }
  | { readonly error: 'invalid_blocks'; readonly errors: readonly string[] }

/** Checks the blocks of a message against Slack's limits and the surfaces on which each block may stand. */
export function validateBlocks(blocks: readonly unknown[]): BlocksRefusal | null {
  const findings: Findings = {
    problems: [],
    textLength: 0,
    markdownLength: 0,
    blockIds: new Set(),
    tables: 0,
  }
  list(0, 50, messageBlock)(blocks, '/blocks', findings)
  if (findings.problems.length > 0) return { error: 'invalid_blocks', errors: findings.problems }
  const tooLong = findings.textLength > ALL_TEXT || findings.markdownLength > ALL_MARKDOWN
  return tooLong ? { error: 'msg_blocks_too_long' } : null
}

/** The blocks with an id for each block and element that has none, made by `makeId`. */
export function withIds(blocks: readonly unknown[], makeId: () => string): readonly Fields[] {
  return blocks.map((given) => {
    const fields = asFields(given) ?? {}
    const named = (element: unknown): unknown => {
      const inner = asFields(element)
      if (
        inner === null ||
        inner['type'] === 'image' ||
        inner['type'] === 'plain_text' ||
        inner['type'] === 'mrkdwn'
      )
        return element
      return { ...inner, action_id: inner['action_id'] ?? makeId() }
    }
    return {
      ...fields,
      block_id: fields['block_id'] ?? makeId(),
      ...(fields['type'] === 'actions' && { elements: asList(fields['elements']).map(named) }),
      ...(fields['accessory'] !== undefined && { accessory: named(fields['accessory']) }),
      ...(fields['type'] === 'container' && {
        child_blocks: withIds(asList(fields['child_blocks']), makeId),
      }),
    }
  })
}
