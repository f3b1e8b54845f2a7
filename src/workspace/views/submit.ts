import { elementsOf } from '../actions.ts'
import { findChannel, listChannels, listPeople } from '../directory.ts'
import { type Dispatched, deliver, failed, payloadOf } from '../interactions.ts'
import { asFields, asList, type Fields } from '../json.ts'
import { SlackRefusal } from '../refusal.ts'
import { makeResponseUrl } from '../response-urls.ts'
import type { Room } from '../room.ts'
import { heldAt, stateValues, type Values } from '../state-values.ts'
import { checkInputs } from './check-inputs.ts'
import { findTopModal } from './find-view.ts'
import { offerFiles } from './offer-files.ts'
import { readView } from './read-view.ts'
import type { OpenView } from './store.ts'
import { tellFilledView } from './tell.ts'

/** A press of a modal's submit button. `values`: what its controls hold. */
export interface Submission {
  readonly userId: string
  readonly viewId: string
  readonly values?: Values
}

/** Slack's words when the app does not answer a submission, or answers what Slack cannot use. */
export const TROUBLE = 'We had some trouble connecting. Try again?'

/** Submits the modal on top: what Slack's client would not send is told back, everything else the app decides. */
export async function submitView(room: Room, given: Submission): Promise<Dispatched> {
  const found = await findTopModal(room, given.userId, given.viewId)
  if ('outcome' in found) return found
  const { person } = found
  const values = given.values ?? found.open.values
  await offerFiles(room, found.open, values)
  const open = room.views.hold(found.open, values)
  const blocks = asList(open.view['blocks'])
  const state = stateValues(blocks, open.values, room.offers.within(open.id))
  const errors = checkInputs({ blocks, state, values: open.values, isThere: await whoAndWhatIsThere(room) })
  if (Object.keys(errors).length > 0) return { outcome: 'errors', errors }
  const payload = {
    ...payloadOf('view_submission', person),
    trigger_id: room.triggers.issueTrigger(person.id),
    view: tellFilledView(room, open),
    response_urls: await responseUrls(room, open, state),
  }
  const delivery = await deliver(room, payload, true)
  if (delivery.outcome === 'failed') return failed(delivery.word, TROUBLE)
  try {
    return await followAnswer(room, open, delivery.payload)
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error
    const { error: name, details } = error
    const callbackId = open.view['callback_id']
    room.log({ exchange: 'view_submission', callbackId, ok: false, error: name, details })
    return failed('invalid_view_response', TROUBLE)
  }
}

/** Whether an id is that of a person or channel of the workspace. */
async function whoAndWhatIsThere(room: Room): Promise<(id: string) => boolean> {
  const all = [...(await listPeople(room.pool)), ...(await listChannels(room.pool))]
  return (id) => all.some((one) => one.id === id)
}

/** Does what the app's answer to a submission says: nothing closes the modal. */
async function followAnswer(room: Room, open: OpenView, answer: Fields): Promise<Dispatched> {
  const { response_action: action, view, errors } = answer
  if (action === undefined && Object.keys(answer).length > 0)
    throw new SlackRefusal('invalid_arguments', ['missing required field: response_action'])
  switch (action) {
    case undefined:
      room.views.close(open.person, open.id)
      break
    case 'clear':
      room.views.clear(open.person)
      break
    case 'update': {
      const update = await readView(room, view, 'modal')
      const current = room.views.modal(open.id)
      if (current === null) throw new SlackRefusal('not_found')
      room.views.update(current, update)
      break
    }
    case 'push':
      room.views.push(open.person, await readView(room, view, 'modal'))
      break
    case 'errors':
      return { outcome: 'errors', errors: readErrors(asList(open.view['blocks']), errors) }
    default:
      throw new SlackRefusal('invalid_arguments', [
        'must be a valid enum value [json-pointer:/response_action]',
      ])
  }
  return { outcome: 'acked' }
}

/** Errors belong to inputs, by block_id; Slack shows none of them when one does not. */
function readErrors(blocks: readonly unknown[], given: unknown): { readonly [blockId: string]: string } {
  const inputs = elementsOf(blocks).filter(({ block }) => block['type'] === 'input')
  const errors = new Map<string, string>()
  for (const [blockId, words] of Object.entries(asFields(given) ?? {})) {
    const at = `[json-pointer:/errors/${blockId}]`
    if (!inputs.some((input) => input.blockId === blockId))
      throw new SlackRefusal('invalid_arguments', [`must be the block_id of an input ${at}`])
    if (typeof words !== 'string' || words === '')
      throw new SlackRefusal('invalid_arguments', [`must be more than 0 characters ${at}`])
    errors.set(blockId, words)
  }
  if (errors.size === 0) throw new SlackRefusal('invalid_arguments', ['missing required field: errors'])
  return Object.fromEntries(errors)
}

/** One for each chosen channel whose select asks for it. */
async function responseUrls(room: Room, open: OpenView, state: Fields): Promise<readonly Fields[]> {
  const urls: Fields[] = []
  for (const { blockId, block, element } of elementsOf(asList(open.view['blocks']))) {
    if (block['type'] !== 'input' || element['response_url_enabled'] !== true) continue
    const actionId = String(element['action_id'])
    const held = heldAt(state, blockId, actionId)
    const channel = held['selected_conversation'] ?? held['selected_channel']
    if (typeof channel !== 'string' || (await findChannel(room.pool, channel)) === null) continue
    const answered = { channel, person: open.person, ts: null, isEphemeral: false }
    const response_url = await makeResponseUrl(room, answered)
    urls.push({ block_id: blockId, action_id: actionId, channel_id: channel, response_url })
  }
  return urls
}
