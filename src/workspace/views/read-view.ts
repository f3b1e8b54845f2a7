import { assertFiles } from '../files/in-blocks.ts'
import { newItemId } from '../ids.ts'
import { asFields, asList, type Fields } from '../json.ts'
import { SlackRefusal } from '../refusal.ts'
import type { Room } from '../room.ts'
import { inWords } from '../validate/findings.ts'
import { validateView } from '../validate/view.ts'
import { withIds } from '../validate/with-ids.ts'

/** Bytes of a view's JSON. */
const LARGEST = 250_000

/** Reads a view of one type that the app gave, with an id for each block and element; refuses what Slack would. */
export async function readView(room: Room, given: unknown, type: 'modal' | 'home'): Promise<Fields> {
  const view = asFields(given)
  if (view === null) throw new SlackRefusal('invalid_arguments', ['missing required field: view'])
  if (Buffer.byteLength(JSON.stringify(view)) > LARGEST) throw new SlackRefusal('view_too_large')
  const problems = validateView(view, '/view', room.higherLimits).map(inWords)
  if (problems.length === 0 && view['type'] !== type)
    problems.push(`unsupported type: ${String(view['type'])} [json-pointer:/view/type]`)
  if (problems.length > 0)
    throw new SlackRefusal('invalid_arguments', [
      'failed to match all allowed schemas [json-pointer:/view]',
      ...problems,
    ])
  const blocks = asList(view['blocks'])
  await assertFiles(room, blocks, '/view/blocks')
  return { ...view, blocks: withIds(blocks, newItemId) }
}
