import type { IncomingMessage } from 'node:http'

/** The token that a request carries as its bearer; null when it carries none. */
export function bearerOf(request: IncomingMessage): string | null {
  const [, bearer] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '') ?? []
  return bearer ?? null
}
