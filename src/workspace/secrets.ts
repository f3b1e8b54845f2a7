import { createHash, timingSafeEqual } from 'node:crypto'

/** Compares two secrets in constant time. */
export function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}

/** What the caller made for this start. All are compared in constant time and never logged. */
export interface Tokens {
  /** In the page's address. */
  readonly pageToken: string
  /** The bot's, for the Web API. */
  readonly botToken: string
  /** The app's, for apps.connections.open alone. */
  readonly appToken: string
}
