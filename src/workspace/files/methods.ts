import { randomBytes } from 'node:crypto'
import { count, required, structured, textArgument } from '../arguments.ts'
import { type Content, readContent } from '../content.ts'
import { BOT_USER } from '../identity.ts'
import { newId } from '../ids.ts'
import { asFields, asText, type Fields } from '../json.ts'
import type { Method } from '../methods-chat.ts'
import { assertCanPost, assertThread, postMessage } from '../posting.ts'
import { SlackRefusal } from '../refusal.ts'
import type { Room } from '../room.ts'
import { inTransaction } from '../transaction.ts'
import { points } from '../validate/kit.ts'
import { LARGEST_FILE } from './serve.ts'
import { completeFile, deleteFile, findFile, noteShares, requestFile, type Share } from './store.ts'
import { tellFile } from './tell.ts'

/** Code points. */
const LONGEST_ALT = 1_000

/** The files.* methods. A snippet_type only colours code in Slack's client, so it changes nothing here. */
export const fileMethods: { readonly [name: string]: Method } = {
  'files.getUploadURLExternal': async (args, room) => {
    const name = required(args, 'filename')
    const size = count(args, 'length', 0, Number.MAX_SAFE_INTEGER)
    if (size === 0) throw new SlackRefusal('invalid_arguments', ['missing required field: length'])
    if (size > LARGEST_FILE) throw new SlackRefusal('file_upload_size_restricted')
    const altText = textArgument(args, 'alt_txt') ?? ''
    if (points(altText) > LONGEST_ALT) throw new SlackRefusal('alt_txt_too_large')
    const id = newId('F')
    const ticket = randomBytes(24).toString('hex')
    await requestFile(room.pool, { id, name, altText, size, created: Math.trunc(room.now() / 1_000) }, ticket)
    return { file_id: id, upload_url: `${room.origin()}/upload/v1/${ticket}` }
  },

  'files.completeUploadExternal': async (args, room) => {
    const asked = await readUploads(args, room)
    const channels = await readChannels(args, room)
    const threadTs = textArgument(args, 'thread_ts') || null
    for (const channel of channels) await assertThread(room.pool, channel, threadTs)
    const content = await commentOf(args, room)
    await completeAll(room, asked)
    for (const channel of channels) await share(room, asked, { channel, threadTs }, content)
    room.changed()
    return { files: await tellAll(room, asked) }
  },

  'files.info': async (args, room) => {
    const file = await findFile(room.pool, required(args, 'file'))
    if (file?.state !== 'complete') throw new SlackRefusal('file_not_found')
    return { file: tellFile(room, file), comments: [], response_metadata: { next_cursor: '' } }
  },

  'files.delete': async (args, room) => {
    const file = await findFile(room.pool, required(args, 'file'))
    if (file?.state !== 'complete') throw new SlackRefusal('file_not_found')
    await deleteFile(room.pool, file.id)
    room.changed()
    return {}
  },
}

interface Upload {
  readonly id: string
  readonly title: string
}

/** The files that the call completes. Each must have been uploaded, and completed by no call before. */
async function readUploads(args: Fields, room: Room): Promise<readonly Upload[]> {
  const given = structured(args, 'files', 'invalid_arguments')
  if (!Array.isArray(given) || given.length === 0)
    throw new SlackRefusal('invalid_arguments', ['missing required field: files'])
  const uploads: Upload[] = []
  for (const [index, entry] of (given as readonly unknown[]).entries()) {
    const { id, title } = asFields(entry) ?? {}
    if (uploads.some((upload) => upload.id === id))
      throw new SlackRefusal('invalid_arguments', [`must be unique [json-pointer:/files/${index}/id]`])
    const file = await findFile(room.pool, asText(id))
    if (file?.state !== 'uploaded') throw new SlackRefusal('file_not_found')
    uploads.push({ id: file.id, title: asText(title, file.name) })
  }
  return uploads
}

/** Completes all of them or, where another call was faster with one, none. */
async function completeAll(room: Room, uploads: readonly Upload[]): Promise<void> {
  const ready = room.now() + room.files.readyAfter
  // In one order, so that two calls with the same files never wait for each other.
  const ordered = uploads.toSorted((one, other) => (one.id < other.id ? -1 : 1))
  await inTransaction(room.pool, async (client) => {
    for (const { id, title } of ordered)
      if (!(await completeFile(client, id, title, ready))) throw new SlackRefusal('file_not_found')
  })
}

/** The channels in which the files are shared; none: they stay private to the app. */
async function readChannels(args: Fields, room: Room): Promise<readonly string[]> {
  const named = textArgument(args, 'channel_id') || textArgument(args, 'channels') || ''
  const channels = named.split(',').filter((channel) => channel !== '')
  for (const channel of channels) await assertCanPost(room.pool, channel, BOT_USER)
  return channels
}

// Slack ignores the blocks when there is a comment too.
async function commentOf(args: Fields, room: Room): Promise<Content> {
  const { initial_comment: comment, blocks } = args
  if (comment || !blocks) return { text: asText(comment), blocks: null, attachments: null, metadata: null }
  return readContent(room, { blocks })
}

async function share(
  room: Room,
  uploads: readonly Upload[],
  { channel, threadTs }: { readonly channel: string; readonly threadTs: string | null },
  content: Content,
): Promise<void> {
  // People see the message once Slack has read the file, so its type is said.
  const files = await tellAll(room, uploads, true)
  const { ts } = await postMessage(room, { channel, threadTs, broadcast: false }, { ...content, files })
  const shared: Share = { ts, ...(threadTs !== null && { thread_ts: threadTs }) }
  for (const { id } of uploads) {
    const before = (await findFile(room.pool, id))?.shares ?? {}
    await noteShares(room.pool, id, { ...before, [channel]: [...(before[channel] ?? []), shared] })
  }
}

async function tellAll(room: Room, uploads: readonly Upload[], known?: boolean): Promise<readonly Fields[]> {
  const told: Fields[] = []
  for (const { id } of uploads) {
    const file = await findFile(room.pool, id)
    if (file !== null) told.push(tellFile(room, file, known))
  }
  return told
}
