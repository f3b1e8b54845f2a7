import { randomBytes } from 'node:crypto'

/** An id for a block or element to which the app gave none. */
export function newItemId(): string {
  return randomBytes(4).toString('base64url').slice(0, 5)
}

/** An id in the style of Slack's: a letter and ten capitals and digits. */
export function newId(letter: string): string {
  return letter + randomBytes(5).toString('hex').toUpperCase()
}
