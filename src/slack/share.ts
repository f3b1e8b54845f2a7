import type { App, BlockAction, ButtonAction } from '@slack/bolt'
import type { Kysely } from 'kysely'
import { actionPattern, type QuestionValue } from '../../blocks/ids.ts'
import type { Message } from '../../blocks/message.ts'
import { notice } from '../../blocks/notice.ts'
import type { Database } from '../db/tables.ts'
import type { Sharing } from '../model/views.ts'
import type { AskPorts } from './admit.ts'
import { answerFor } from './answers.ts'
import { cardOf, onlyOpenIncident } from './cards.ts'
import { claim, release, replayed } from './once.ts'
import { errorOf } from './post.ts'
import { readPress, readQuestion, unknownButton } from './pressed.ts'
import { tell } from './tell.ts'

/** The share buttons of an answer that one person sees in this channel. */
export async function shareOffer(
  db: Kysely<Database>,
  question: Pick<QuestionValue, 'entity'>,
  channel: string,
): Promise<Sharing> {
  return { offer: question.entity, openIncident: await onlyOpenIncident(db, channel) }
}

/** Slack's words for a place in which the bot cannot speak, each with what the person is told of it. */
const CLOSED: { readonly [error: string]: (where: string) => string } = {
  not_in_channel: (where) =>
    `Firebreak is not in ${where}, so nothing was shared. Invite it there with /invite @Firebreak and press Share again.`,
  channel_not_found: (where) =>
    `Firebreak cannot see ${where}, so nothing was shared. Invite it there with /invite @Firebreak and press Share again.`,
  is_archived: () =>
    'That channel is archived, so nothing was shared. Ask again in a channel that is in use.',
  restricted_action: (where) =>
    `This workspace does not let apps post in ${where}, so nothing was shared. Ask again in another channel.`,
}

/**
 * Answers `Share to channel` and `Share to INC-41`: the question is asked anew, so that what all see is true now, and
 * the person's own copy loses its buttons. One copy is shared once to each place.
 */
export function share(app: App, ports: AskPorts): void {
  app.action<BlockAction<ButtonAction>>(actionPattern.share, async ({ ack, body, action }) => {
    await ack()
    const pressed = await readPress(ports, body)
    const question = pressed === null ? null : await readQuestion(action, pressed.ear)
    if (pressed === null || question === null) return
    const { person, ear } = pressed
    const card = question.incident === null ? null : await cardOf(ports.db, question.incident)
    if (question.incident !== null && card === null) return tell(ear, unknownButton())
    const once = ['share', ear.channel, pressed.ts, action.action_id]
    if (!(await claim(ports.db, once, ports.now()))) return tell(ear, replayed('press'))
    try {
      const about = card === null ? question : { ...question, incident: card.incident }
      const answered = await answerFor(ports.graph, about, { person, at: ports.now() }, { by: person })
      if ('refused' in answered) {
        await release(ports.db, once)
        return await tell(ear, answered.refused)
      }
      await ports.chat.post(
        answered.answer,
        card === null ? { channel: ear.channel } : { channel: card.channel, threadTs: card.ts },
      )
    } catch (error) {
      await release(ports.db, once)
      const words = CLOSED[errorOf(error) ?? '']
      if (words === undefined) throw error
      return tell(ear, said(words(card === null ? 'this channel' : `the channel of INC-${card.incident}`)))
    }
    const where = card === null ? 'this channel' : `the thread of INC-${card.incident}`
    await tell(
      ear,
      said(`Shared in ${where}; everyone there sees it. Ask again for a copy of your own.`),
      true,
    )
  })
}

function said(sentence: string): Message {
  return notice({ sentences: [[sentence]], context: null, buttons: [] })
}
