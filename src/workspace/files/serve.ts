import type { IncomingMessage, ServerResponse } from 'node:http'
import { bearerOf } from '../bearer.ts'
import { readBody, send, sendSentence } from '../http.ts'
import type { Room } from '../room.ts'
import { sameSecret } from '../secrets.ts'
import { isPicture, mimetypeOf } from './kinds.ts'
import { dropOldest, findAwaited, findFile, keepBytes, readBytes } from './store.ts'

/** The largest file that is kept, in bytes. */
export const LARGEST_FILE = 10 * 1024 * 1024
/** What a multipart form may add around a file. */
const FRAME = 64 * 1024

const GONE = 'There is no such file.'

/** Answers `POST /upload/v1/<ticket>`: the bytes as they are, or as any part of a multipart form. */
export async function receiveUpload(
  room: Room,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  if (request.method !== 'POST') return sendSentence(response, 405, 'An upload takes POST.')
  const body = await readBody(request, LARGEST_FILE + FRAME)
  if (body === null) return sendSentence(response, 413, 'A file may have 10 MiB.')
  const file = await findAwaited(room.pool, url.pathname.slice('/upload/v1/'.length))
  if (file === null) return sendSentence(response, 404, 'Nothing is awaited at this address.')
  const bytes = await fileIn(body, request.headers['content-type'] ?? '')
  if (bytes === null) return sendSentence(response, 400, 'The form holds no file.')
  if (bytes.length !== file.size)
    return sendSentence(response, 400, `${file.size} bytes were announced, and ${bytes.length} came.`)
  await keepBytes(room.pool, file.id, mimetypeOf(file.name, bytes), bytes)
  await dropOldest(room.pool)
  sendSentence(response, 200, `OK - ${bytes.length}`)
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
  await sendFile(room, response, id)
}

/** Sends the bytes of a complete file. Only pictures are shown in place; nothing in a file can run. */
export async function sendFile(room: Room, response: ServerResponse, id: string): Promise<void> {
  const file = await findFile(room.pool, id)
  const bytes = file?.state === 'complete' ? await readBytes(room.pool, id) : null
  if (file === null || bytes === null) return sendSentence(response, 404, GONE)
  const disposition = isPicture(file.mimetype) ? 'inline' : 'attachment'
  send(response, 200, file.mimetype, bytes, {
    'content-disposition': `${disposition}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    'content-security-policy': "default-src 'none'; sandbox",
    'cross-origin-resource-policy': 'same-origin',
  })
}
