import { DATE, TIME } from './forms.ts'
import { asFields, asFieldsList, asList, asText, type Fields, own, parseJson } from './json.ts'

/**
 * What a control of the page holds: a text, an option's value, an id or a date; several as a list or its JSON text; null
 * for nothing.
 */
export type Given = string | readonly string[] | null

/** Where each kind of element keeps what was chosen, and where what it starts with. */
const FIELDS: { readonly [type: string]: readonly [chosen: string, initial: string] } = {
  plain_text_input: ['value', 'initial_value'],
  number_input: ['value', 'initial_value'],
  email_text_input: ['value', 'initial_value'],
  url_text_input: ['value', 'initial_value'],
  rich_text_input: ['rich_text_value', 'initial_value'],
  file_input: ['files', ''],
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

const PERSON = /^[UW][A-Z0-9]+$/
const CHANNEL = /^[CDG][A-Z0-9]+$/

/** What a choice looks like where it is one of no list. */
const FORMS: { readonly [chosen: string]: RegExp } = {
  selected_date: DATE,
  selected_time: TIME,
  // Seconds since 1970.
  selected_date_time: /^\d{1,10}$/,
  selected_user: PERSON,
  selected_users: PERSON,
  selected_conversation: CHANNEL,
  selected_conversations: CHANNEL,
  selected_channel: CHANNEL,
  selected_channels: CHANNEL,
}

/**
 * What an element holds once `given` was chosen, in Slack's shape. `known` are options and files beyond the element's
 * own. Null when there is no such choice.
 */
export function choose(element: Fields, given: Given | undefined, known: readonly Fields[]): Fields | null {
  const type = asText(element['type'])
  if (type === 'button' || type === 'icon_button')
    return element['value'] === undefined ? {} : { value: element['value'] }
  if (type === 'feedback_buttons') return opinion(element, given)
  const name = own(FIELDS, type)?.[0]
  if (name === undefined || given === undefined) return null
  if (isPlural(name)) return several(name, element, listOf(given), known)
  // A control that was cleared says so with an empty text.
  if (given === null || given === '') return type === 'overflow' ? null : { [name]: null }
  if (typeof given !== 'string' || FORMS[name]?.test(given) === false) return null
  switch (name) {
    case 'rich_text_value':
      return { rich_text_value: richText(given) }
    case 'selected_option': {
      const option = optionsOf(element, known).find((candidate) => candidate['value'] === given)
      return option === undefined ? null : { selected_option: option }
    }
    case 'selected_date_time':
      return { selected_date_time: Number(given) }
    default:
      return { [name]: given }
  }
}

/** What an element holds before anything was chosen; null for one that holds nothing, like a button. */
export function initial(element: Fields): Fields | null {
  const [name, start = ''] = own(FIELDS, asText(element['type'])) ?? []
  if (name === undefined || element['type'] === 'overflow') return null
  return { [name]: element[start] ?? (isPlural(name) ? [] : null) }
}

function isPlural(name: string): boolean {
  return name.endsWith('s')
}

/** Several choices, given as a list or as its JSON text. */
export function listOf(given: Given): readonly unknown[] {
  return typeof given === 'string' ? asList(parseJson(given)) : (given ?? [])
}

function several(name: string, element: Fields, given: readonly unknown[], known: readonly Fields[]): Fields {
  if (name === 'files') return { files: known.filter((file) => given.includes(file['id'])) }
  if (name !== 'selected_options') return { [name]: given.filter((id) => FORMS[name]?.test(asText(id))) }
  const options = optionsOf(element, known).filter((option) => given.includes(option['value']))
  return { selected_options: options }
}

function opinion(element: Fields, given: Given | undefined): Fields | null {
  const values = ['positive_button', 'negative_button'].map((name) => asFields(element[name])?.['value'])
  return given !== undefined && values.includes(given) ? { value: given } : null
}

/** The page's rich text control is a plain one. */
function richText(text: string): Fields {
  const elements = [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }]
  return { type: 'rich_text', elements }
}

// An external select starts with an option that is in no list, and may keep one that an earlier query brought.
function optionsOf(element: Fields, known: readonly Fields[]): readonly Fields[] {
  const groups = asFieldsList(element['option_groups']).flatMap((group) => asFieldsList(group['options']))
  const starts = asFieldsList([element['initial_option'], ...asList(element['initial_options'])])
  const all = [...asFieldsList(element['options']), ...groups, ...known, ...starts]
  const values = all.map((option) => option['value'])
  return all.filter((option, index) => values.indexOf(option['value']) === index)
}
