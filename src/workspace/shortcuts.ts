import {
  absent,
  actionTs,
  type Dispatched,
  deliver,
  findActor,
  NOBODY,
  outcomeOf,
  payloadOf,
} from './interactions.ts'
import { CHANGED, findMessageTarget, toldTarget } from './message-target.ts'
import { makeResponseUrl } from './response-urls.ts'
import type { Room } from './room.ts'

/** A shortcut that the app has registered: in the menu of the composer, or of each message. */
export interface Shortcut {
  readonly callbackId: string
  readonly name: string
  readonly kind: 'global' | 'message'
}

/** A choice in one of these menus; `channel` and `ts` name the message of a message shortcut. */
export interface ShortcutChoice {
  readonly userId: string
  readonly callbackId: string
  readonly channel?: string
  readonly ts?: string
}

/** Sends a shortcut to the app. */
export async function sendShortcut(room: Room, choice: ShortcutChoice): Promise<Dispatched> {
  const { userId, callbackId, channel = '', ts = '' } = choice
  const shortcut = room.shortcuts.find((registered) => registered.callbackId === callbackId)
  if (shortcut === undefined) return absent('Firebreak has no such shortcut.')
  if (shortcut.kind === 'global') return sendGlobal(room, userId, callbackId)
  const target = await findMessageTarget(room, { userId, channel, ts })
  if ('outcome' in target) return target
  // Slack draws no menu on a message that one person sees.
  if (target.isEphemeral) return absent(CHANGED)
  const { person } = target
  const { channel: where, message } = toldTarget(target)
  const payload = {
    ...payloadOf('message_action', person),
    callback_id: callbackId,
    trigger_id: room.triggers.issueTrigger(person.id),
    action_ts: actionTs(room),
    message_ts: ts,
    channel: where,
    message,
    response_url: await makeResponseUrl(room, { channel, person: person.id, ts, isEphemeral: false }),
  }
  return outcomeOf(await deliver(room, payload, false))
}

async function sendGlobal(room: Room, userId: string, callbackId: string): Promise<Dispatched> {
  const person = await findActor(room, userId)
  if (person === null) return absent(NOBODY)
  const payload = {
    ...payloadOf('shortcut', person),
    callback_id: callbackId,
    trigger_id: room.triggers.issueTrigger(person.id),
    action_ts: actionTs(room),
  }
  return outcomeOf(await deliver(room, payload, false))
}
