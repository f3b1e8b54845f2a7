import type { Queries } from './directory.ts'
import { asFields, type Fields, toStored } from './json.ts'

/** A message as it is kept. `body` is what the API tells, without what follows from its replies. */
export interface Message {
  readonly channel: string
  /** `seconds.micros`, unique in its channel. */
  readonly ts: string
  readonly threadTs: string | null
  readonly isBroadcast: boolean
  readonly author: string
  readonly body: Fields
  readonly replies: Replies | null
}

/** What a parent knows of its thread. */
export interface Replies {
  readonly count: number
  readonly latest: string
  readonly authors: readonly string[]
}

interface Row {
  readonly channel: string
  readonly ts: string
  readonly thread_ts: string | null
  readonly is_broadcast: boolean
  readonly author: string
  readonly body: unknown
  readonly count: number
  readonly latest: string | null
  readonly authors: readonly string[] | null
}

const MESSAGE = `
  select message.channel, message.ts, message.thread_ts, message.is_broadcast, message.author, message.body,
    thread.count, thread.latest, thread.authors
  from workspace.message
  left join lateral (
    select count(*)::integer as count, max(reply.ts) as latest, array_agg(distinct reply.author) as authors
    from workspace.message reply
    where reply.channel = message.channel and reply.thread_ts = message.ts
  ) thread on true`

function fromRow(row: Row): Message {
  const { channel, ts, author, count, latest, authors } = row
  const replies = latest === null ? null : { count, latest, authors: authors ?? [] }
  const body = asFields(row.body) ?? {}
  return { channel, ts, threadTs: row.thread_ts, isBroadcast: row.is_broadcast, author, body, replies }
}

/**
 * Takes the channel's next ts. The row stays locked until the transaction ends, so that messages appear in the order of
 * their ts. `now` in milliseconds.
 */
export async function nextTs(db: Queries, channel: string, now: number): Promise<string> {
  const { rows } = await db.query<{ micros: string }>(
    `update workspace.channel set last_micros = greatest(last_micros + 1, $2::bigint)
     where id = $1 returning last_micros::text as micros`,
    [channel, String(Math.trunc(now * 1_000))],
  )
  const micros = rows[0]?.micros
  if (micros === undefined) throw new Error(`no channel ${channel} to post in`)
  return `${micros.slice(0, -6).padStart(10, '0')}.${micros.slice(-6).padStart(6, '0')}`
}

/** Keeps a new message. */
export async function insertMessage(db: Queries, message: Omit<Message, 'replies'>): Promise<void> {
  const { channel, ts, threadTs, isBroadcast, author, body } = message
  await db.query(
    `insert into workspace.message (channel, ts, thread_ts, is_broadcast, author, body)
     values ($1, $2, $3, $4, $5, $6)`,
    [channel, ts, threadTs, isBroadcast, author, toStored(body)],
  )
}

/** Replaces what a message says. */
export async function replaceBody(db: Queries, channel: string, ts: string, body: Fields): Promise<void> {
  await db.query('update workspace.message set body = $3 where channel = $1 and ts = $2', [
    channel,
    ts,
    toStored(body),
  ])
}

/** Shows a reply in the channel too. */
export async function broadcastReply(db: Queries, channel: string, ts: string): Promise<void> {
  await db.query('update workspace.message set is_broadcast = true where channel = $1 and ts = $2', [
    channel,
    ts,
  ])
}

export async function deleteMessage(db: Queries, channel: string, ts: string): Promise<void> {
  await db.query('delete from workspace.message where channel = $1 and ts = $2', [channel, ts])
}

export async function findMessage(db: Queries, channel: string, ts: string): Promise<Message | null> {
  const { rows } = await db.query<Row>(`${MESSAGE} where message.channel = $1 and message.ts = $2`, [
    channel,
    ts,
  ])
  return rows[0] === undefined ? null : fromRow(rows[0])
}

/** How many messages each channel shows: those that are no reply, and replies that were broadcast. */
export async function countShown(db: Queries): Promise<ReadonlyMap<string, number>> {
  const { rows } = await db.query<{ channel: string; count: number }>(
    `select message.channel, count(*)::integer as count from workspace.message
     where message.thread_ts is null or message.is_broadcast group by message.channel`,
  )
  return new Map(rows.map(({ channel, count }) => [channel, count]))
}

/** Finds a message and keeps others from changing it until the transaction ends. */
export async function lockMessage(db: Queries, channel: string, ts: string): Promise<Message | null> {
  await db.query('select 1 from workspace.message where channel = $1 and ts = $2 for update', [channel, ts])
  return findMessage(db, channel, ts)
}

/** How many messages of a channel are pinned. */
export async function countPins(db: Queries, channel: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    "select count(*)::integer as count from workspace.message where channel = $1 and body ? 'pinned_to'",
    [channel],
  )
  return rows[0]?.count ?? 0
}

/** Part of a channel or thread. Both ends are left out unless `inclusive`; `limit` counts messages. */
export interface Slice {
  readonly oldest: string
  readonly latest: string
  readonly inclusive: boolean
  readonly limit: number
}

/** The channel's messages, newest first, without the replies that were not broadcast. */
export async function readChannel(db: Queries, channel: string, slice: Slice): Promise<readonly Message[]> {
  const { rows } = await db.query<Row>(
    `${MESSAGE} where message.channel = $1 and (message.thread_ts is null or message.is_broadcast)
       and message.ts ${slice.inclusive ? '>=' : '>'} $2 and message.ts ${slice.inclusive ? '<=' : '<'} $3
     order by message.ts desc limit $4`,
    [channel, slice.oldest, slice.latest, slice.limit],
  )
  return rows.map(fromRow)
}

/** The replies of a thread, oldest first, without the parent. */
export async function readReplies(
  db: Queries,
  channel: string,
  threadTs: string,
  slice: Slice,
): Promise<readonly Message[]> {
  const { rows } = await db.query<Row>(
    `${MESSAGE} where message.channel = $1 and message.thread_ts = $2
       and message.ts ${slice.inclusive ? '>=' : '>'} $3 and message.ts ${slice.inclusive ? '<=' : '<'} $4
     order by message.ts limit $5`,
    [channel, threadTs, slice.oldest, slice.latest, slice.limit],
  )
  return rows.map(fromRow)
}

/** The last `limit` replies of a thread, oldest first. */
export async function readNewestReplies(
  db: Queries,
  channel: string,
  threadTs: string,
  limit: number,
): Promise<readonly Message[]> {
  const { rows } = await db.query<Row>(
    `${MESSAGE} where message.channel = $1 and message.thread_ts = $2 order by message.ts desc limit $3`,
    [channel, threadTs, limit],
  )
  return rows.toReversed().map(fromRow)
}

/** A message as the Web API and the payloads to the app tell it. */
export function tell(message: Message): Fields {
  const { ts, threadTs, isBroadcast, body, replies } = message
  return {
    ...body,
    ts,
    ...(threadTs !== null && { thread_ts: threadTs }),
    ...(isBroadcast && { subtype: 'thread_broadcast' }),
    ...(replies !== null && {
      thread_ts: ts,
      reply_count: replies.count,
      reply_users_count: replies.authors.length,
      latest_reply: replies.latest,
      reply_users: replies.authors,
      is_locked: false,
      subscribed: false,
    }),
  }
}

/** Every message of a channel, replies too, oldest first. */
export async function readEverything(db: Queries, channel: string): Promise<readonly Message[]> {
  const { rows } = await db.query<Row>(`${MESSAGE} where message.channel = $1 order by message.ts`, [channel])
  return rows.map(fromRow)
}
