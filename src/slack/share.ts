import type { App, BlockAction, ButtonAction } from '@slack/bolt'
import type { Kysely } from 'kysely'
import { actionPattern, type QuestionValue } from '../../blocks/ids.ts'
import type { Message } from '../../blocks/message.ts'
import { notice } from '../../blocks/notice.ts'
import type { Database } from '../db/tables.ts'
import type { Graph } from '../lookups/lookup.ts'
import type { Sharing } from '../model/views.ts'
import type { ListenerPorts } from './admit.ts'
import { answerFor } from './answers.ts'
import { cardOf, onlyOpenIncident } from './cards.ts'
import { errorOf } from './post.ts'
import { readPress } from './pressed.ts'
import { tell } from './tell.ts'

export interface SharePorts extends ListenerPorts {
  readonly graph: Graph
}

/** The share buttons of an answer that one person sees in this channel. */
export async function shareOffer(
  db: Kysely<Database>,
  question: Pick<QuestionValue, 'entity'>,
  channel: string,
): Promise<Sharing> {
  return { offer: question.entity, openIncident: await onlyOpenIncident(db, channel) }
}

/** Slack's words for a channel in which the bot cannot speak. */
const CLOSED = new Set(['not_in_channel', 'channel_not_found', 'is_archived', 'restricted_action'])

/**
 * Answers `Share to channel` and `Share to INC-41`: the question is asked anew, so that what all see is true now, and
 * the person's own copy loses its buttons, so that it is shared once.
 */
export function share(app: App, ports: SharePorts): void {
  app.action<BlockAction<ButtonAction>>(actionPattern.share, async ({ ack, body, action, respond }) => {
    await ack()
    const pressed = await readPress(ports, body, action, respond)
    if (pressed === null) return
    const { question, person, ear, place } = pressed
    const message = await answerFor(ports.graph, question, { person, at: ports.now() }, { by: person })
    const card = question.incident === null ? null : await cardOf(ports.db, question.incident)
    const where = card === null ? { channel: place.channel } : { channel: card.channel, threadTs: card.ts }
    try {
      await ports.chat.post(message, where)
    } catch (error) {
      if (!CLOSED.has(errorOf(error) ?? '')) throw error
      return tell(ear, notShared())
    }
    await tell(ear, shared(card === null ? 'this channel' : `the thread of INC-${question.incident}`), true)
  })
}

function notShared(): Message {
  return notice({
    sentences: [
      [
        'Firebreak is not in this channel, so nothing was shared. Invite it with /invite @Firebreak and press Share again.',
      ],
    ],
    context: null,
    buttons: [],
  })
}

function shared(where: string): Message {
  return notice({
    sentences: [[`Shared in ${where}; everyone there sees it. Ask again to have a copy that only you see.`]],
    context: null,
    buttons: [],
  })
}
