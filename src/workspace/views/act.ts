import { describeAction, findElement, isDispatched } from '../actions.ts'
import type { Given } from '../chosen.ts'
import { absent, actionTs, type Dispatched, deliver, outcomeOf, payloadOf } from '../interactions.ts'
import { asList, type Fields } from '../json.ts'
import type { Room } from '../room.ts'
import { type Values, withValue } from '../state-values.ts'
import { findView, REDRAWN } from './find-view.ts'
import { offerFiles } from './offer-files.ts'
import type { OpenView } from './store.ts'
import { tellFilledView } from './tell.ts'

/** A press or a choice in a view. `values`: what its controls hold. */
export interface ViewPress {
  readonly viewId: string
  readonly blockId?: string
  readonly actionId: string
  readonly userId: string
  readonly value?: Given
  readonly values?: Values
}

/** Sends a press or choice in a modal or App Home to the app; the app's ack carries nothing. */
export async function sendViewPress(room: Room, press: ViewPress): Promise<Dispatched> {
  const { actionId, blockId, value } = press
  const found = await findView(room, press.userId, press.viewId)
  if ('outcome' in found) return found
  const { person, open } = found
  const acted = findElement(asList(open.view['blocks']), actionId, blockId)
  if (acted === null || !isDispatched(acted)) return absent(REDRAWN)
  const before = press.values ?? open.values
  const values = value === undefined ? before : withValue(before, acted.blockId, actionId, value)
  await offerFiles(room, open, values)
  const known = room.offers.within(open.id)(acted.blockId, actionId)
  const action = describeAction(acted, value, actionTs(room), known)
  if (action === null) return absent(REDRAWN)
  const payload = {
    ...payloadOf('block_actions', person),
    ...toldView(room, room.views.hold(open, values)),
    trigger_id: room.triggers.issueTrigger(person.id),
    actions: [action],
  }
  return outcomeOf(await deliver(room, payload, false))
}

/** What a payload says of the view in which something was done. */
export function toldView(room: Room, open: OpenView): Fields {
  return { container: { type: 'view', view_id: open.id }, view: tellFilledView(room, open) }
}
