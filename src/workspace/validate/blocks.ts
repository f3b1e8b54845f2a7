import { asFields, asList } from '../json.ts'
import { card, contextAction, someContent } from './cards.ts'
import { chart, countChart } from './charts.ts'
import { accessory, actionElement, contextElement } from './elements.ts'
import { refuse } from './findings.ts'
import { input, modalInput } from './inputs.ts'
import {
  bool,
  byType,
  type Check,
  list,
  object,
  oneOf,
  optional,
  points,
  type Spec,
  str,
  type Then,
  tooLong,
} from './kit.ts'
import { anyText, plainText } from './objects.ts'
import { imageElement, oneSource, picture } from './pictures.ts'
import { richTextParts, richTextValue } from './rich-text.ts'
import { countTable, dataTableFields, tableFields } from './tables.ts'

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
function distinctActions(name: string): Then {
  return (value, at, findings) => {
    const seen = new Set<unknown>()
    asList(value[name]).forEach((element, index) => {
      const id = asFields(element)?.['action_id']
      if (id === undefined) return
      if (seen.has(id))
        refuse(findings, `${at}/${name}/${index}/action_id`, 'action_id must be unique in its block')
      seen.add(id)
    })
  }
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

const countInput: Then = (_value, _at, findings) => {
  findings.inputs += 1
}

const markdownText: Check = (value, at, findings) => {
  str(1, 12_000)(value, at, findings)
  if (typeof value === 'string') findings.markdownLength += points(value)
}

const titleLength: Check = (value, at, findings) => {
  const before = findings.textLength
  richTextValue(value, at, findings)
  const length = findings.textLength - before
  if (length > 150) tooLong(findings, at, 150, length)
}

const EVERYWHERE = {
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
  actions: block('actions', { elements: list(1, 25, actionElement) }, distinctActions('elements')),
  image: block('image', { ...picture, title: optional(plainText(2_000)) }, oneSource),
  rich_text: block('rich_text', { elements: richTextParts }),
}

const cardBlock = block('card', card, (value, at, findings) => {
  someContent(value, at, findings)
  distinctActions('actions')(value, at, findings)
})
const inputBlock = block('input', input, countInput)
const tableBlock = block('table', tableFields, countTable)

const container = block(
  'container',
  {
    title: optional(plainText(150)),
    rich_text_title: optional(titleLength),
    subtitle: optional(anyText(150)),
    child_blocks: list(1, 10, byType({ ...EVERYWHERE, input: inputBlock, table: tableBlock })),
    width: optional(oneOf('narrow', 'standard', 'wide', 'full')),
    icon: optional(imageElement),
    is_collapsible: optional(bool),
    default_collapsed: optional(bool),
    has_header_divider: optional(bool),
  },
  collapsible,
)

/** One block of a message. Carousels, plans and videos are not drawn by the page, so they are refused here. */
export const messageBlock: Check = byType({
  ...EVERYWHERE,
  input: inputBlock,
  table: tableBlock,
  data_table: block('data_table', dataTableFields, countTable),
  data_visualization: block('data_visualization', chart, countChart),
  markdown: block('markdown', { text: markdownText }),
  context_actions: block(
    'context_actions',
    { elements: list(1, 5, contextAction) },
    distinctActions('elements'),
  ),
  card: cardBlock,
  container,
})

/** One block of a modal. */
export const modalBlock: Check = byType({
  ...EVERYWHERE,
  input: block('input', modalInput, countInput),
  card: cardBlock,
  alert: block('alert', {
    text: anyText(200),
    level: optional(oneOf('default', 'info', 'warning', 'error', 'success')),
  }),
})

/** One block of App Home. */
export const homeBlock: Check = byType({ ...EVERYWHERE, input: inputBlock, card: cardBlock })
