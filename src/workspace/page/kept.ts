/// <reference lib="dom" />
import { asFields, asList, asText, type Fields, parseJson } from '../json.ts'
import type { HintProgress } from './hint-progress.ts'
import type { Seen } from './unread.ts'

/** Reads what the browser keeps under a name; empty when it keeps nothing, or may not. */
function readKept(name: string): Fields {
  try {
    return asFields(parseJson(localStorage.getItem(name) ?? '')) ?? {}
  } catch {
    return {}
  }
}

function keep(name: string, value: object): void {
  try {
    localStorage.setItem(name, JSON.stringify(value))
  } catch {
    // A browser that keeps nothing shows the hints again next time.
  }
}

/** The id of whom the person at this tab acts as; null on the first visit, or where the browser keeps nothing. */
export function readActing(): string | null {
  try {
    return sessionStorage.getItem('as')
  } catch {
    return null
  }
}

/** Keeps that id. */
export function keepActing(personId: string): void {
  try {
    sessionStorage.setItem('as', personId)
  } catch {
    // A browser that keeps nothing begins as the first person next time.
  }
}

/** The progress of a newcomer. What is off stays off for the workspace; what is done is told of this start alone. */
export function readProgress(team: string): HintProgress {
  const kept = readKept(`firebreak hints ${team}`)
  const isThisStart = kept['start'] === location.pathname
  const ids = (list: unknown): readonly string[] => (isThisStart ? asList(list).map((id) => asText(id)) : [])
  return { done: ids(kept['done']), skipped: ids(kept['skipped']), isOff: kept['isOff'] === true }
}

/** Keeps the progress. */
export function keepProgress(team: string, progress: HintProgress): void {
  keep(`firebreak hints ${team}`, { ...progress, start: location.pathname })
}

/** How many messages of each channel were on show when it was last looked at. */
export function readSeen(team: string): Seen {
  const kept = Object.entries(readKept(`firebreak seen ${team}`))
  return Object.fromEntries(kept.map(([id, count]) => [id, Number(count)]))
}

/** Keeps those counts. */
export function keepSeen(team: string, seen: Seen): void {
  keep(`firebreak seen ${team}`, seen)
}
