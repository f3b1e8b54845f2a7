import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerCall, type CallAnswer } from '../answer-call.ts'
import { bearerOf } from '../bearer.ts'
import { readBody, send, sendSentence } from '../http.ts'
import type { Room } from '../room.ts'
import { sameSecret } from '../secrets.ts'
import { isPicture, mimetypeOf } from './kinds.ts'
import { dropOldest, findAwaited, findFile, keepBytes, readBytes, type StoredFile } from './store.ts'

/** The largest file that is kept, in bytes. */
export const LARGEST_FILE = 10 * 1024 * 1024
/** What a multipart form may add around a file. */
const FRAME = 64 * 1024

const GONE = 'There is no such file.'
const NOT_AWAITED = 'Nothing is awaited at this address.'

/** Answers `POST /upload/v1/<ticket>`: the bytes as they are, or as any part of a multipart form. */
export async function receiveUpload(
  room: Room,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  if (request.method !== 'POST') return sendSentence(response, 405, 'An upload takes POST.')
  // Looked up before a byte of it is kept: whoever has no address fills nothing.
  const file = await findAwaited(room.pool, url.pathname.slice('/upload/v1/'.length))
  if (file === null) return sendSentence(response, 404, NOT_AWAITED)
  const body = await readBody(request, LARGEST_FILE + FRAME)
  if (body === null) return sendSentence(response, 413, 'A file may have 10 MiB.')
  const sent = { file: file.id, name: file.name, bytes: body.length }
  await answerCall(
    room,
    response,
    { via: 'upload', what: 'upload', isTrusted: true, sent },
    () => takeBytes(room, file, body, request.headers['content-type'] ?? ''),
    ({ status, words }) => sendSentence(response, status, words),
  )
}

interface Taken extends CallAnswer {
  readonly status: number
  readonly words: string
}

async function takeBytes(room: Room, file: StoredFile, body: Buffer, contentType: string): Promise<Taken> {
  const bytes = await fileIn(body, contentType)
  if (bytes === null) return refused(400, 'The form holds no file.')
  if (bytes.length !== file.size)
    return refused(400, `${file.size} bytes were announced, and ${bytes.length} came.`)
  const isKept = await keepBytes(room.pool, file.id, mimetypeOf(file.name, bytes), bytes)
  // Another request brought them meanwhile.
  if (!isKept) return refused(404, NOT_AWAITED)
  await dropOldest(room.pool)
  return { ok: true, status: 200, words: `OK - ${bytes.length}` }
}

function refused(status: number, words: string): Taken {
  return { ok: false, error: words, status, words }
}

async function fileIn(body: Buffer, contentType: string): Promise<Buffer | null> {
  if (!contentType.toLowerCase().startsWith('multipart/form-data')) return body
  const headers = { 'content-type': contentType }
  const form = await new Response(new Uint8Array(body), { headers }).formData().catch(() => null)
  const part = [...(form ?? [])].map(([, value]) => value).find((value) => value instanceof Blob)
  return part === undefined ? null : Buffer.from(await part.arrayBuffer())
}

/** Answers `GET /files-pri/<id>/<name>`, which takes the bot's token and no other way in. */
export async function servePrivateFile(
  room: Room,
  botToken: string,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  if (!sameSecret(bearerOf(request) ?? '', botToken))
    return sendSentence(response, 403, 'This address takes the token of the bot as its bearer.')
  const [, id = ''] = /^\/files-pri\/([^/]+)\//.exec(url.pathname) ?? []
  const file = await readShown(room, id)
  const told = file === null ? { ok: false, error: GONE } : { ok: true, bytes: file.bytes.length }
  await answerCall(
    room,
    response,
    { via: 'download', what: 'download', isTrusted: true, sent: { file: id } },
    () => Promise.resolve(told),
    () => sendShown(response, file),
  )
}

/** Sends the bytes of a complete file. Only pictures are shown in place; nothing in a file can run. */
export async function sendFile(room: Room, response: ServerResponse, id: string): Promise<void> {
  sendShown(response, await readShown(room, id))
}

interface Shown {
  readonly name: string
  readonly mimetype: string
  readonly bytes: Buffer
}

async function readShown(room: Room, id: string): Promise<Shown | null> {
  const file = await findFile(room.pool, id)
  const bytes = file?.state === 'complete' ? await readBytes(room.pool, id) : null
  return file === null || bytes === null ? null : { ...file, bytes }
}

function sendShown(response: ServerResponse, file: Shown | null): void {
  if (file === null) return sendSentence(response, 404, GONE)
  const { name, mimetype, bytes } = file
  const disposition = isPicture(mimetype) ? 'inline' : 'attachment'
  send(response, 200, mimetype, bytes, {
    'content-disposition': `${disposition}; filename*=UTF-8''${encodeURIComponent(name)}`,
    'content-security-policy': "default-src 'none'; sandbox",
    'cross-origin-resource-policy': 'same-origin',
  })
}
