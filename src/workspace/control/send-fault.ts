import type { ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { send, sendJson, sendSentence } from '../http.ts'
import type { Fields } from '../json.ts'
import type { Fault } from './faults.ts'

/** The faults that strike a method of the Web API. */
export const METHOD_FAULTS = ['rate-limit', 'server-error', 'hang', 'malformed', 'drop'] as const

type MethodFault = Fault<(typeof METHOD_FAULTS)[number]>

/** True for a fault after which the method has done its work all the same. */
export function doesItsWork({ kind }: MethodFault): boolean {
  return kind === 'malformed' || kind === 'drop'
}

/** Answers a call of the Web API as the fault has it. `answer` is what it would have been told. */
export async function sendFault(response: ServerResponse, fault: MethodFault, answer: Fields): Promise<void> {
  switch (fault.kind) {
    case 'rate-limit': {
      const headers = { 'retry-after': String(Math.max(1, Math.ceil(fault.seconds))) }
      return sendJson(response, 429, { ok: false, error: 'ratelimited' }, headers)
    }
    case 'server-error':
      return sendSentence(response, 500, 'Internal Server Error')
    case 'malformed': {
      const text = JSON.stringify(answer)
      return send(response, 200, 'application/json; charset=utf-8', text.slice(0, Math.ceil(text.length / 2)))
    }
    case 'hang':
      await pause(fault.seconds * 1_000, undefined, { ref: false })
      response.destroy()
      return
    case 'drop':
      response.destroy()
  }
}
