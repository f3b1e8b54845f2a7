import type { App, BlockAction, ButtonAction } from '@slack/bolt'
import type { Kysely } from 'kysely'
import { actionPattern, decodeQuestion } from '../../blocks/ids.ts'
import { notice } from '../../blocks/notice.ts'
import type { Database } from '../db/tables.ts'
import type { Graph } from '../lookups/lookup.ts'
import type { Chat } from '../model/chat.ts'
import type { Micros } from '../model/time.ts'
import { answerFor } from './answers.ts'
import { refusalView, refusePerson } from './people.ts'
import { tell } from './tell.ts'

export interface AskButtonPorts {
  readonly graph: Graph
  /** The bot's database: where the card of an incident stands. */
  readonly db: Kysely<Database>
  readonly chat: Chat
  readonly team: string | null
  readonly now: () => Micros
}

/**
 * Answers the question buttons: in the thread of the incident, or only to the person who pressed where the button
 * itself was only theirs. A button that cannot be read any more is answered with what to do.
 */
export function askButton(app: App, ports: AskButtonPorts): void {
  app.action<BlockAction<ButtonAction>>(actionPattern.ask, async ({ ack, body, action, respond }) => {
    await ack()
    const refusal = refusePerson({ id: body.user.id, team: body.user.team_id ?? null }, ports.team)
    if (refusal !== null) {
      await tell(respond, notice(refusalView(refusal)))
      return
    }
    const question = typeof action.value === 'string' ? decodeQuestion(action.value) : null
    if (question === null) {
      await tell(
        respond,
        notice({
          sentences: [
            [
              'This button is not known any more, so nothing happened. Ask with /firebreak help, or use a newer card.',
            ],
          ],
          context: 'unknown-button',
          buttons: [],
        }),
      )
      return
    }
    const message = await answerFor(ports.graph, question, { person: body.user.id, at: ports.now() })
    const thread = await threadOf(ports.db, question.incident, body)
    if (thread === null) await tell(respond, message)
    else await ports.chat.post(message, { channel: thread.channel, threadTs: thread.ts })
  })
  // A link button reports its press too; it only wants to hear that it arrived.
  app.action(actionPattern.open, async ({ ack }) => {
    await ack()
  })
}

/** The thread that the answer belongs to: the incident's, else that of the message; none for an ephemeral one. */
async function threadOf(
  db: Kysely<Database>,
  incident: number | null,
  body: BlockAction<ButtonAction>,
): Promise<{ readonly channel: string; readonly ts: string } | null> {
  const container = body.container as {
    is_ephemeral?: boolean
    thread_ts?: string
    message_ts?: string
    channel_id?: string
  }
  if (container.is_ephemeral === true) return null
  if (incident !== null) {
    const card = await db
      .selectFrom('card')
      .select(['channel', 'ts'])
      .where('incident', '=', incident)
      .executeTakeFirst()
    if (card !== undefined) return card
  }
  const ts = container.thread_ts ?? container.message_ts
  const channel = body.channel?.id ?? container.channel_id
  return ts === undefined || channel === undefined ? null : { channel, ts }
}
