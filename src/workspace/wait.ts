import type { Changes } from './changes.ts'
import { type Ephemeral, listEphemerals } from './ephemerals.ts'
import type { Fields } from './json.ts'
import { readEverything, tell } from './messages.ts'
import type { Room } from './room.ts'

/** A message as somebody sees it; `onlyFor` names the one person who sees it, null for all. */
export interface SeenMessage {
  readonly channel: string
  readonly ts: string
  readonly threadTs: string | null
  readonly text: string
  readonly blocks: readonly unknown[]
  readonly onlyFor: string | null
  /** The message as the API tells it. */
  readonly told: Fields
}

/** All messages of a channel with the replies, oldest first. */
export async function seenMessages(room: Room, channel: string): Promise<readonly SeenMessage[]> {
  const messages = await readEverything(room.pool, channel)
  return messages.map((message) => ({
    ...see(message.channel, message.ts, message.threadTs, tell(message)),
    onlyFor: null,
  }))
}

/** What one person alone sees, oldest first. */
export async function seenEphemerals(room: Room, person: string): Promise<readonly SeenMessage[]> {
  return (await listEphemerals(room.pool, person)).map(seeEphemeral)
}

/** The first message for which `wanted` holds, posted already or soon; rejects after `millis`. */
export function waitForMessage(
  changes: Changes,
  look: () => Promise<readonly SeenMessage[]>,
  wanted: (message: SeenMessage) => boolean,
  millis: number,
): Promise<SeenMessage> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => end(() => reject(new Error(`no such message came within ${millis} ms`))),
      millis,
    )
    const stop = changes.listen(check)
    function end(then: () => void): void {
      clearTimeout(timer)
      stop()
      then()
    }
    function check(): void {
      look().then(
        (messages) => {
          const found = messages.find(wanted)
          if (found !== undefined) end(() => resolve(found))
        },
        (error: Error) => end(() => reject(error)),
      )
    }
    check()
  })
}

function seeEphemeral({ channel, ts, threadTs, person, body }: Ephemeral): SeenMessage {
  return { ...see(channel, ts, threadTs, { ...body, ts }), onlyFor: person }
}

function see(
  channel: string,
  ts: string,
  threadTs: string | null,
  told: Fields,
): Omit<SeenMessage, 'onlyFor'> {
  const { text, blocks } = told
  return {
    channel,
    ts,
    threadTs,
    text: typeof text === 'string' ? text : '',
    blocks: Array.isArray(blocks) ? (blocks as readonly unknown[]) : [],
    told,
  }
}
