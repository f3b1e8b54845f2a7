import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { isPracticeToken, PRACTICE_APP_TOKEN, PRACTICE_BOT_TOKEN } from '../model/practice.ts'

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
  /** With which requests to the app's address are signed. */
  readonly signingSecret: string
  /** For the control API alone. */
  readonly controlToken: string
}

/** Tokens for one run. */
export function practiceTokens(): Tokens {
  const random = (): string => randomBytes(18).toString('hex')
  return {
    pageToken: random(),
    botToken: `${PRACTICE_BOT_TOKEN}${random()}`,
    appToken: `${PRACTICE_APP_TOKEN}${random()}`,
    signingSecret: random(),
    controlToken: random(),
  }
}

/** Throws a sentence when the simulator would run with tokens of a real workspace. */
export function assertPractice({ botToken, appToken }: Tokens): void {
  if (isPracticeToken(botToken) && isPracticeToken(appToken)) return
  throw new Error(
    'The workspace simulator does not start with tokens of a real workspace. Let it make its own (practiceTokens).',
  )
}
