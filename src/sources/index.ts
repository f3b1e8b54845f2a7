import type { Parsed } from '../model/observation.ts'
import { audit } from './audit.ts'
import { cloudtrail } from './cloudtrail.ts'
import { flow } from './flow.ts'
import { FlowHeader } from './flow-lines.ts'
import { guardduty } from './guardduty.ts'
import { inventory, unwrapInventory } from './inventory.ts'
import { get, isObject, type JsonObject, reject, typeName } from './json.ts'
import { logEvents, Unpacking, unwrapLogs } from './log-events.ts'
import { lookalike, READS } from './lookalikes.ts'
import { s3Notice } from './s3-notice.ts'
import { findingsInEvent, securityhub } from './securityhub.ts'
import type { ContainerKey, Source } from './source.ts'

/** Every source, asked in this order; a new one is its file, its test and a line here. */
export const SOURCES: readonly Source[] = [
  guardduty,
  securityhub,
  audit,
  cloudtrail,
  flow,
  logEvents(parseRecord),
  s3Notice,
  inventory,
]

/** The documents that hold records in a list, of every source. */
export const CONTAINER_KEYS: readonly ContainerKey[] = SOURCES.flatMap((source) => source.containerKeys)

/** One raw record, already parsed as JSON, to what the graph needs of it, or to why it is left out. Never throws. */
export function parseRecord(value: unknown): Parsed {
  if (!isObject(value)) {
    return reject('unrecognised', '', `The record is ${typeName(value)}, not an object; ${READS}.`)
  }
  const source = sourceOf(value)
  if (source !== undefined) return source.parse(value)
  const name = lookalike(value)
  const what = name === null ? 'The record has none of the fields of a known kind' : `This looks like ${name}`
  return reject('unrecognised', '', `${what}; ${READS}.`)
}

/** True for a record of a known kind, usable or not. */
export function recognises(value: unknown): boolean {
  return isObject(value) && sourceOf(value) !== undefined
}

function sourceOf(value: JsonObject): Source | undefined {
  return SOURCES.find((one) => one.recognise(value))
}

/**
 * The records inside a list or a container (`{"Findings": […]}`, an EventList); null for a record. `unpacking`: what was unpacked of the
 * same line before.
 */
export function unwrap(value: unknown, unpacking = new Unpacking()): readonly unknown[] | null {
  if (Array.isArray(value)) return value as readonly unknown[]
  if (!isObject(value)) return null
  if (value instanceof FlowHeader) return []
  const wrapped = unwrapLogs(value, unpacking) ?? findingsInEvent(value) ?? unwrapInventory(value)
  if (wrapped !== null) return wrapped
  const kind = get(value, 'kind')
  for (const container of CONTAINER_KEYS) {
    const inner = get(value, container.key)
    if (!Array.isArray(inner)) continue
    if (container.kind === undefined || kind === container.kind) return inner as readonly unknown[]
  }
  return null
}
