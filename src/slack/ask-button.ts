import type { App, BlockAction, ButtonAction } from '@slack/bolt'
import { actionPattern } from '../../blocks/ids.ts'
import type { Graph } from '../lookups/lookup.ts'
import type { ListenerPorts } from './admit.ts'
import { answerFor } from './answers.ts'
import { cardOf } from './cards.ts'
import { type Place, readPress } from './pressed.ts'
import { shareOffer } from './share.ts'
import { tell } from './tell.ts'

export interface AskButtonPorts extends ListenerPorts {
  readonly graph: Graph
}

/**
 * Answers the question buttons: in the thread of the incident, or only to the person who pressed where the button
 * itself was only theirs.
 */
export function askButton(app: App, ports: AskButtonPorts): void {
  app.action<BlockAction<ButtonAction>>(actionPattern.ask, async ({ ack, body, action, respond }) => {
    await ack()
    const pressed = await readPress(ports, body, action, respond)
    if (pressed === null) return
    const { question, person, ear, place } = pressed
    const asker = { person, at: ports.now() }
    if (place.isEphemeral) {
      const offer = await shareOffer(ports.db, question, place.channel)
      return tell(ear, await answerFor(ports.graph, question, asker, offer))
    }
    const message = await answerFor(ports.graph, question, asker)
    const thread = await threadOf(ports, question.incident, place)
    await ports.chat.post(message, { channel: thread.channel, threadTs: thread.ts })
  })
  // A link button reports its press too; it only wants to hear that it arrived.
  app.action(actionPattern.open, async ({ ack }) => {
    await ack()
  })
}

/** The thread that the answer belongs to: the incident's, else that of the message. */
async function threadOf(
  { db }: AskButtonPorts,
  incident: number | null,
  { channel, ts, threadTs }: Place,
): Promise<{ readonly channel: string; readonly ts: string }> {
  const card = incident === null ? null : await cardOf(db, incident)
  return card ?? { channel, ts: threadTs ?? ts }
}
