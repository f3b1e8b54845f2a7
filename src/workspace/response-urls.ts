import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerCall, type CallAnswer } from './answer-call.ts'
import { flag, textArgument } from './arguments.ts'
import { botBody, type Content, readContent } from './content.ts'
import type { Queries } from './directory.ts'
import { deleteEphemeral, findEphemeral, putEphemeral } from './ephemerals.ts'
import { readBody, send, sendJson, sendSentence } from './http.ts'
import { BOT_USER } from './identity.ts'
import { asFields, type Fields, parseJson } from './json.ts'
import { postEphemeral, postMessage, removeMessage, updateMessage } from './posting.ts'
import { SlackRefusal } from './refusal.ts'
import type { Room } from './room.ts'

const USES = 5
/** Milliseconds. */
const LASTS = 30 * 60 * 1_000

/** What a response_url answers. `ts` is the message that may be replaced; null for a command. */
export interface Answered {
  readonly channel: string
  readonly person: string
  readonly ts: string | null
  readonly isEphemeral: boolean
}

/** Makes a response_url for one interaction: 5 answers within 30 minutes. */
export async function makeResponseUrl(
  room: Room,
  { channel, person, ts, isEphemeral }: Answered,
): Promise<string> {
  const id = randomBytes(24).toString('hex')
  await room.pool.query('delete from workspace.response_url where expires < $1::bigint', [
    String(Math.trunc(room.now() - LASTS)),
  ])
  await room.pool.query(
    `insert into workspace.response_url (id, channel, person, ts, is_ephemeral, uses_left, expires)
     values ($1, $2, $3, $4, $5, $6, $7::bigint)`,
    [id, channel, person, ts, isEphemeral, USES, String(Math.trunc(room.now() + LASTS))],
  )
  return `${room.origin()}/response/${id}`
}

/** Answers `POST /response/<id>`: `ok`, or 404 and JSON with Slack's error. */
export async function answerResponseUrl(
  room: Room,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  if (request.method !== 'POST') return sendSentence(response, 405, 'A response_url takes POST.')
  const body = await readBody(request)
  if (body === null) return sendSentence(response, 413, 'A request may have 1 MiB.')
  const id = url.pathname.slice('/response/'.length)
  const sent = asFields(parseJson(body.toString('utf8')))
  const isTrusted = await wasMade(room.pool, id)
  return answerCall(
    room,
    response,
    { via: 'response_url', what: 'response_url', isTrusted, sent },
    () => tryToAnswer(room, id, sent),
    (answered) => {
      if (answered.ok) send(response, 200, 'text/plain; charset=utf-8', 'ok')
      else sendJson(response, 404, answered)
    },
  )
}

async function tryToAnswer(room: Room, id: string, args: Fields | null): Promise<CallAnswer> {
  try {
    if (args === null) throw new SlackRefusal('invalid_payload')
    await answer(room, id, args)
    return { ok: true }
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error
    return error.toAnswer()
  }
}

async function answer(room: Room, id: string, args: Fields): Promise<void> {
  const deletes = flag(args, 'delete_original')
  // What cannot be read uses nothing up.
  const content = deletes ? null : await readContent(room, args, 'answer')
  const answered = await use(room.pool, id, room.now())
  const { channel, person, ts, isEphemeral } = answered
  const replaces = flag(args, 'replace_original')
  if (content === null) {
    if (ts === null) return
    if (!isEphemeral) return removeMessage(room, { channel, ts, author: BOT_USER })
    await deleteEphemeral(room.pool, channel, ts)
    return room.changed()
  }
  if (replaces && ts !== null && !isEphemeral) {
    await updateMessage(room, { channel, ts, author: BOT_USER, broadcast: false }, content)
    return
  }
  if (replaces && ts !== null) {
    const before = await findEphemeral(room.pool, channel, ts)
    const threadTs = before?.threadTs ?? null
    await putEphemeral(room.pool, {
      channel,
      ts,
      person,
      threadTs,
      body: { ...botBody(content), is_ephemeral: true },
    })
    return room.changed()
  }
  const threadTs = textArgument(args, 'thread_ts') || null
  await post(room, { channel, person, threadTs }, args, content)
}

interface Place {
  readonly channel: string
  readonly person: string
  readonly threadTs: string | null
}

/** Posts what a command was answered with: for its sender alone, or with `in_channel` for all. */
export async function say(room: Room, where: Place, args: Fields): Promise<void> {
  await post(room, where, args, await readContent(room, args, 'answer'))
}

async function post(room: Room, where: Place, args: Fields, content: Content): Promise<void> {
  if (args['response_type'] === 'in_channel') {
    await postMessage(room, { ...where, broadcast: false }, content)
  } else {
    await postEphemeral(room, where, botBody(content))
  }
}

/** Whether an address was given out, used up and too old ones included. */
async function wasMade(db: Queries, id: string): Promise<boolean> {
  return (await db.query('select 1 from workspace.response_url where id = $1', [id])).rowCount === 1
}

async function use(db: Queries, id: string, now: number): Promise<Answered> {
  const { rows } = await db.query<Answered>(
    `update workspace.response_url set uses_left = uses_left - 1
     where id = $1 and uses_left > 0 and expires > $2::bigint
     returning channel, person, ts, is_ephemeral as "isEphemeral"`,
    [id, String(Math.trunc(now))],
  )
  if (rows[0] !== undefined) return rows[0]
  const left = await db.query<{ left: number }>(
    'select uses_left as "left" from workspace.response_url where id = $1',
    [id],
  )
  throw new SlackRefusal((left.rows[0]?.left ?? 1) > 0 ? 'expired_url' : 'used_url')
}
