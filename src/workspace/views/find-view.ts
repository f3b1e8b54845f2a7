import type { Person } from '../directory.ts'
import { type Absent, absent, findActor, NOBODY } from '../interactions.ts'
import type { Room } from '../room.ts'
import type { OpenView } from './store.ts'

/** Said when a person acts on a view that is not open any more. */
const CLOSED = 'That view is closed.'
/** Said when what a person acts on has been redrawn meanwhile. */
export const REDRAWN = 'That view has changed: what you pressed is not there any more.'

/** A view that a person acts on. */
export interface ViewTarget {
  readonly person: Person
  readonly open: OpenView
}

/** Finds a view that this person has before them: one of their modals, or their App Home. */
export async function findView(room: Room, userId: string, viewId: string): Promise<ViewTarget | Absent> {
  const person = await findActor(room, userId)
  if (person === null) return absent(NOBODY)
  const open = [...room.views.stack(userId), room.views.home(userId)].find((view) => view?.id === viewId)
  return open ? { person, open } : absent(CLOSED)
}

/** Finds the modal on top of this person's others, which alone can be submitted and closed. */
export async function findTopModal(room: Room, userId: string, viewId: string): Promise<ViewTarget | Absent> {
  const found = await findView(room, userId, viewId)
  const top = room.views.stack(userId).at(-1)
  return 'outcome' in found || found.open.id === top?.id ? found : absent(CLOSED)
}
