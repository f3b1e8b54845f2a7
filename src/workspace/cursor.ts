import { textArgument } from './arguments.ts'
import type { Fields } from './json.ts'
import { SlackRefusal } from './refusal.ts'

/** What a page of results adds to an answer. */
export interface PageEnd {
  readonly has_more: boolean
  readonly response_metadata: { readonly next_cursor: string }
}

/** Reads the cursor of a call: the position after which to go on, or null at the start. Refuses one that is not ours. */
export function readCursor(args: Fields): string | null {
  const cursor = textArgument(args, 'cursor')
  if (cursor === null || cursor === '') return null
  const [, position] = /^next:(.+)$/.exec(Buffer.from(cursor, 'base64').toString('utf8')) ?? []
  if (position === undefined) throw new SlackRefusal('invalid_cursor')
  return position
}

/** The end of a page; `position` is where the next one goes on, null when there is none. */
export function pageEnd(position: string | null): PageEnd {
  const next_cursor = position === null ? '' : Buffer.from(`next:${position}`).toString('base64')
  return { has_more: position !== null, response_metadata: { next_cursor } }
}

/** The page of a whole list that the arguments ask for. */
export function pageOf<T>(
  args: Fields,
  items: readonly T[],
  limit: number,
): { items: readonly T[]; end: PageEnd } {
  const start = Number(readCursor(args) ?? 0)
  if (!Number.isInteger(start) || start < 0) throw new SlackRefusal('invalid_cursor')
  const rest = items.length > start + limit ? String(start + limit) : null
  return { items: items.slice(start, start + limit), end: pageEnd(rest) }
}
