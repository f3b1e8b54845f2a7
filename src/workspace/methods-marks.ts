import { required, textArgument } from './arguments.ts'
import { findBookmark, listBookmarks, putBookmark, tellBookmark } from './bookmarks.ts'
import { BOT_USER } from './identity.ts'
import { newId } from './ids.ts'
import { asFieldsList, asList, type Fields } from './json.ts'
import { lockMessage, replaceBody } from './messages.ts'
import type { Method } from './methods-chat.ts'
import { assertCanPost } from './posting.ts'
import { SlackRefusal } from './refusal.ts'
import type { Room } from './room.ts'
import { inTransaction } from './transaction.ts'

/** What marks messages and channels: reactions, pins and bookmarks. */
export const markMethods: { readonly [name: string]: Method } = {
  'reactions.add': async (args, room) => {
    const name = required(args, 'name').replaceAll(':', '')
    if (!/^[a-z0-9_+'-]{1,100}$/.test(name)) throw new SlackRefusal('invalid_name')
    return markMessage(args, room, ({ reactions }) => {
      const before = asFieldsList(reactions)
      const users = asList(before.find((reaction) => reaction['name'] === name)?.['users'])
      if (users.includes(BOT_USER)) throw new SlackRefusal('already_reacted')
      const others = before.filter((reaction) => reaction['name'] !== name)
      return { reactions: [...others, { name, users: [...users, BOT_USER], count: users.length + 1 }] }
    })
  },

  'pins.add': async (args, room) => {
    const channel = required(args, 'channel')
    return markMessage(args, room, ({ pinned_to: pinned }) => {
      if (asList(pinned).includes(channel)) throw new SlackRefusal('already_pinned')
      return { pinned_to: [channel] }
    })
  },

  'bookmarks.add': async (args, room) => {
    const channel = await bookmarkedChannel(args, room)
    if (required(args, 'type') !== 'link') throw new SlackRefusal('invalid_bookmark_type')
    const now = Math.trunc(room.now() / 1_000)
    const bookmark = {
      id: newId('Bk'),
      channel,
      title: required(args, 'title'),
      link: linkOf(required(args, 'link')),
      emoji: textArgument(args, 'emoji') ?? '',
      created: now,
      updated: now,
    }
    await putBookmark(room.pool, bookmark)
    room.changed()
    return { bookmark: tellBookmark(bookmark) }
  },

  'bookmarks.edit': async (args, room) => {
    const channel = await bookmarkedChannel(args, room)
    const before = await findBookmark(room.pool, channel, required(args, 'bookmark_id'))
    if (before === null) throw new SlackRefusal('not_found')
    const link = textArgument(args, 'link')
    const bookmark = {
      ...before,
      title: textArgument(args, 'title') || before.title,
      link: link === null ? before.link : linkOf(link),
      emoji: textArgument(args, 'emoji') ?? before.emoji,
      updated: Math.trunc(room.now() / 1_000),
    }
    await putBookmark(room.pool, bookmark)
    room.changed()
    return { bookmark: tellBookmark(bookmark) }
  },

  'bookmarks.list': async (args, room) => {
    const channel = await bookmarkedChannel(args, room)
    return { bookmarks: (await listBookmarks(room.pool, channel)).map(tellBookmark) }
  },
}

/** Adds to the body of a message what `mark` makes of it. */
async function markMessage(args: Fields, room: Room, mark: (body: Fields) => Fields): Promise<Fields> {
  const channel = required(args, 'channel')
  const ts = required(args, 'timestamp')
  await assertCanPost(room.pool, channel, BOT_USER)
  await inTransaction(room.pool, async (client) => {
    const message = await lockMessage(client, channel, ts)
    if (message === null) throw new SlackRefusal('message_not_found')
    await replaceBody(client, channel, ts, { ...message.body, ...mark(message.body) })
  })
  room.changed()
  return {}
}

async function bookmarkedChannel(args: Fields, room: Room): Promise<string> {
  const channel = required(args, 'channel_id')
  await assertCanPost(room.pool, channel, BOT_USER)
  return channel
}

function linkOf(link: string): string {
  if (!/^https?:\/\//i.test(link) || !URL.canParse(link)) throw new SlackRefusal('invalid_link')
  return link
}
