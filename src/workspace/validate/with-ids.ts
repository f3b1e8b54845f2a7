import { asFields, asList, type Fields } from '../json.ts'

/** What stands beside elements and cannot be acted on. */
const STILL: readonly unknown[] = ['image', 'plain_text', 'mrkdwn']

/** The blocks with an id for each block and element that has none, made by `makeId`. */
export function withIds(blocks: readonly unknown[], makeId: () => string): readonly Fields[] {
  const named = (element: unknown): unknown => {
    const fields = asFields(element)
    if (fields === null || STILL.includes(fields['type'])) return element
    return { ...fields, action_id: fields['action_id'] ?? makeId() }
  }
  return blocks.map((given) => {
    const { block_id, ...fields } = asFields(given) ?? {}
    const { type, accessory, element, child_blocks: children, actions } = fields
    const isRow = type === 'actions' || type === 'context_actions'
    return {
      ...fields,
      block_id: block_id ?? makeId(),
      ...(isRow && { elements: asList(fields['elements']).map(named) }),
      ...(type === 'card' && actions !== undefined && { actions: asList(actions).map(named) }),
      ...(accessory !== undefined && { accessory: named(accessory) }),
      ...(type === 'input' && { element: named(element) }),
      ...(type === 'container' && { child_blocks: withIds(asList(children), makeId) }),
    }
  })
}
