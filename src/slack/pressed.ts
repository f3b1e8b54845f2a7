import type { BlockAction, ButtonAction } from '@slack/bolt'
import { decodeQuestion, type QuestionValue } from '../../blocks/ids.ts'
import type { Message } from '../../blocks/message.ts'
import { notice } from '../../blocks/notice.ts'
import { admit, type ListenerPorts } from './admit.ts'
import { type Ear, earOf, tell } from './tell.ts'

/** A press with whoever pressed admitted. */
export interface Pressed {
  readonly person: string
  readonly ear: Ear
  /** Where the pressed message stands; one person alone sees an ephemeral one. */
  readonly ts: string
  readonly isEphemeral: boolean
}

/**
 * Reads a press on a message's button: who pressed, and where. Null when there is nothing more to do, since the person was
 * told why.
 */
export async function readPress(
  ports: ListenerPorts,
  body: BlockAction<ButtonAction>,
): Promise<Pressed | null> {
  const ear = earOf(body, ports.chat)
  if (ear === null) throw new Error('a press that names no person and channel')
  const { message_ts: ts = '', is_ephemeral } = body.container as {
    message_ts?: string
    is_ephemeral?: boolean
  }
  const who = { id: ear.person, team: body.user.team_id ?? null }
  if (!(await admit(ports, who, body.trigger_id, 'press', ear))) return null
  return { person: ear.person, ear, ts, isEphemeral: is_ephemeral === true }
}

/** The question that a button holds. Null when it cannot be read any more: the person was told what to do. */
export async function readQuestion(action: ButtonAction, ear: Ear): Promise<QuestionValue | null> {
  const question = typeof action.value === 'string' ? decodeQuestion(action.value) : null
  if (question === null) await tell(ear, unknownButton())
  return question
}

/** Said of a button that nothing can be made of any more. */
export function unknownButton(): Message {
  return notice({
    sentences: [
      [
        'This button is not known any more, so nothing happened. Open the incident in App Home and use its card.',
      ],
    ],
    context: 'unknown-button',
    buttons: [],
  })
}
