import type { KnownBlock } from '@slack/types'
import type { Message } from './message.ts'
import { plainText } from './safe.ts'

/** Blocks that Slack may refuse while it takes the rest, and what we then say is missing. */
const FRAGILE: Partial<Record<KnownBlock['type'], string>> = { table: 'table', container: 'evidence' }

/** What to post, in this order, until Slack takes one: whole, without its table or evidence, as text alone. */
export function degraded(message: Message): Message[] {
  const reduced = { text: message.text, blocks: message.blocks.map(reduce) }
  const fragile = message.blocks.some((block) => FRAGILE[block.type] !== undefined)
  const bare = { text: `${message.text}\nShown without its card because Slack refused it.`, blocks: [] }
  return fragile ? [message, reduced, bare] : [message, bare]
}

function reduce(block: KnownBlock): KnownBlock {
  const missing = FRAGILE[block.type]
  if (missing === undefined) return block
  const said = plainText(`Shown without the ${missing} because Slack refused it.`)
  return {
    type: 'context',
    ...(block.block_id !== undefined && { block_id: block.block_id }),
    elements: [said],
  }
}
