import type { Delivery } from './app-link.ts'
import { APP, BOT_USER, TEAM } from './identity.ts'
import { newId } from './ids.ts'
import { VERIFICATION } from './interactions.ts'
import type { Fields } from './json.ts'
import type { Room } from './room.ts'

/** Tells the app of an event; `team` is the workspace of whoever caused it. */
export async function sendEvent(room: Room, event: Fields, team: string): Promise<Delivery> {
  const payload = {
    type: 'event_callback',
    token: VERIFICATION,
    team_id: team,
    context_team_id: TEAM.id,
    context_enterprise_id: null,
    api_app_id: APP,
    event,
    event_id: newId('Ev'),
    event_time: Math.trunc(room.now() / 1_000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: TEAM.id,
        user_id: BOT_USER,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
  }
  return room.app.deliver('events_api', payload, false)
}
