import { asFields, asList, type Fields, parseJson } from './json.ts'

/** An element that can be acted on, and the block that holds it. */
export interface Acted {
  readonly blockId: string
  readonly element: Fields
}

/** Finds an element by its action_id, also in sections and containers. `blockId` settles which of several. */
export function findElement(blocks: readonly unknown[], actionId: string, blockId?: string): Acted | null {
  const found = elementsOf(blocks).find(
    (acted) =>
      acted.element['action_id'] === actionId && (blockId === undefined || acted.blockId === blockId),
  )
  return found ?? null
}

/** Every element of a message that can be acted on. */
export function elementsOf(blocks: readonly unknown[]): readonly Acted[] {
  return blocks.flatMap((block): readonly Acted[] => {
    const fields = asFields(block) ?? {}
    if (fields['type'] === 'container') return elementsOf(asList(fields['child_blocks']))
    const elements = fields['type'] === 'actions' ? asList(fields['elements']) : [fields['accessory']]
    return elements.flatMap((element) => {
      const inner = asFields(element)
      if (inner === null || typeof inner['action_id'] !== 'string') return []
      return [{ blockId: String(fields['block_id']), element: inner }]
    })
  })
}

/**
 * The entry of `actions` for one act. `value` is what was chosen: a button's own value when absent, an option's value, an id,
 * a date; several are given as a JSON list. Null when there is no such choice.
 */
export function describeAction(
  { blockId, element }: Acted,
  value: string | undefined,
  actionTs: string,
): Fields | null {
  const chosen = choose(element, value)
  if (chosen === null) return null
  const { type, action_id, text, placeholder, style } = element
  return {
    type,
    action_id,
    block_id: blockId,
    ...(text !== undefined && { text }),
    ...(placeholder !== undefined && { placeholder }),
    ...(style !== undefined && { style }),
    ...chosen,
    action_ts: actionTs,
  }
}

/** `state.values` of a message: what each stateful element holds, after this act. */
export function stateValues(blocks: readonly unknown[], acted: Acted, value: string | undefined): Fields {
  const values: { [blockId: string]: { [actionId: string]: Fields } } = {}
  for (const { blockId, element } of elementsOf(blocks)) {
    const actionId = String(element['action_id'])
    const isActed = blockId === acted.blockId && actionId === acted.element['action_id']
    const held = isActed ? choose(element, value) : initial(element)
    const { type } = element
    if (held === null || type === 'button' || type === 'overflow') continue
    values[blockId] = { ...values[blockId], [actionId]: { type, ...held } }
  }
  return values
}

/** Where each kind of element keeps what was chosen, and where what it starts with. */
const FIELDS: { readonly [type: string]: readonly [chosen: string, initial: string] } = {
  static_select: ['selected_option', 'initial_option'],
  radio_buttons: ['selected_option', 'initial_option'],
  external_select: ['selected_option', 'initial_option'],
  overflow: ['selected_option', ''],
  multi_static_select: ['selected_options', 'initial_options'],
  multi_external_select: ['selected_options', 'initial_options'],
  checkboxes: ['selected_options', 'initial_options'],
  users_select: ['selected_user', 'initial_user'],
  multi_users_select: ['selected_users', 'initial_users'],
  conversations_select: ['selected_conversation', 'initial_conversation'],
  multi_conversations_select: ['selected_conversations', 'initial_conversations'],
  channels_select: ['selected_channel', 'initial_channel'],
  multi_channels_select: ['selected_channels', 'initial_channels'],
  datepicker: ['selected_date', 'initial_date'],
  timepicker: ['selected_time', 'initial_time'],
  datetimepicker: ['selected_date_time', 'initial_date_time'],
}

function choose(element: Fields, value: string | undefined): Fields | null {
  const type = String(element['type'])
  if (type === 'button') return element['value'] === undefined ? {} : { value: element['value'] }
  const name = FIELDS[type]?.[0]
  if (name === undefined || value === undefined) return null
  if (name === 'selected_option') {
    const option = optionsOf(element).find((candidate) => candidate['value'] === value)
    return option === undefined ? null : { [name]: option }
  }
  if (name.endsWith('s')) {
    const several = asList(parseJson(value))
    const isOptions = name === 'selected_options'
    return {
      [name]: isOptions ? optionsOf(element).filter((option) => several.includes(option['value'])) : several,
    }
  }
  return { [name]: name === 'selected_date_time' ? Number(value) : value }
}

function initial(element: Fields): Fields | null {
  const [name, start] = FIELDS[String(element['type'])] ?? []
  if (name === undefined || start === undefined) return null
  return { [name]: element[start] ?? (name.endsWith('s') ? [] : null) }
}

function optionsOf(element: Fields): readonly Fields[] {
  const groups = asList(element['option_groups']).flatMap((group) => asList(asFields(group)?.['options']))
  return [...asList(element['options']), ...groups].map((option) => asFields(option) ?? {})
}
