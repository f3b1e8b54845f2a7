import { flag, required, textArgument } from './arguments.ts'
import { botBody, readContent } from './content.ts'
import { findChannel, findChannelNamed, findPerson, isMember } from './directory.ts'
import { BOT_USER } from './identity.ts'
import type { Fields } from './json.ts'
import { findMessage, tell } from './messages.ts'
import { assertCanPost, postEphemeral, postMessage, removeMessage, updateMessage } from './posting.ts'
import { SlackRefusal } from './refusal.ts'
import type { Room } from './room.ts'

/** A method of the Web API, with its token already checked. Throws SlackRefusal. */
export type Method = (args: Fields, room: Room) => Promise<Fields>

/** The chat.* methods. */
export const chatMethods: { readonly [name: string]: Method } = {
  'chat.postMessage': async (args, room) => {
    const channel = await channelToPostIn(args, room)
    const content = await readContent(room, args)
    const threadTs = textArgument(args, 'thread_ts') || null
    const where = { channel, threadTs, broadcast: flag(args, 'reply_broadcast') }
    const message = await postMessage(room, where, content)
    return { channel, ts: message.ts, message: tell(message) }
  },

  'chat.postEphemeral': async (args, room) => {
    const channel = await channelToPostIn(args, room)
    const person = required(args, 'user')
    if ((await findPerson(room.pool, person)) === null) throw new SlackRefusal('user_not_found')
    if (!(await isMember(room.pool, channel, person))) throw new SlackRefusal('user_not_in_channel')
    const content = await readContent(room, args)
    const threadTs = textArgument(args, 'thread_ts') || null
    const message_ts = await postEphemeral(room, { channel, person, threadTs }, botBody(content))
    return { message_ts }
  },

  'chat.update': async (args, room) => {
    const channel = await existingChannel(args, room)
    const ts = required(args, 'ts')
    const content = await readContent(room, args, 'update')
    const broadcast = flag(args, 'reply_broadcast')
    const message = await updateMessage(room, { channel, ts, author: BOT_USER, broadcast }, content)
    return { channel, ts, text: message['text'], message }
  },

  'chat.delete': async (args, room) => {
    const channel = await existingChannel(args, room)
    const ts = required(args, 'ts')
    await removeMessage(room, { channel, ts, author: BOT_USER })
    return { channel, ts }
  },

  'chat.getPermalink': async (args, room) => {
    const channel = await existingChannel(args, room)
    const ts = required(args, 'message_ts')
    const message = await findMessage(room.pool, channel, ts)
    if (message === null) throw new SlackRefusal('message_not_found')
    const inThread = message.threadTs === null ? '' : `?thread_ts=${message.threadTs}&cid=${channel}`
    return { channel, permalink: `${room.origin()}/archives/${channel}/p${ts.replace('.', '')}${inThread}` }
  },
}

async function channelToPostIn(args: Fields, room: Room): Promise<string> {
  const channel = await findChannelNamed(room.pool, required(args, 'channel'))
  if (channel === null) throw new SlackRefusal('channel_not_found')
  await assertCanPost(room.pool, channel.id, BOT_USER)
  return channel.id
}

async function existingChannel(args: Fields, room: Room): Promise<string> {
  const channel = await findChannel(room.pool, required(args, 'channel'))
  if (channel === null) throw new SlackRefusal('channel_not_found')
  return channel.id
}
