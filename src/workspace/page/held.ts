import { asFields, asList, asText, type Fields } from '../json.ts'

/** What a control holds: a text, an id, an option's value, a date; several of them; or nothing. */
export type Value = string | readonly string[] | null

/** Values by block_id and action_id, as the page sends them. */
export type Values = { readonly [blockId: string]: { readonly [actionId: string]: Value } }

/** Which field an element of each kind starts from. */
const INITIAL: { readonly [type: string]: string } = {
  plain_text_input: 'initial_value',
  number_input: 'initial_value',
  email_text_input: 'initial_value',
  url_text_input: 'initial_value',
  rich_text_input: 'initial_value',
  static_select: 'initial_option',
  external_select: 'initial_option',
  radio_buttons: 'initial_option',
  checkboxes: 'initial_options',
  multi_static_select: 'initial_options',
  multi_external_select: 'initial_options',
  users_select: 'initial_user',
  multi_users_select: 'initial_users',
  conversations_select: 'initial_conversation',
  multi_conversations_select: 'initial_conversations',
  channels_select: 'initial_channel',
  multi_channels_select: 'initial_channels',
  datepicker: 'initial_date',
  timepicker: 'initial_time',
  datetimepicker: 'initial_date_time',
}

/** True for an element that keeps a value; a button or a menu keeps none. */
export function isStateful(element: Fields): boolean {
  return Object.hasOwn(INITIAL, asText(element['type']))
}

/** True for an element that holds several values. */
export function holdsSeveral(element: Fields): boolean {
  const type = asText(element['type'])
  return type === 'checkboxes' || type.startsWith('multi_')
}

/** What an element holds before anybody touched it. */
export function initialOf(element: Fields): Value {
  const initial = element[INITIAL[asText(element['type'])] ?? '']
  if (holdsSeveral(element)) return asList(initial).map((one) => idOf(one))
  if (element['type'] === 'rich_text_input') return textOf(initial) || null
  if (typeof initial === 'number') return String(initial)
  return idOf(initial) || null
}

function idOf(initial: unknown): string {
  return asText(initial, asText(asFields(initial)?.['value']))
}

/** The words of a rich_text value, its sections on lines of their own. */
function textOf(richText: unknown): string {
  const lines = asList(asFields(richText)?.['elements']).map((part) =>
    asList(asFields(part)?.['elements'])
      .map((element) => asText(asFields(element)?.['text']))
      .join(''),
  )
  return lines.join('\n')
}

/** What the controls of one view hold; it outlives the drawing of the view, so that an update keeps what was typed. */
export class Held {
  readonly #values = new Map<string, Value>()

  valueOf(blockId: string, element: Fields): Value {
    const value = this.#values.get(keyOf(blockId, element))
    // Emptied by hand is not the same as untouched: an initial value must not come back.
    return value === undefined ? initialOf(element) : value
  }

  hold(blockId: string, element: Fields, value: Value): void {
    this.#values.set(keyOf(blockId, element), value)
  }

  /** The values of those elements of these blocks that were touched; of the others the server knows how they start. */
  valuesOf(blocks: unknown): Values {
    const values: { [blockId: string]: { [actionId: string]: Value } } = {}
    for (const { blockId, element } of statefulIn(blocks)) {
      const value = this.#values.get(keyOf(blockId, element))
      if (value === undefined) continue
      values[blockId] = { ...values[blockId], [asText(element['action_id'])]: value === '' ? null : value }
    }
    return values
  }
}

/** So many messages with something chosen in them are remembered, the newest ones. */
const REMEMBERED = 500

/** What was chosen in messages, by whoever chose and where. */
export class HeldInMessages {
  readonly #held = new Map<string, Held>()

  of(key: string): Held {
    const known = this.#held.get(key)
    if (known !== undefined) return known
    const held = new Held()
    this.#held.set(key, held)
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= REMEMBERED) break
      this.#held.delete(oldest)
    }
    return held
  }
}

function keyOf(blockId: string, element: Fields): string {
  return JSON.stringify([blockId, element['action_id']])
}

interface Stateful {
  readonly blockId: string
  readonly element: Fields
}

function statefulIn(blocks: unknown): readonly Stateful[] {
  return asList(blocks).flatMap((given): readonly Stateful[] => {
    const block = asFields(given) ?? {}
    if (block['type'] === 'container') return statefulIn(block['child_blocks'])
    const elements = [block['element'], block['accessory'], ...asList(block['elements'])]
    return elements.flatMap((one) => {
      const element = asFields(one)
      if (element === null || !isStateful(element)) return []
      return [{ blockId: asText(block['block_id']), element }]
    })
  })
}
