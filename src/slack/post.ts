import type { KnownBlock } from '@slack/types'
import { type ChatPostMessageArguments, WebAPIPlatformError, type WebClient } from '@slack/web-api'
import { degraded } from '../../blocks/degrade.ts'
import type { Message } from '../../blocks/message.ts'
import type { Chat, ChatMessage } from '../model/chat.ts'

/** Slack's words for a message that it will not draw as it is; a poorer copy may still do. */
const REFUSED = new Set(['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long', 'msg_too_long'])

/** Slack's words for a message of ours that cannot be edited any more: deleted, a tombstone above its thread, or too old. */
const GONE = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed'])

/** Tells of a message that Slack took only in a poorer form. */
export type OnDegraded = (error: string, form: number) => void

/** Posts and redraws through Slack's Web API; nothing is unfurled, since a preview would tell whoever owns the link. */
export function slackChat(client: WebClient, onDegraded: OnDegraded): Chat {
  return {
    async post(message, { channel, threadTs, broadcast }) {
      return withDegraded(message, onDegraded, async ({ text, blocks }) => {
        const args = {
          channel,
          text,
          blocks,
          unfurl_links: false,
          unfurl_media: false,
          ...(threadTs !== undefined && { thread_ts: threadTs }),
          ...(threadTs !== undefined && broadcast === true && { reply_broadcast: true }),
        }
        const { ts } = await client.chat.postMessage(args as ChatPostMessageArguments)
        if (ts === undefined) throw new Error('chat.postMessage answered without a ts')
        return { ts }
      })
    },
    async postEphemeral(message, { channel, person, threadTs }) {
      await withDegraded(message, onDegraded, async ({ text, blocks }) => {
        const thread = threadTs === undefined ? {} : { thread_ts: threadTs }
        await client.chat.postEphemeral({ channel, user: person, text, blocks, ...thread })
      })
    },
    async update(message, { channel, ts }) {
      try {
        return await withDegraded(message, onDegraded, async ({ text, blocks }) => {
          await client.chat.update({ channel, ts, text, blocks })
          return 'updated' as const
        })
      } catch (error) {
        if (GONE.has(errorOf(error) ?? '')) return 'gone'
        throw error
      }
    },
  }
}

/** Sends the first form of a message that Slack takes: whole, then poorer. Throws what is not about the form. */
export async function withDegraded<T>(
  message: ChatMessage,
  onDegraded: OnDegraded,
  send: (form: Message) => Promise<T>,
): Promise<T> {
  // Whatever goes through the port was drawn by blocks/, so its blocks are Slack's.
  const forms = degraded({ text: message.text, blocks: message.blocks as KnownBlock[] })
  for (const [at, form] of forms.entries()) {
    try {
      return await send(form)
    } catch (error) {
      const name = errorOf(error)
      if (name === null || !REFUSED.has(name) || at === forms.length - 1) throw error
      onDegraded(name, at + 1)
    }
  }
  throw new Error('a message has no form')
}

/** Slack's name of an error; null for what is no answer of Slack's (network, time-out). */
export function errorOf(error: unknown): string | null {
  return error instanceof WebAPIPlatformError ? error.data.error : null
}
