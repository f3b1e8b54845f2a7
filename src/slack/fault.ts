import { randomBytes } from 'node:crypto'
import type { Message } from '../../blocks/message.ts'
import { notice } from '../../blocks/notice.ts'
import { type Ear, tell } from './tell.ts'

/** Where the Slack floor reports to; `fault` is the id that the person saw. */
export interface FaultLog {
  error(fields: { readonly fault?: string; readonly err: unknown }, message: string): void
  warn(fields: object, message: string): void
}

/** Logs a fault under an id and returns what its person is told, who can quote it. */
export function faultNotice(error: unknown, log: FaultLog): Message {
  const fault = randomBytes(2).toString('hex')
  log.error({ fault, err: (error as { original?: unknown }).original ?? error }, 'answering in Slack')
  return notice({
    sentences: [
      [
        `Something broke while answering; it is logged as fault ${fault}. Try again; if it repeats, tell an administrator the fault.`,
      ],
    ],
    context: `fault ${fault}`,
    buttons: [],
  })
}

/** Logs a fault and tells it to its person; null: there is nobody to tell. */
export async function reportFault(error: unknown, ear: Ear | null, log: FaultLog): Promise<void> {
  const message = faultNotice(error, log)
  if (ear === null) return
  try {
    await tell(ear, message)
  } catch (err) {
    log.warn({ err }, 'the person could not be told of a fault')
  }
}
