import type { RespondArguments } from '@slack/bolt'
import type { Message } from '../../blocks/message.ts'

/** Bolt's respond(): an answer to whoever pressed or typed, through the response_url. */
export type Respond = (message: RespondArguments) => Promise<unknown>

/** Says something to the person who asked, and to nobody else; the message that was pressed stays as it is. */
export async function tell(respond: Respond, message: Message): Promise<void> {
  await respond({
    response_type: 'ephemeral',
    replace_original: false,
    text: message.text,
    blocks: message.blocks,
  })
}
