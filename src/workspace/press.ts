import { describeAction, findElement, isDispatched } from './actions.ts'
import type { Given } from './chosen.ts'
import { absent, actionTs, type Dispatched, deliver, outcomeOf, payloadOf } from './interactions.ts'
import { asList } from './json.ts'
import { CHANGED, findMessageTarget, toldTarget } from './message-target.ts'
import { makeResponseUrl } from './response-urls.ts'
import type { Room } from './room.ts'
import { stateValues, type Values, withValue } from './state-values.ts'

/** A press or a choice on a message. `values`: what its other controls hold; those left out hold what they start with. */
export interface Press {
  readonly channel: string
  readonly ts: string
  readonly blockId?: string
  readonly actionId: string
  readonly userId: string
  readonly value?: Given
  readonly values?: Values
}

/** Sends a press or choice on a message to the app; the app's ack carries nothing. */
export async function sendPress(room: Room, press: Press): Promise<Dispatched> {
  const { ts, actionId, blockId, value } = press
  const target = await findMessageTarget(room, press)
  if ('outcome' in target) return target
  const { person, channel, isEphemeral } = target
  const blocks = asList(target.told['blocks'])
  const acted = findElement(blocks, actionId, blockId)
  if (acted === null || !isDispatched(acted)) return absent(CHANGED)
  const known = room.offers.within(target.place)
  const action = describeAction(acted, value, actionTs(room), known(acted.blockId, actionId))
  if (action === null) return absent(CHANGED)
  const before = press.values ?? {}
  const values = value === undefined ? before : withValue(before, acted.blockId, actionId, value)
  const answered = { channel: channel.id, person: person.id, ts, isEphemeral }
  const payload = {
    ...payloadOf('block_actions', person),
    ...toldTarget(target),
    trigger_id: room.triggers.issueTrigger(person.id),
    state: { values: stateValues(blocks, values, known) },
    response_url: await makeResponseUrl(room, answered),
    actions: [action],
  }
  return outcomeOf(await deliver(room, payload, false))
}
