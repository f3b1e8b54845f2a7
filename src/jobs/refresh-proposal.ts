import type { Kysely } from 'kysely'
import { pressIds } from '../approvals/press.ts'
import type { Database } from '../db/tables.ts'
import type { Chat, ChatMessage } from '../model/chat.ts'
import type { ProposalVerb, ProposalView } from '../model/proposal.ts'
import type { Micros } from '../model/time.ts'

/** What the job needs: the bot's database, the proposal as its row has it, how to draw, and the time. */
export interface RefreshProposalPorts {
  readonly db: Kysely<Database>
  readonly chat: Pick<Chat, 'post' | 'update'>
  readonly now: () => Micros
  load(proposal: number): Promise<ProposalView | null>
  readonly draw: {
    card(view: ProposalView, context: DrawContext): ChatMessage
    /** The line in the thread that says how it ended; null while it has not. */
    line(view: ProposalView, context: { readonly now: Micros }): ChatMessage | null
  }
  /** Has the card of the incident tell that a proposal waits, or waits no more. */
  redrawIncident(incident: number): Promise<void>
}

export interface DrawContext {
  readonly now: Micros
  /** The opaque value of a button. */
  readonly buttonOf: (verb: ProposalVerb) => string
}

/**
 * Makes the card of a proposal show what the row says: posts it in the incident's thread, where the channel sees it too, redraws
 * it when the row moved on, and says in the thread how it ended. Repeating it changes nothing.
 */
export async function refreshProposal(ports: RefreshProposalPorts, proposal: number): Promise<void> {
  const view = await ports.load(proposal)
  // A plan whose text is not the one that was hashed is shown nowhere; who votes on it is told.
  if (view === null) return
  const known = await ports.db
    .selectFrom('proposal_card')
    .select(['channel', 'ts', 'revision'])
    .where('proposal', '=', proposal)
    .executeTakeFirst()
  if (known !== undefined && known.revision >= view.revision) return
  const { plan, digest, revision } = view
  const place = await ports.db
    .selectFrom('card')
    .select(['channel', 'ts'])
    .where('incident', '=', plan.incident)
    .executeTakeFirst()
  if (place === undefined)
    throw new Error(`INC-${plan.incident} has no card yet for P-${proposal} to stand below`)
  const buttonOf = await pressIds(ports.db, { proposal, digest, revision }, ports.now())
  const message = ports.draw.card(view, { now: ports.now(), buttonOf })
  const isThere =
    known !== undefined &&
    (await ports.chat.update(message, { channel: known.channel, ts: known.ts })) === 'updated'
  const ts = isThere
    ? known.ts
    : (
        await ports.chat.post(message, {
          channel: place.channel,
          threadTs: place.ts,
          broadcast: known === undefined,
        })
      ).ts
  const line = known === undefined ? null : ports.draw.line(view, { now: ports.now() })
  const shown = { channel: isThere ? known.channel : place.channel, ts, revision }
  await ports.db
    .insertInto('proposal_card')
    .values({ proposal, ...shown })
    .onConflict((conflict) => conflict.column('proposal').doUpdateSet(shown))
    .execute()
  if (line !== null)
    await ports.chat.post(line, { channel: place.channel, threadTs: place.ts, broadcast: true })
  // The row of the incident is ingest's: that its card is behind is said by the card's own.
  await ports.db.updateTable('card').set({ revision: 0 }).where('incident', '=', plan.incident).execute()
  await ports.redrawIncident(plan.incident)
}

/** Numbers of the proposals whose card is missing or behind: what a start after a crash has to catch up with. */
export async function staleProposals(db: Kysely<Database>): Promise<readonly number[]> {
  const rows = await db
    .selectFrom('proposal')
    .leftJoin('proposal_card', 'proposal_card.proposal', 'proposal.id')
    .select('proposal.id')
    .where((where) =>
      where.or([
        where('proposal_card.proposal', 'is', null),
        where('proposal_card.revision', '<', where.ref('proposal.revision')),
      ]),
    )
    .orderBy('proposal.id')
    .execute()
  return rows.map(({ id }) => id)
}
