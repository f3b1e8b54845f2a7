import { count, flag, required, textArgument } from './arguments.ts'
import { pageEnd, pageOf, readCursor } from './cursor.ts'
import { type Channel, findChannel, isMember, listChannels, listMembers } from './directory.ts'
import { BOT_USER, OTHER_TEAM, TEAM } from './identity.ts'
import type { Fields } from './json.ts'
import { countPins, findMessage, readChannel, readReplies, type Slice, tell } from './messages.ts'
import type { Method } from './methods-chat.ts'
import { SlackRefusal } from './refusal.ts'
import type { Room } from './room.ts'

/** Later than every ts. */
const END = '9999999999.999999'
const START = '0000000000.000000'

/** The conversations.* methods that read. */
export const conversationMethods: { readonly [name: string]: Method } = {
  'conversations.info': async (args, room) => {
    const channel = await channelOf(args, room)
    const members = flag(args, 'include_num_members') ? { num_members: channel.memberCount } : {}
    return { channel: { ...tellChannel(channel, await botIsIn(room, channel.id)), ...members } }
  },

  'conversations.list': async (args, room) => {
    const { items, end } = pageOf(args, await listChannels(room.pool), count(args, 'limit', 100, 1_000))
    const kept = flag(args, 'exclude_archived') ? items.filter(({ isArchived }) => !isArchived) : items
    const channels: Fields[] = []
    for (const channel of kept) {
      const told = tellChannel(channel, await botIsIn(room, channel.id))
      channels.push({ ...told, num_members: channel.memberCount })
    }
    return { channels, response_metadata: end.response_metadata }
  },

  'conversations.members': async (args, room) => {
    const channel = await channelOf(args, room)
    const all = await listMembers(room.pool, channel.id)
    const { items, end } = pageOf(args, all, count(args, 'limit', 100, 1_000))
    return { members: items, response_metadata: end.response_metadata }
  },

  'conversations.history': async (args, room) => {
    const channel = await readableChannel(args, room)
    const slice = sliceOf(args)
    const before = readCursor(args)
    const from = before === null ? slice : { ...slice, latest: before, inclusive: false }
    const oldest = slice.inclusive && before !== null ? justBefore(slice.oldest) : slice.oldest
    const found = await readChannel(room.pool, channel.id, { ...from, oldest, limit: slice.limit + 1 })
    const page = found.slice(0, slice.limit)
    const last = found.length > page.length ? (page.at(-1)?.ts ?? null) : null
    return { messages: page.map(tell), pin_count: await countPins(room.pool, channel.id), ...pageEnd(last) }
  },

  'conversations.replies': async (args, room) => {
    const channel = await readableChannel(args, room)
    const ts = required(args, 'ts')
    const asked = await findMessage(room.pool, channel.id, ts)
    if (asked === null) throw new SlackRefusal('thread_not_found')
    // Slack gives a reply alone when its own ts is asked for, and the parent again with each page of its thread.
    if (asked.threadTs !== null) return { messages: [tell(asked)], ...pageEnd(null) }
    const slice = sliceOf(args)
    const after = readCursor(args)
    const from = after === null ? slice : { ...slice, oldest: after, inclusive: false }
    const latest = slice.inclusive && after !== null ? justAfter(slice.latest) : slice.latest
    const found = await readReplies(room.pool, channel.id, ts, { ...from, latest, limit: slice.limit + 1 })
    const page = found.slice(0, slice.limit)
    const last = found.length > page.length ? (page.at(-1)?.ts ?? null) : null
    return { messages: [asked, ...page].map(tell), ...pageEnd(last) }
  },
}

function sliceOf(args: Fields): Slice {
  const oldest = textArgument(args, 'oldest')
  const latest = textArgument(args, 'latest')
  return {
    oldest: oldest === null || oldest === '' ? START : normalTs(oldest, 'invalid_ts_oldest'),
    latest: latest === null || latest === '' ? END : normalTs(latest, 'invalid_ts_latest'),
    inclusive: flag(args, 'inclusive'),
    limit: count(args, 'limit', 100, 999),
  }
}

/** `1700000000` and `1700000000.5` in the form of a ts. */
function normalTs(text: string, error: string): string {
  const [, seconds, micros = ''] = /^(\d{1,10})(?:\.(\d{0,6}))?$/.exec(text) ?? []
  if (seconds === undefined) throw new SlackRefusal(error)
  return `${seconds.padStart(10, '0')}.${micros.padEnd(6, '0')}`
}

function justBefore(ts: string): string {
  return shifted(ts, -1)
}

function justAfter(ts: string): string {
  return shifted(ts, 1)
}

function shifted(ts: string, by: number): string {
  const digits = String(Math.max(0, Number(ts.replace('.', '')) + by)).padStart(16, '0')
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`
}

/** The channel that a call names. */
export async function channelOf(args: Fields, room: Room): Promise<Channel> {
  const channel = await findChannel(room.pool, required(args, 'channel'))
  if (channel === null) throw new SlackRefusal('channel_not_found')
  return channel
}

async function readableChannel(args: Fields, room: Room): Promise<Channel> {
  const channel = await channelOf(args, room)
  if (!(await botIsIn(room, channel.id))) throw new SlackRefusal('not_in_channel')
  return channel
}

/** Whether the app is a member of a channel. */
export function botIsIn(room: Room, channel: string): Promise<boolean> {
  return isMember(room.pool, channel, BOT_USER)
}

/** A channel as the Web API tells it. */
export function tellChannel(channel: Channel, isMemberThere: boolean): Fields {
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: true,
    is_group: false,
    is_im: false,
    is_mpim: false,
    is_private: false,
    is_general: false,
    is_archived: channel.isArchived,
    is_shared: channel.isShared,
    is_ext_shared: channel.isShared,
    is_org_shared: false,
    is_member: isMemberThere,
    created: channel.created,
    creator: channel.creator,
    context_team_id: TEAM.id,
    ...(channel.isShared && { shared_team_ids: [TEAM.id, OTHER_TEAM] }),
    topic: { value: channel.topic, creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
  }
}
