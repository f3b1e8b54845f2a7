import { randomBytes } from 'node:crypto'
import { RespondError } from '@slack/bolt'
import { notice } from '../../blocks/notice.ts'
import type { Chat } from '../model/chat.ts'
import { type Respond, tell } from './tell.ts'

/** Milliseconds: no call to Slack may hang longer than that. */
export const CALL_TIMEOUT = 10_000

/** Where the Slack floor reports to; `fault` is the id that the person saw. */
export interface FaultLog {
  error(fields: { readonly fault?: string; readonly err: unknown }, message: string): void
  warn(fields: object, message: string): void
}

/** What went wrong, and the payload over which it did. */
export interface Fault {
  readonly error: Error
  readonly body: object
}

/** Logs a fault under an id and tells it to the person, who can quote it. */
export async function reportFault(
  { error, body }: Fault,
  chat: Pick<Chat, 'postEphemeral'>,
  log: FaultLog,
): Promise<void> {
  const fault = randomBytes(2).toString('hex')
  log.error({ fault, err: (error as { original?: unknown }).original ?? error }, 'answering in Slack')
  const { url, person, channel } = whereOf(body)
  if (person === null || channel === null) return
  const message = notice({
    sentences: [
      [
        `Something broke while answering; it is logged as fault ${fault}. Try again; if it repeats, tell an administrator the fault.`,
      ],
    ],
    context: `fault ${fault}`,
    buttons: [],
  })
  try {
    await tell({ respond: respondTo(url), chat, channel, person, threadTs: null }, message)
  } catch (err) {
    log.warn({ fault, err }, 'the person could not be told of the fault')
  }
}

/** Bolt hands its error handler the payload, and no respond() made from it. */
function respondTo(url: string | null): Respond {
  return async (message) => {
    if (url === null) throw new RespondError('the payload has no response_url', 0)
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
      signal: AbortSignal.timeout(CALL_TIMEOUT),
    })
    if (!response.ok) throw new RespondError(`the response_url answered ${response.status}`, response.status)
  }
}

/** Commands name person and channel flat, interactions as objects. */
function whereOf(body: object): {
  readonly url: string | null
  readonly person: string | null
  readonly channel: string | null
} {
  const { response_url, user_id, channel_id, user, channel } = body as {
    readonly [name: string]: { readonly id?: unknown } | string | undefined
  }
  const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
  const idOf = (value: unknown): string | null => text((value as { id?: unknown } | undefined)?.id)
  return {
    url: text(response_url),
    person: text(user_id) ?? idOf(user),
    channel: text(channel_id) ?? idOf(channel),
  }
}
