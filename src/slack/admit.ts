import type { Kysely } from 'kysely'
import type { QuestionValue } from '../../blocks/ids.ts'
import { notice } from '../../blocks/notice.ts'
import type { Database } from '../db/tables.ts'
import type { Graph } from '../lookups/lookup.ts'
import type { Chat } from '../model/chat.ts'
import type { Micros } from '../model/time.ts'
import type { IsShared } from './channels.ts'
import type { FaultLog } from './fault.ts'
import { claim, replayed } from './once.ts'
import { type Person, refusalView, refusePerson } from './people.ts'
import { type Ear, tell } from './tell.ts'

/** What every listener needs: the bot's database, a way to speak, whose workspace it is, and the time. */
export interface ListenerPorts {
  readonly db: Kysely<Database>
  readonly chat: Chat
  /** The workspace of the app; null when Slack does not say. */
  readonly team: string | null
  readonly isShared: IsShared
  readonly now: () => Micros
  readonly log: FaultLog
}

/** What a listener needs that asks questions. */
export interface AskPorts extends ListenerPorts {
  readonly graph: Graph
  /** Puts a question that was answered on the trail. */
  readonly noteAsk: (question: QuestionValue, person: string) => Promise<void>
}

/**
 * True when this person may ask here and this is the first time that it came; otherwise the person is told why not. Called
 * after the ack, before anything is done.
 */
export async function admit(
  ports: ListenerPorts,
  person: Person,
  triggerId: string,
  what: 'press' | 'command',
  ear: Ear,
): Promise<boolean> {
  const refusal =
    refusePerson(person, ports.team) ?? ((await ports.isShared(ear.channel)) ? 'shared-channel' : null)
  if (refusal !== null) {
    await tell(ear, notice(refusalView(refusal)))
    return false
  }
  if (await claim(ports.db, ['trigger', triggerId], ports.now())) return true
  await tell(ear, replayed(what))
  return false
}
