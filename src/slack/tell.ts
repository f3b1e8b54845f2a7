import type { Message } from '../../blocks/message.ts'
import type { Chat } from '../model/chat.ts'

/** Milliseconds: no call to Slack may hang longer than that. */
export const CALL_TIMEOUT = 10_000

/** A way to one person: the response_url of what they did and, where that fails, their place in the channel. */
export interface Ear {
  /** Null where Slack gave none: a form that was submitted. */
  readonly responseUrl: string | null
  readonly chat: Pick<Chat, 'postEphemeral'>
  readonly channel: string
  readonly person: string
  /** The thread in which they acted; null in the channel itself. */
  readonly threadTs: string | null
}

/** Whom a payload is from and where; null when it does not say. Commands say it flat, interactions in objects. */
export function earOf(body: object, chat: Pick<Chat, 'postEphemeral'>): Ear | null {
  const { response_url, user_id, channel_id, user, channel, container } = body as {
    readonly [name: string]: { readonly [name: string]: unknown } | string | undefined
  }
  const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
  const within = (value: unknown, name: string): string | null =>
    text((value as { readonly [name: string]: unknown } | null | undefined)?.[name])
  const person = text(user_id) ?? within(user, 'id')
  const place = text(channel_id) ?? within(channel, 'id') ?? within(container, 'channel_id')
  if (person === null || place === null) return null
  const thread = within(container, 'thread_ts')
  return {
    responseUrl: text(response_url),
    chat,
    channel: place,
    person,
    // A card with replies names itself as its thread; a press on it is a press in the channel.
    threadTs: thread === within(container, 'message_ts') ? null : thread,
  }
}

/**
 * Says something to the person who asked, and to nobody else, where they asked. The message that was pressed stays as it
 * is, unless `inPlace` replaces it (which only a message of theirs alone can be).
 */
export async function tell(ear: Ear, message: Message, inPlace = false): Promise<void> {
  const { responseUrl, chat, channel, person, threadTs } = ear
  const inThread = threadTs === null || inPlace ? {} : { thread_ts: threadTs }
  const body = { response_type: 'ephemeral', replace_original: inPlace, ...message, ...inThread }
  if (responseUrl !== null && (await respond(responseUrl, body))) return
  await chat.postEphemeral(message, { channel, person, ...(threadTs !== null && { threadTs }) })
}

/** True when it was taken. A response_url lasts half an hour and five answers, and may fail by itself or hang. */
async function respond(url: string, body: object): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(CALL_TIMEOUT),
    })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}
