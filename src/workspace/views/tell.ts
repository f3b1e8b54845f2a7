import { APP, BOT, TEAM } from '../identity.ts'
import { asList, type Fields } from '../json.ts'
import type { Room } from '../room.ts'
import { stateValues } from '../state-values.ts'
import type { OpenView } from './store.ts'

/** A view as the Web API answers it: what its controls hold is not said. */
export function tellView(open: OpenView): Fields {
  const { id, view, hash, rootId, previousId } = open
  return {
    id,
    team_id: TEAM.id,
    type: view['type'],
    title: view['title'] ?? null,
    submit: view['submit'] ?? null,
    close: view['close'] ?? null,
    blocks: view['blocks'],
    private_metadata: view['private_metadata'] ?? '',
    callback_id: view['callback_id'] ?? '',
    external_id: view['external_id'] ?? '',
    state: { values: {} },
    hash,
    clear_on_close: view['clear_on_close'] === true,
    notify_on_close: view['notify_on_close'] === true,
    root_view_id: rootId,
    previous_view_id: previousId,
    app_id: APP,
    app_installed_team_id: TEAM.id,
    bot_id: BOT,
  }
}

/** A view as the payloads to the app and the page tell it: with what its controls hold. */
export function tellFilledView(room: Room, open: OpenView): Fields {
  const values = stateValues(asList(open.view['blocks']), open.values, room.offers.within(open.id))
  return { ...tellView(open), state: { values } }
}
