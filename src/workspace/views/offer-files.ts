import { elementsOf } from '../actions.ts'
import { listOf } from '../chosen.ts'
import { findFile } from '../files/store.ts'
import { tellFile } from '../files/tell.ts'
import { asList, asText } from '../json.ts'
import type { Room } from '../room.ts'
import { type Values, valueAt } from '../state-values.ts'
import type { OpenView } from './store.ts'

/** Looks up the files that a file_input holds, since its value tells them whole. */
export async function offerFiles(room: Room, open: OpenView, values: Values): Promise<void> {
  for (const { blockId, element } of elementsOf(asList(open.view['blocks']))) {
    if (element['type'] !== 'file_input') continue
    const actionId = String(element['action_id'])
    for (const id of listOf(valueAt(values, blockId, actionId) ?? null)) {
      const file = await findFile(room.pool, asText(id))
      if (file !== null) room.offers.add(open.id, blockId, actionId, [tellFile(room, file)])
    }
  }
}
