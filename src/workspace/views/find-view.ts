import type { Person } from '../directory.ts'
import { findActor } from '../interactions.ts'
import type { Room } from '../room.ts'
import type { OpenView } from './store.ts'

/** Said when a person acts on a view that is not open any more. */
export const CLOSED = 'That view is closed.'
/** Said when what a person acts on has been redrawn meanwhile. */
export const REDRAWN = 'That view has changed: what you pressed is not there any more.'

/** A view that this person has before them: one of their modals, or their App Home. Null when there is none. */
export async function findView(
  room: Room,
  userId: string,
  viewId: string,
): Promise<{ readonly person: Person; readonly open: OpenView } | null> {
  const person = await findActor(room, userId)
  if (person === null) return null
  const open = [...room.views.stack(userId), room.views.home(userId)].find((view) => view?.id === viewId)
  return open ? { person, open } : null
}
