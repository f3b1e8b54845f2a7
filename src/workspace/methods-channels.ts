import { flag, required } from './arguments.ts'
import {
  addMember,
  archiveChannel,
  findChannelNamed,
  findPerson,
  insertChannel,
  isMember,
  setTopic,
} from './directory.ts'
import { BOT_USER, TEAM } from './identity.ts'
import { newId } from './ids.ts'
import type { Fields } from './json.ts'
import type { Method } from './methods-chat.ts'
import { botIsIn, channelOf, tellChannel } from './methods-conversations.ts'
import { assertCanPost } from './posting.ts'
import { SlackRefusal } from './refusal.ts'
import type { Room } from './room.ts'
import { points } from './validate/kit.ts'

const LONGEST_NAME = 80
const LONGEST_TOPIC = 250

/** The conversations.* methods that change a channel. */
export const channelMethods: { readonly [name: string]: Method } = {
  'conversations.create': async (args, room) => {
    const name = required(args, 'name')
    if (name.length > LONGEST_NAME) throw new SlackRefusal('invalid_name_maxlength')
    if (!/^[\p{Ll}\p{Lo}\p{N}_-]+$/u.test(name)) throw new SlackRefusal('invalid_name_specials')
    if (/^[_-]+$/.test(name)) throw new SlackRefusal('invalid_name_punctuation')
    // The simulator has public channels only.
    if (flag(args, 'is_private')) throw new SlackRefusal('method_not_supported_for_channel_type')
    if ((await findChannelNamed(room.pool, name)) !== null) throw new SlackRefusal('name_taken')
    const id = newId('C')
    await insertChannel(room.pool, { id, name, creator: BOT_USER, created: Math.trunc(room.now() / 1_000) })
    await addMember(room.pool, id, BOT_USER)
    return changed(room, id)
  },

  'conversations.join': async (args, room) => {
    const { id, isArchived } = await channelOf(args, room)
    if (isArchived) throw new SlackRefusal('is_archived')
    const already = await botIsIn(room, id)
    if (!already) await addMember(room.pool, id, BOT_USER)
    const warning = 'already_in_channel'
    return {
      ...(await changed(room, id)),
      ...(already && { warning, response_metadata: { warnings: [warning] } }),
    }
  },

  'conversations.invite': async (args, room) => {
    const channel = await ownChannel(args, room)
    const users = required(args, 'users').split(',')
    for (const user of users) {
      const person = await findPerson(room.pool, user)
      if (person === null) throw new SlackRefusal('user_not_found')
      if (user === BOT_USER) throw new SlackRefusal('cant_invite_self')
      if (person.team !== TEAM.id) throw new SlackRefusal('cant_invite')
      if (await isMember(room.pool, channel, user)) throw new SlackRefusal('already_in_channel')
    }
    for (const user of users) await addMember(room.pool, channel, user)
    return changed(room, channel)
  },

  'conversations.setTopic': async (args, room) => {
    const channel = await ownChannel(args, room)
    const topic = required(args, 'topic')
    if (points(topic) > LONGEST_TOPIC) throw new SlackRefusal('too_long')
    await setTopic(room.pool, channel, topic)
    return changed(room, channel)
  },

  'conversations.archive': async (args, room) => {
    const { id, isArchived } = await channelOf(args, room)
    if (isArchived) throw new SlackRefusal('already_archived')
    await ownChannel(args, room)
    await archiveChannel(room.pool, id)
    room.changed()
    return {}
  },
}

/** A channel in which the bot is, and which is not archived. */
async function ownChannel(args: Fields, room: Room): Promise<string> {
  const { id } = await channelOf(args, room)
  await assertCanPost(room.pool, id, BOT_USER)
  return id
}

async function changed(room: Room, id: string): Promise<Fields> {
  room.changed()
  return { channel: tellChannel(await channelOf({ channel: id }, room), true) }
}
