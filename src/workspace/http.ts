import type { IncomingMessage, ServerResponse } from 'node:http'

/** Longest body that the simulator reads but for files, in bytes. */
export const LONGEST_BODY = 1024 * 1024

/** Reads a whole body; null when it is longer than `longest` bytes. */
export async function readBody(request: IncomingMessage, longest = LONGEST_BODY): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    // The rest is read and dropped, so that the sender hears the answer instead of a broken connection.
    if (size <= longest) chunks.push(chunk)
    if (size > longest * 4) request.destroy()
  }
  return size > longest ? null : Buffer.concat(chunks)
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: { readonly [name: string]: string } = {},
): void {
  send(response, status, 'application/json; charset=utf-8', JSON.stringify(body), headers)
}

/** Answers with one plain sentence. */
export function sendSentence(response: ServerResponse, status: number, sentence: string): void {
  send(response, status, 'text/plain; charset=utf-8', `${sentence}\n`)
}

/** Answers with a body of one type; nothing here may be kept by a cache or guessed at. */
export function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Buffer,
  headers: { readonly [name: string]: string } = {},
): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  })
  response.end(body)
}
