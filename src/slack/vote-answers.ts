import type { Message } from '../../blocks/message.ts'
import type { Told } from '../approvals/ports.ts'
import { rawText } from '../model/answer.ts'
import type { ListenerPorts } from './admit.ts'

/** Tells one person something in the thread of a proposal's incident. */
export async function tellAt(
  ports: Pick<ListenerPorts, 'db' | 'chat'>,
  person: string,
  proposal: number,
  message: Message,
): Promise<void> {
  const place = await ports.db
    .selectFrom('proposal')
    .innerJoin('card', 'card.incident', 'proposal.incident')
    .select(['card.channel', 'card.ts'])
    .where('proposal.id', '=', proposal)
    .executeTakeFirst()
  if (place === undefined) return
  await ports.chat.postEphemeral(message, { channel: place.channel, person, threadTs: place.ts })
}

/** A refusal under a field, as plain text. */
export function fieldWords({ refused, sentence, trail }: Told): string {
  return `${sentence.map(rawText).join('')} (${refused}${trail === null ? '' : ` · trail #${trail}`})`
}
