import { type RespondArguments, RespondError } from '@slack/bolt'
import type { Message } from '../../blocks/message.ts'
import type { Chat } from '../model/chat.ts'

/** Bolt's respond(): an answer to whoever pressed or typed, through the response_url. */
export type Respond = (message: RespondArguments) => Promise<unknown>

/** A way to one person: the response_url of what they did and, where that fails, their place in the channel. */
export interface Ear {
  readonly respond: Respond
  readonly chat: Pick<Chat, 'postEphemeral'>
  readonly channel: string
  readonly person: string
  /** The thread in which they pressed; null in the channel itself. */
  readonly threadTs: string | null
}

/**
 * Says something to the person who asked, and to nobody else. The message that was pressed stays as it is, unless
 * `inPlace` replaces it (which only a message of theirs alone can be).
 */
export async function tell(ear: Ear, message: Message, inPlace = false): Promise<void> {
  const { text, blocks } = message
  const { respond, chat, channel, person, threadTs } = ear
  try {
    await respond({ response_type: 'ephemeral', replace_original: inPlace, text, blocks })
  } catch (error) {
    // A response_url lasts half an hour and five answers, and may fail by itself: with a status, or on the way.
    const isOfTheUrl = error instanceof RespondError || error instanceof TypeError || isTimeout(error)
    if (!isOfTheUrl) throw error
    await chat.postEphemeral(message, { channel, person, ...(threadTs !== null && { threadTs }) })
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError'
}
