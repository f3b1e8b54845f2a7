import { CONTAINER_KEYS } from '../sources/index.ts'
import type { Capture } from './read-capture.ts'

/** How far before a bracket its key is looked for, and what it looks like there. */
const LOOK_BACK = 200
const KEY_BEFORE = /(?<!\\)"([A-Za-z]+)"\s*:\s*$/

/** How far into a document its kind is looked for. */
const KIND_WITHIN = 4096

/**
 * True when a list that opens after `here` is that of a container: by the key before its bracket, and by the document's
 * kind when that has been said.
 */
export function opensContainer(capture: Capture, here: Buffer): boolean {
  if (capture.head !== null) return false
  const key = KEY_BEFORE.exec(capture.last(LOOK_BACK, here))?.[1]
  const container = CONTAINER_KEYS.find((one) => one.key === key)
  if (container?.kind === undefined) return container !== undefined
  const kind = /"kind"\s*:\s*"([^"]*)"/.exec(capture.first(KIND_WITHIN, here))?.[1]
  return kind === undefined || kind === container.kind
}
