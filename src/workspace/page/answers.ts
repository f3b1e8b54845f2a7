import { asText, type Fields } from '../json.ts'
import type { PageState } from './state.ts'
import type { Shown, Store } from './store.ts'

/** The thread of a message on the page: the ts of its parent, or its own when it may become one. */
export function threadOf(ts: string, { state, threadTs }: Shown): string {
  const message = state?.messages.find((one) => one['ts'] === ts)
  // What is not in the channel stands in the open thread.
  return message === undefined ? (threadTs ?? ts) : asText(message['thread_ts'], ts)
}

/**
 * What was answered since the last look to what was pressed at this page, in threads that are not open. `read` gives the
 * messages of a thread.
 */
export async function findAnswers(
  { shown, awaited }: Store,
  state: PageState,
  read: (ts: string) => Promise<readonly Fields[]>,
): Promise<readonly Fields[]> {
  const found: Fields[] = []
  for (const message of state.messages) {
    const ts = asText(message['ts'])
    const before = shown.state?.messages.find((one) => one['ts'] === ts)
    if (!awaited.has(ts) || ts === shown.threadTs || before === undefined) continue
    const seen = asText(before['latest_reply'], ts)
    if (asText(message['latest_reply'], ts) > seen)
      found.push(...(await read(ts)).filter((reply) => asText(reply['ts']) > seen))
  }
  return found
}
