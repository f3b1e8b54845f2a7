import type { BlockAction, ButtonAction } from '@slack/bolt'
import { decodeQuestion, type QuestionValue } from '../../blocks/ids.ts'
import type { Message } from '../../blocks/message.ts'
import { notice } from '../../blocks/notice.ts'
import { admit, type ListenerPorts } from './admit.ts'
import { type Ear, type Respond, tell } from './tell.ts'

/** A press on a button that holds a question, with whoever pressed it admitted. */
export interface PressedQuestion {
  readonly question: QuestionValue
  readonly person: string
  readonly ear: Ear
  /** Where the pressed message stands: its channel, its ts, the thread it is in, and whether one person sees it. */
  readonly place: Place
}

export interface Place {
  readonly channel: string
  readonly ts: string
  readonly threadTs: string | null
  readonly isEphemeral: boolean
}

/**
 * Reads a press on a button that holds a question. Null when there is nothing more to do: the person was told why. A
 * button that cannot be read any more is answered with what to do.
 */
export async function readPress(
  ports: ListenerPorts,
  body: BlockAction<ButtonAction>,
  action: ButtonAction,
  respond: Respond,
): Promise<PressedQuestion | null> {
  const place = placeOf(body)
  const person = body.user.id
  const ear: Ear = { respond, chat: ports.chat, channel: place.channel, person, threadTs: place.threadTs }
  const who = { id: person, team: body.user.team_id ?? null }
  if (!(await admit(ports, who, body.trigger_id, ear))) return null
  const question = typeof action.value === 'string' ? decodeQuestion(action.value) : null
  if (question !== null) return { question, person, ear, place }
  await tell(ear, unknownButton())
  return null
}

/** Where the pressed message stands. */
export function placeOf(body: BlockAction<ButtonAction>): Place {
  const { channel_id, message_ts, thread_ts, is_ephemeral } = body.container as {
    channel_id?: string
    message_ts?: string
    thread_ts?: string
    is_ephemeral?: boolean
  }
  return {
    channel: body.channel?.id ?? channel_id ?? '',
    ts: message_ts ?? '',
    threadTs: thread_ts ?? null,
    isEphemeral: is_ephemeral === true,
  }
}

function unknownButton(): Message {
  return notice({
    sentences: [
      [
        'This button is not known any more, so nothing happened. Ask with /firebreak help, or use a newer card.',
      ],
    ],
    context: 'unknown-button',
    buttons: [],
  })
}
