import type { Channel, Person } from './directory.ts'
import { findEphemeral } from './ephemerals.ts'
import { type Absent, absent, NOBODY, whoAndWhere } from './interactions.ts'
import type { Fields } from './json.ts'
import { findMessage, tell } from './messages.ts'
import type { Room } from './room.ts'

/** A message that a person acts on. */
export interface MessageTarget {
  readonly person: Person
  readonly channel: Channel
  readonly ts: string
  /** The message as the API tells it. */
  readonly told: Fields
  readonly isEphemeral: boolean
  readonly threadTs: string | null
  /** Under which name what the app offers this person here is remembered. */
  readonly place: string
}

/** Said when what a person acts on has been redrawn or deleted meanwhile. */
export const CHANGED = 'That message has changed: what you pressed is not there any more.'

/** Finds a message that this person sees. */
export async function findMessageTarget(
  room: Room,
  { userId, channel, ts }: { readonly userId: string; readonly channel: string; readonly ts: string },
): Promise<MessageTarget | Absent> {
  const who = await whoAndWhere(room, userId, channel)
  if (who === null) return absent(NOBODY)
  const where = { ...who, ts, place: JSON.stringify([channel, ts, userId]) }
  const message = await findMessage(room.pool, channel, ts)
  if (message !== null) {
    const threadTs = message.threadTs ?? (message.replies === null ? null : ts)
    return { ...where, told: tell(message), isEphemeral: false, threadTs }
  }
  const ephemeral = await findEphemeral(room.pool, channel, ts)
  // Nobody can press what another one sees.
  if (ephemeral === null || ephemeral.person !== userId) return absent(CHANGED)
  return { ...where, told: { ...ephemeral.body, ts }, isEphemeral: true, threadTs: ephemeral.threadTs }
}

/** What a payload says of the message in which something was done. */
export function toldTarget({ channel, ts, told, isEphemeral, threadTs }: MessageTarget): Fields {
  return {
    container: {
      type: 'message',
      message_ts: ts,
      channel_id: channel.id,
      is_ephemeral: isEphemeral,
      ...(threadTs !== null && { thread_ts: threadTs }),
    },
    channel: { id: channel.id, name: channel.name },
    // Of a message that one person sees, Slack sends no copy.
    ...(!isEphemeral && { message: told }),
  }
}
