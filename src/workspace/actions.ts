import { choose, type Given } from './chosen.ts'
import { asFields, asList, type Fields } from './json.ts'

/** An element that can be acted on, and the block that holds it. */
export interface Acted {
  readonly blockId: string
  readonly block: Fields
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

/** Every element of a message or view that can be acted on. */
export function elementsOf(blocks: readonly unknown[]): readonly Acted[] {
  return blocks.flatMap((given): readonly Acted[] => {
    const block = asFields(given) ?? {}
    if (block['type'] === 'container') return elementsOf(asList(block['child_blocks']))
    return heldBy(block).flatMap((held) => {
      const element = asFields(held)
      if (element === null || typeof element['action_id'] !== 'string') return []
      return [{ blockId: String(block['block_id']), block, element }]
    })
  })
}

function heldBy(block: Fields): readonly unknown[] {
  switch (block['type']) {
    case 'actions':
    case 'context_actions':
      return asList(block['elements'])
    case 'card':
      return asList(block['actions'])
    case 'input':
      return [block['element']]
    default:
      return [block['accessory']]
  }
}

/** Whether acting on an element is told to the app at once; an input's waits for the submission unless it says so. */
export function isDispatched({ block }: Acted): boolean {
  return block['type'] !== 'input' || block['dispatch_action'] === true
}

/**
 * The entry of `actions` for one act. `given` is what was chosen; of a button its own value counts. `known` are options
 * and files that the app offered elsewhere. Null when there is no such choice.
 */
export function describeAction(
  { blockId, element }: Acted,
  given: Given | undefined,
  actionTs: string,
  known: readonly Fields[],
): Fields | null {
  const chosen = choose(element, given, known)
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
