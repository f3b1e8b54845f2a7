import { asText, type Fields } from '../json.ts'

/** The messages of a place with those that its person alone sees there, oldest first. `thread` is its ts, or null. */
export function withOwn(
  messages: readonly Fields[],
  ephemerals: readonly Fields[],
  thread: string | null,
): readonly Fields[] {
  const own = ephemerals.filter((message) => asText(message['thread_ts']) === (thread ?? ''))
  return [...messages, ...own].toSorted((a, b) => asText(a['ts']).localeCompare(asText(b['ts'])))
}
