import { botBody, type Content, updatedBody } from './content.ts'
import { findChannel, isMember, type Queries } from './directory.ts'
import { putEphemeral } from './ephemerals.ts'
import { BOT_USER, SLACKBOT } from './identity.ts'
import type { Fields } from './json.ts'
import {
  broadcastReply,
  deleteMessage,
  findMessage,
  insertMessage,
  lockMessage,
  type Message,
  nextTs,
  replaceBody,
  tell,
} from './messages.ts'
import { SlackRefusal } from './refusal.ts'
import type { Room } from './room.ts'
import { inTransaction } from './transaction.ts'

/** Posts a message of the app. Refuses with thread_not_found when the thread's parent is not there. */
export async function postMessage(
  room: Room,
  where: { readonly channel: string; readonly threadTs: string | null; readonly broadcast: boolean },
  content: Content,
): Promise<Message> {
  const { channel, threadTs } = where
  const message = await inTransaction(room.pool, async (client) => {
    await assertThread(client, channel, threadTs)
    const ts = await nextTs(client, channel, room.now())
    const isBroadcast = threadTs !== null && where.broadcast
    const posted = { channel, ts, threadTs, isBroadcast, author: BOT_USER }
    await insertMessage(client, { ...posted, body: botBody(content) })
    return { ...posted, body: botBody(content), replies: null }
  })
  room.changed()
  return message
}

/** Shows a message to one person. `body` is whole, since Slack itself speaks so too. Returns its ts. */
export async function postEphemeral(
  room: Room,
  where: { readonly channel: string; readonly person: string; readonly threadTs: string | null },
  body: Fields,
): Promise<string> {
  const ts = await inTransaction(room.pool, async (client) => {
    await assertThread(client, where.channel, where.threadTs)
    const next = await nextTs(client, where.channel, room.now())
    await putEphemeral(client, { ...where, ts: next, body: { ...body, is_ephemeral: true } })
    return next
  })
  room.changed()
  return ts
}

/** Redraws a message of the app; `author` must be whose it is. Returns it as the API tells it. */
export async function updateMessage(
  room: Room,
  where: {
    readonly channel: string
    readonly ts: string
    readonly author: string
    readonly broadcast: boolean
  },
  content: Content,
): Promise<Fields> {
  const { channel, ts, author } = where
  const told = await inTransaction(room.pool, async (client) => {
    const message = await lockMessage(client, channel, ts)
    if (message === null) throw new SlackRefusal('message_not_found')
    if (message.author !== author || message.body['subtype'] === 'tombstone')
      throw new SlackRefusal('cant_update_message')
    const body = updatedBody(message.body, content, `${Math.trunc(room.now() / 1_000)}.000000`)
    await replaceBody(client, channel, ts, body)
    const broadcasts = where.broadcast && message.threadTs !== null
    if (broadcasts) await broadcastReply(client, channel, ts)
    return tell({ ...message, body, isBroadcast: message.isBroadcast || broadcasts })
  })
  room.changed()
  return told
}

/** Removes a message of the app. Of a parent Slack keeps the place, so that its thread can still be read. */
export async function removeMessage(
  room: Room,
  { channel, ts, author }: { readonly channel: string; readonly ts: string; readonly author: string },
): Promise<void> {
  await inTransaction(room.pool, async (client) => {
    const message = await lockMessage(client, channel, ts)
    if (message === null) throw new SlackRefusal('message_not_found')
    if (message.author !== author) throw new SlackRefusal('cant_delete_message')
    if (message.replies === null) await deleteMessage(client, channel, ts)
    else await replaceBody(client, channel, ts, TOMBSTONE)
  })
  room.changed()
}

const TOMBSTONE: Fields = {
  type: 'message',
  subtype: 'tombstone',
  text: 'This message was deleted.',
  user: SLACKBOT,
  hidden: true,
}

/** Refuses with Slack's names where the person (the bot) may not post. */
export async function assertCanPost(db: Queries, channel: string, person: string): Promise<void> {
  const found = await findChannel(db, channel)
  if (found === null) throw new SlackRefusal('channel_not_found')
  if (!(await isMember(db, channel, person))) throw new SlackRefusal('not_in_channel')
  if (found.isArchived) throw new SlackRefusal('is_archived')
}

/** Refuses with thread_not_found where no thread can be: a reply has none of its own. */
export async function assertThread(db: Queries, channel: string, threadTs: string | null): Promise<void> {
  if (threadTs === null) return
  const parent = await findMessage(db, channel, threadTs)
  if (parent === null || parent.threadTs !== null) throw new SlackRefusal('thread_not_found')
}
