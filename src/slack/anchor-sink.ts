import { WebClient } from '@slack/web-api'
import { anchorMessage, readAnchorText } from '../../blocks/anchor-message.ts'
import type { Anchor, AnchorSink } from '../model/anchor.ts'
import { CALL_TIMEOUT } from './tell.ts'

/** Messages of one page, and pages that are looked through for anchors. */
const PAGE = 200
const PAGES = 10

/**
 * Anchors as messages of the audit channel, where everybody who reads it is a witness: whoever owns the database cannot change what
 * stands there, but whoever has the bot's token can.
 */
export function channelSink(apiUrl: string, token: string, channel: string): AnchorSink {
  const client = new WebClient(token, {
    slackApiUrl: apiUrl,
    timeout: CALL_TIMEOUT,
    retryConfig: { retries: 2 },
  })
  return {
    name: 'audit channel',
    withstands: 'same-host',
    async write(anchor) {
      const message = anchorMessage(anchor)
      const { ts } = await client.chat.postMessage({
        channel,
        ...message,
        unfurl_links: false,
        unfurl_media: false,
      })
      return `${channel}/${ts ?? ''}`
    },
    async read() {
      const found: Anchor[] = []
      let cursor: string | undefined
      for (let page = 0; page < PAGES; page++) {
        const { messages = [], response_metadata } = await client.conversations.history({
          channel,
          limit: PAGE,
          ...(cursor !== undefined && { cursor }),
        })
        for (const { text = '', bot_id, ts } of messages) {
          const anchor = bot_id === undefined ? null : readAnchorText(text, Number(ts) * 1_000_000)
          if (anchor !== null) found.push(anchor)
        }
        cursor = response_metadata?.next_cursor
        if (cursor === undefined || cursor === '') break
      }
      return found
    },
  }
}
