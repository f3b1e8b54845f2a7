import type { Delivery } from './app-link.ts'
import { type Channel, findChannel, findPerson, type Person } from './directory.ts'
import { APP, TEAM } from './identity.ts'
import type { Fields } from './json.ts'
import type { Room } from './room.ts'

/** Why the app's part of an act failed. */
export type FailureWord =
  | 'operation_timeout'
  | 'dispatch_failed'
  | 'invalid_command_response'
  | 'invalid_options_response'
  | 'invalid_view_response'

/** The app did not do its part; `words` is what the person is shown. */
export interface Failed {
  readonly outcome: 'failed'
  readonly word: FailureWord
  readonly words: string
}

/** What was acted on is not there; the app heard nothing. */
export interface Absent {
  readonly outcome: 'absent'
  readonly words: string
}

/** What became of an act. `errors`: what has to be changed before a modal can be submitted, by block_id. */
export type Dispatched =
  | { readonly outcome: 'acked' }
  | Failed
  | Absent
  | { readonly outcome: 'errors'; readonly errors: { readonly [blockId: string]: string } }

/** The token that old apps compared; Slack still sends one. */
export const VERIFICATION = 'workspace-simulator'

/** What every payload of an interaction says: of what kind it is, who acted, and for which app. */
export function payloadOf(type: string, person: Person): Fields {
  return {
    type,
    team: { id: TEAM.id, domain: TEAM.domain },
    user: { id: person.id, username: person.name, name: person.name, team_id: person.team },
    api_app_id: APP,
    token: VERIFICATION,
    enterprise: null,
    is_enterprise_install: false,
  }
}

/** Sends an interaction to the app. */
export function deliver(room: Room, payload: Fields, acceptsAnswer: boolean): Promise<Delivery> {
  return room.app.deliver('interactive', payload, acceptsAnswer)
}

/** What the person is told of a delivery whose answer carries nothing. */
export function outcomeOf(delivery: Delivery): Dispatched {
  return delivery.outcome === 'acked' ? { outcome: 'acked' } : failed(delivery.word)
}

/** A failure in Slack's words. */
export function failed(word: FailureWord, words = `Firebreak failed with the error "${word}"`): Failed {
  return { outcome: 'failed', word, words }
}

export function absent(words: string): Absent {
  return { outcome: 'absent', words }
}

/** Said when the page names somebody or something that the workspace does not have. */
export const NOBODY = 'There is no such person or channel.'

/** A person who can act; null for the bot and for nobody. */
export async function findActor(room: Room, userId: string): Promise<Person | null> {
  const person = await findPerson(room.pool, userId)
  return person === null || person.isBot ? null : person
}

/** A person who can act, and a channel. */
export async function whoAndWhere(
  room: Room,
  userId: string,
  channelId: string,
): Promise<{ readonly person: Person; readonly channel: Channel } | null> {
  const person = await findActor(room, userId)
  const channel = await findChannel(room.pool, channelId)
  return person === null || channel === null ? null : { person, channel }
}

/** The moment of an act, `seconds.micros`. */
export function actionTs(room: Room): string {
  return (room.now() / 1_000).toFixed(6)
}
