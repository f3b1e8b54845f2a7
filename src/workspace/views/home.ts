import { sendEvent } from '../events.ts'
import { absent, actionTs, type Dispatched, findActor, NOBODY, outcomeOf } from '../interactions.ts'
import type { Room } from '../room.ts'
import { tellFilledView } from './tell.ts'

/** A visit of the app: its Home, or the messages with it. */
export interface HomeVisit {
  readonly userId: string
  readonly tab: 'home' | 'messages'
}

/** Tells the app that a person opened it, with what its Home shows already. */
export async function openHome(room: Room, { userId, tab }: HomeVisit): Promise<Dispatched> {
  const person = await findActor(room, userId)
  if (person === null) return absent(NOBODY)
  const home = tab === 'home' ? room.views.home(userId) : null
  const event = {
    type: 'app_home_opened',
    user: person.id,
    // The person's conversation with the app.
    channel: `D${person.id.slice(1)}`,
    tab,
    ...(home !== null && { view: tellFilledView(room, home) }),
    event_ts: actionTs(room),
  }
  return outcomeOf(await sendEvent(room, event, person.team))
}
