import type { ServerResponse } from 'node:http'
import { doesItsWork, METHOD_FAULTS, sendFault } from './control/send-fault.ts'
import type { Room } from './room.ts'
import type { Via } from './wire.ts'

/** One call of the bot: a method of the Web API, an answer to a response_url, or a file's bytes. */
export interface Call {
  readonly via: Via
  /** By which a fault finds it and the wire names it. */
  readonly what: string
  /** Whether it came with a token or an address that was given out. No fault strikes any other, and its body is not kept. */
  readonly isTrusted: boolean
  readonly sent: unknown
}

/** What a call is told. */
export interface CallAnswer {
  readonly ok: boolean
  readonly error?: string
  readonly [name: string]: unknown
}

/** Does a call past the armed faults and onto the wire; `send` tells the bot, unless a fault does. */
export async function answerCall<A extends CallAnswer>(
  room: Room,
  response: ServerResponse,
  { via, what, isTrusted, sent }: Call,
  work: () => Promise<A>,
  send: (answer: A) => void,
): Promise<void> {
  const end = room.wire.begin({ from: 'bot', to: 'Slack', via })
  const fault = isTrusted ? room.faults.strike(what, ...METHOD_FAULTS) : null
  if (fault === null) {
    const answer = await work()
    const { ok, error = null } = answer
    end({ what, ok, error, sent: isTrusted ? sent : null, answered: isTrusted ? answer : null })
    return send(answer)
  }
  const answer = doesItsWork(fault) ? await work() : null
  end({ what, ok: false, error: `${fault.kind} by control`, sent, answered: answer })
  return sendFault(response, fault, answer ?? {})
}
