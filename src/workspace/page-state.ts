import { listChannels, listPeople } from './directory.ts'
import { listEphemerals } from './ephemerals.ts'
import { BOT_PROFILE, INCIDENTS_CHANNEL, TEAM } from './identity.ts'
import type { Fields } from './json.ts'
import { countShown, findMessage, readChannel, readNewestReplies, tell } from './messages.ts'
import type { Room } from './room.ts'
import { listUsergroups } from './usergroups.ts'
import { tellFilledView } from './views/tell.ts'

const ALL = { oldest: '0000000000.000000', latest: '9999999999.999999', inclusive: true }
/** The page shows this many messages of a channel and of a thread, the newest ones. */
const SHOWN = 200

/** What the page draws for the person who looks: people, channels, messages oldest first, and what only they see. */
export async function readPageState(room: Room, channel: string | null, person: string): Promise<Fields> {
  const people = await listPeople(room.pool)
  const groups = await listUsergroups(room.pool)
  const channels = await listChannels(room.pool)
  const open = channels.find(({ id }) => id === (channel ?? INCIDENTS_CHANNEL)) ?? channels[0]
  if (open === undefined) throw new Error('the workspace has no channel: it was not seeded')
  // One more than is shown tells whether there are older ones.
  const messages = await readChannel(room.pool, open.id, { ...ALL, limit: SHOWN + 1 })
  const home = room.views.home(person)
  const counts = await countShown(room.pool)
  const ephemerals = await listEphemerals(room.pool, person)
  return {
    team: TEAM,
    now: room.now(),
    people: people.map(({ id, name, role, team, isBot }) => ({ id, name, role, team, isBot })),
    channels: channels.map(({ id, name }) => ({ id, name, count: counts.get(id) ?? 0 })),
    groups: groups.map(({ id, handle }) => ({ id, handle })),
    channel: { id: open.id, name: open.name },
    messages: messages.slice(0, SHOWN).toReversed().map(tell),
    older: messages.length > SHOWN,
    play: room.player?.state() ?? null,
    ephemerals: ephemerals
      .filter((message) => message.channel === open.id)
      .map(({ ts, threadTs, body }) => ({ ...body, ts, ...(threadTs !== null && { thread_ts: threadTs }) })),
    views: room.views.stack(person).map((modal) => tellFilledView(room, modal)),
    home: home === null ? null : tellFilledView(room, home),
    app: { name: BOT_PROFILE.name, commands: room.commands ?? [], shortcuts: room.shortcuts },
  }
}

/** A thread, its parent first; null when there is none. */
export async function readThread(room: Room, channel: string, ts: string): Promise<Fields | null> {
  const parent = await findMessage(room.pool, channel, ts)
  if (parent === null) return null
  const replies = await readNewestReplies(room.pool, channel, ts, SHOWN)
  return { messages: [parent, ...replies].map(tell), older: (parent.replies?.count ?? 0) > replies.length }
}
