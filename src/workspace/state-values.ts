import { elementsOf } from './actions.ts'
import { choose, type Given, initial } from './chosen.ts'
import { asFields, type Fields, own } from './json.ts'

/** What the controls of a message or view hold, by block_id and action_id. Those that were not touched are absent. */
export type Values = { readonly [blockId: string]: { readonly [actionId: string]: Given } }

/** Options and files that an element can hold beyond its own. */
export type Known = (blockId: string, actionId: string) => readonly Fields[]

/** Reads the values that the page sends; what has another shape is left out. */
export function readValues(given: unknown): Values {
  const blocks = Object.entries(asFields(given) ?? {})
  return Object.fromEntries(
    blocks.map(([blockId, actions]) => [
      blockId,
      Object.fromEntries(
        Object.entries(asFields(actions) ?? {}).flatMap(([actionId, value]) => {
          const read = readGiven(value)
          return read === undefined ? [] : [[actionId, read]]
        }),
      ),
    ]),
  )
}

/** Reads what one control of the page holds; undefined for another shape. */
export function readGiven(value: unknown): Given | undefined {
  if (value === null || typeof value === 'string') return value
  if (!Array.isArray(value)) return undefined
  return value.filter((entry): entry is string => typeof entry === 'string')
}

/** `values` with what one more control holds. */
export function withValue(values: Values, blockId: string, actionId: string, given: Given): Values {
  return { ...values, [blockId]: { ...own(values, blockId), [actionId]: given } }
}

/** Slack's `state.values`: what each element that holds something holds, untouched ones with what they start with. */
export function stateValues(blocks: readonly unknown[], values: Values, known: Known): Fields {
  const held = new Map<string, Fields>()
  for (const { blockId, element } of elementsOf(blocks)) {
    const actionId = String(element['action_id'])
    const start = initial(element)
    if (start === null) continue
    const given = valueAt(values, blockId, actionId)
    // An option that an update took away leaves its select empty.
    const chosen =
      given === undefined
        ? start
        : (choose(element, given, known(blockId, actionId)) ?? choose(element, null, []))
    const { type, timezone } = element
    held.set(blockId, {
      ...held.get(blockId),
      [actionId]: { type, ...chosen, ...(timezone !== undefined && { timezone }) },
    })
  }
  return Object.fromEntries(held)
}

/** What one element holds in `state.values`; nothing when it is not there. */
export function heldAt(state: Fields, blockId: string, actionId: string): Fields {
  return asFields(own(asFields(own(state, blockId)) ?? {}, actionId)) ?? {}
}

/** The values that still belong to an element of these blocks. */
export function valuesWithin(blocks: readonly unknown[], values: Values): Values {
  let kept: Values = {}
  for (const { blockId, element } of elementsOf(blocks)) {
    const actionId = String(element['action_id'])
    const given = valueAt(values, blockId, actionId)
    if (given !== undefined) kept = withValue(kept, blockId, actionId, given)
  }
  return kept
}

/** What one control holds; undefined when nothing was said of it. */
export function valueAt(values: Values, blockId: string, actionId: string): Given | undefined {
  const actions = own(values, blockId)
  return actions === undefined ? undefined : own(actions, actionId)
}
