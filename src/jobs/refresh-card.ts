import { type Kysely, sql } from 'kysely'
import type { CardTable, Database } from '../db/tables.ts'
import { type JoinedIncident, readJoined } from '../incidents/joined.ts'
import { logsText } from '../incidents/logs.ts'
import { pendingLines } from '../incidents/thread-lines.ts'
import { type LoadedIncident, loadIncident } from '../incidents/view.ts'
import { lookupNamed } from '../lookups/index.ts'
import type { Graph } from '../lookups/lookup.ts'
import type { LookupName, Sentence } from '../model/answer.ts'
import type { Chat, ChatMessage } from '../model/chat.ts'
import type { Micros } from '../model/time.ts'
import type { FirstReplyView, IncidentView, JoinedView, ThreadLineView } from '../model/views.ts'

/** What the job needs: the bot's database, the graph to ask, the channel, how to draw, and the time. */
export interface RefreshCardPorts {
  readonly db: Kysely<Database>
  readonly graph: Graph
  readonly chat: Pick<Chat, 'post' | 'update'>
  readonly channel: string
  readonly now: () => Micros
  /** The link to a message. */
  readonly linkTo: (place: { readonly channel: string; readonly ts: string }) => string
  /** Hears of what went wrong without keeping the card from its reader. */
  readonly warn: (err: unknown, message: string) => void
  readonly draw: {
    card(view: IncidentView, context: { readonly now: Micros }): ChatMessage
    reply(view: FirstReplyView, context: { readonly now: Micros }): ChatMessage
    joined(view: JoinedView): ChatMessage
    line(view: ThreadLineView, context: { readonly now: Micros }): ChatMessage
  }
}

type Card = Pick<CardTable, 'channel' | 'reply_ts' | 'revision' | 'event_seq'> & {
  readonly ts: string
  readonly logs: string
}

/**
 * Makes the card of an incident show what the row says: posts it when there is none (or somebody deleted it), redraws
 * it when the row moved on, and says in its thread what is new. Repeating it changes nothing.
 */
export async function refreshCard(ports: RefreshCardPorts, incident: number): Promise<void> {
  const known = await ports.db
    .selectFrom('card')
    .select(['channel', 'ts', 'reply_ts', 'revision', 'event_seq', 'logs'])
    .where('incident', '=', incident)
    .executeTakeFirst()
  const joined = await readJoined(ports.db, incident)
  if (joined !== null) {
    if (known !== undefined) await showJoined(ports, joined, known)
    return
  }
  const labelOf = (lookup: LookupName): string => lookupNamed(lookup).label
  const loaded = await loadIncident(ports.db, incident, labelOf, known !== undefined)
  if (loaded === null) return
  const card = await showCard(ports, loaded, known)
  await showReply(ports, loaded, card)
  await sayLines(ports, incident, card)
  await leadHere(ports, incident)
}

/** The card of an incident that was taken in becomes one line, and its thread says so once. */
async function showJoined(ports: RefreshCardPorts, joined: JoinedIncident, card: Card): Promise<void> {
  const isThere = card.revision >= joined.revision || (await redrawJoined(ports, joined, card))
  if (isThere) await sayLines(ports, joined.number, card)
}

/** False when somebody deleted the card: nothing is said below it any more, and it is not posted anew. */
async function redrawJoined(
  ports: RefreshCardPorts,
  { number, revision, into, card: place }: JoinedIncident,
  card: Pick<Card, 'channel' | 'ts'>,
): Promise<boolean> {
  const url = place === null ? null : ports.linkTo(place)
  const outcome = await ports.chat.update(ports.draw.joined({ number, revision, into, url }), card)
  const isThere = outcome === 'updated'
  // The row stays, so that a question asked in its thread still finds the incident.
  const said = ports.db
    .selectFrom('incident_event')
    .select((query) => query.fn.coalesce(query.fn.max('seq'), sql<number>`0`).as('last'))
    .where('incident', '=', number)
  await ports.db
    .updateTable('card')
    .set({ revision, ...(!isThere && { event_seq: said }) })
    .where('incident', '=', number)
    .execute()
  return isThere
}

/** Redraws the cards that lead to this one and show less than is known: where it stands now, for one. */
async function leadHere(ports: RefreshCardPorts, incident: number): Promise<void> {
  const behind = await ports.db
    .selectFrom('card')
    .innerJoin('incident', 'incident.id', 'card.incident')
    .select(['incident.id', 'card.channel', 'card.ts'])
    .where('incident.joined_to', '=', incident)
    .whereRef('card.revision', '<', 'incident.revision')
    .orderBy('incident.id')
    .execute()
  for (const { id, channel, ts } of behind) {
    const joined = await readJoined(ports.db, id)
    if (joined !== null) await redrawJoined(ports, joined, { channel, ts })
  }
}

/** Numbers of the incidents whose card is missing or behind: what a start after a crash has to catch up with. */
export async function staleCards(db: Kysely<Database>): Promise<readonly number[]> {
  const rows = await db
    .selectFrom('incident')
    .leftJoin('card', 'card.incident', 'incident.id')
    .select('incident.id')
    // What was taken in before it had a card needs none.
    .where((where) =>
      where.or([where('incident.state', '=', 'open'), where('card.incident', 'is not', null)]),
    )
    .where((where) =>
      where.or([
        where('card.incident', 'is', null),
        where.and([where('card.reply_ts', 'is', null), where('incident.state', '=', 'open')]),
        where('card.revision', '<', where.ref('incident.revision')),
        // The card is redrawn before its thread speaks: what is left to say is behind too.
        where.exists(
          where
            .selectFrom('incident_event')
            .select('incident_event.seq')
            .whereRef('incident_event.incident', '=', 'incident.id')
            .whereRef('incident_event.seq', '>', 'card.event_seq'),
        ),
      ]),
    )
    .orderBy('incident.id')
    .execute()
  return rows.map((row) => row.id)
}

async function showCard(
  ports: RefreshCardPorts,
  loaded: LoadedIncident,
  known: Card | undefined,
): Promise<Card> {
  const { card: view, lastEvent } = loaded
  const logs = logsText(view.logs)
  if (known !== undefined && known.revision >= view.revision && known.logs === logs) return known
  const message = ports.draw.card(view, { now: ports.now() })
  if (known !== undefined) {
    const outcome = await ports.chat.update(message, { channel: known.channel, ts: known.ts })
    if (outcome === 'updated') {
      await ports.db
        .updateTable('card')
        .set({ revision: view.revision, logs })
        .where('incident', '=', view.number)
        .execute()
      return { ...known, revision: view.revision, logs }
    }
  }
  const { ts } = await ports.chat.post(message, { channel: ports.channel })
  // What a new card shows needs no line of its own below it.
  const card: Card = {
    channel: ports.channel,
    ts,
    reply_ts: null,
    revision: view.revision,
    event_seq: lastEvent,
    logs,
  }
  await ports.db.transaction().execute(async (trx) => {
    await trx
      .insertInto('card')
      .values({ incident: view.number, ...card })
      .onConflict((conflict) => conflict.column('incident').doUpdateSet(card))
      .execute()
    // Cards that lead here show another place, or none.
    await trx
      .updateTable('card')
      .set({ revision: 0 })
      .where('incident', 'in', (query) =>
        query.selectFrom('incident').select('id').where('joined_to', '=', view.number),
      )
      .execute()
  })
  return card
}

async function showReply(ports: RefreshCardPorts, loaded: LoadedIncident, card: Card): Promise<void> {
  if (card.reply_ts !== null) return
  const firstAnswer = await firstAnswerFor(ports, loaded)
  const message = ports.draw.reply({ ...loaded.reply, firstAnswer }, { now: ports.now() })
  const { ts } = await ports.chat.post(message, { channel: card.channel, threadTs: card.ts })
  await ports.db
    .updateTable('card')
    .set({ reply_ts: ts })
    .where('incident', '=', loaded.card.number)
    .execute()
}

/** Asks the card's first question, so that the thread opens with an answer. Without logs there is none worth saying. */
async function firstAnswerFor(ports: RefreshCardPorts, loaded: LoadedIncident): Promise<Sentence | null> {
  const [first] = loaded.reply.questions
  if (first === undefined || !loaded.card.logs.audit) return null
  const { entity, scope, window } = first
  try {
    const question = { entity, scope, window, limit: 10, now: ports.now() }
    return (await lookupNamed(first.lookup).ask(ports.graph, question)).sentence
  } catch (error) {
    // A question that takes too long must not silence the thread.
    ports.warn(error, `the first answer of INC-${loaded.card.number}`)
    return null
  }
}

async function sayLines(ports: RefreshCardPorts, number: number, card: Card): Promise<void> {
  const lines = await pendingLines(ports.db, number, card.event_seq)
  // At most one broadcast at a time: the last rise in severity says it for the ones before.
  const loudest = lines.findLast((line) => line.kind === 'severity-rose')?.seq
  for (const { seq, view } of lines) {
    await ports.chat.post(ports.draw.line(view, { now: ports.now() }), {
      channel: card.channel,
      threadTs: card.ts,
      broadcast: seq === loudest,
    })
    await ports.db.updateTable('card').set({ event_seq: seq }).where('incident', '=', number).execute()
  }
}
