import { type Dispatched, deliver, payloadOf } from '../interactions.ts'
import type { Room } from '../room.ts'
import { findTopModal } from './find-view.ts'
import { tellFilledView } from './tell.ts'

/** A press of a modal's close button, or of the one that closes `all` that are open. */
export interface Dismissal {
  readonly userId: string
  readonly viewId: string
  readonly all?: boolean
}

/** Closes the modal on top, or all; the app hears of those that asked for it. Closed they are whatever it answers. */
export async function dismissView(room: Room, { userId, viewId, all }: Dismissal): Promise<Dispatched> {
  const found = await findTopModal(room, userId, viewId)
  if ('outcome' in found) return found
  const { open: top, person } = found
  const stack = room.views.stack(userId)
  const clears = all === true || top.view['clear_on_close'] === true
  if (clears) room.views.clear(userId)
  else room.views.close(userId, top.id)
  for (const open of clears ? stack.toReversed() : [top]) {
    if (open.view['notify_on_close'] !== true) continue
    const payload = {
      ...payloadOf('view_closed', person),
      view: tellFilledView(room, open),
      is_cleared: clears,
    }
    await deliver(room, payload, false)
  }
  return { outcome: 'acked' }
}
