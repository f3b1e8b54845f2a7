import type { App, BlockAction, ButtonAction } from '@slack/bolt'
import { actionPattern } from '../../blocks/ids.ts'
import type { AskPorts } from './admit.ts'
import { answerFor, messageOf } from './answers.ts'
import { cardOf } from './cards.ts'
import { A_MOMENT, claim, replayed } from './once.ts'
import { readPress, readQuestion } from './pressed.ts'
import { shareOffer } from './share.ts'
import { tell } from './tell.ts'

/**
 * Answers the question buttons: in the thread of the incident, or only to the person who pressed where the button
 * itself was only theirs.
 */
export function askButton(app: App, ports: AskPorts): void {
  app.action<BlockAction<ButtonAction>>(actionPattern.ask, async ({ ack, body, action }) => {
    await ack()
    const pressed = await readPress(ports, body)
    const question = pressed === null ? null : await readQuestion(action, pressed.ear)
    if (pressed === null || question === null) return
    const { person, ear } = pressed
    // The same button pressed twice within a moment is one question.
    const press = ['ask', person, ear.channel, pressed.ts, action.value ?? '']
    if (!(await claim(ports.db, press, ports.now(), A_MOMENT))) return tell(ear, replayed('press'))
    const asker = { person, at: ports.now() }
    if (pressed.isEphemeral) {
      const offer = await shareOffer(ports.db, question, ear.channel)
      await tell(ear, messageOf(await answerFor(ports.graph, question, asker, offer)))
      return ports.noteAsk(question, person)
    }
    const card = question.incident === null ? null : await cardOf(ports.db, question.incident)
    const about = card === null ? question : { ...question, incident: card.incident }
    const answered = await answerFor(ports.graph, about, asker)
    if ('refused' in answered) return tell(ear, answered.refused)
    const thread = card ?? { channel: ear.channel, ts: ear.threadTs ?? pressed.ts }
    await ports.chat.post(answered.answer, { channel: thread.channel, threadTs: thread.ts })
    await ports.noteAsk(about, person)
  })
  // A link button reports its press too; it only wants to hear that it arrived.
  app.action(actionPattern.open, async ({ ack }) => {
    await ack()
  })
}
