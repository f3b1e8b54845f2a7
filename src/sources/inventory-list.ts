import { STANDING_SOURCES, type StandingObservation, type StandingSource } from '../model/observation.ts'
import { READING_VERSION } from '../model/reading.ts'
import { isScopePart, type ScopeParts } from '../model/scope.ts'
import type { Micros } from '../model/time.ts'
import { isStandingKind } from './inventory-kubernetes.ts'
import { get, type JsonObject, num, obj, said, time } from './json.ts'

/** What a list says of each thing in it. */
export interface Told {
  readonly source: StandingSource
  /** Kind of its things; null where each says its own. */
  readonly of: string | null
  readonly scope: ScopeParts
  readonly takenAt: Micros | null
  readonly reading: StandingObservation['reading']
}

/** One thing of a list, with what the list says; no record of a file can pass for one. */
export class ListedThing {
  readonly thing: unknown
  readonly told: Told

  constructor(thing: unknown, told: Told) {
    this.thing = thing
    this.told = told
  }
}

/** A list and its things. */
export interface List {
  readonly told: Told
  readonly things: readonly unknown[]
  /** Things of it that were read before these. */
  readonly before: number
  readonly isComplete: boolean
}

/** The list that a document is: a reading, or one of Kubernetes whose things do not say their kind. Null for everything else. */
export function listOf(value: JsonObject): List | null {
  const kind = get(value, 'kind')
  const version = get(value, 'apiVersion')
  const things: unknown = get(value, 'items')
  if (!Array.isArray(things) || typeof kind !== 'string') return null
  if (kind === 'Reading' && version === READING_VERSION) return readingOf(value, things)
  const of = kind.endsWith('List') ? kind.slice(0, -4) : ''
  if (!isStandingKind(of, version)) return null
  const told = { source: 'kubernetes', of, scope: {}, takenAt: null, reading: null } as const
  return { told, things, before: 0, isComplete: false }
}

function readingOf(value: JsonObject, things: readonly unknown[]): List | null {
  const source = STANDING_SOURCES.find((one) => one === get(value, 'source'))
  const of = said(get(value, 'of'))
  if (source === undefined || of === null || !/^[A-Za-z]{1,60}$/.test(of)) return null
  const before = num(get(value, 'before')) ?? 0
  return {
    told: {
      source,
      of,
      scope: scopeOf(get(value, 'scope')),
      takenAt: time(get(value, 'takenAt')),
      reading: null,
    },
    things,
    before: Number.isSafeInteger(before) && before >= 0 ? Math.min(before, MOST) : 0,
    isComplete: get(value, 'complete') === true,
  }
}

/** More than any cluster holds, and few enough for a column. */
const MOST = 1_000_000_000

function scopeOf(value: unknown): ScopeParts {
  const parts = obj(value)
  const [account, region, cluster] = ['account', 'region', 'cluster'].map((part) => get(parts, part))
  return {
    ...(isScopePart(account) && { account }),
    ...(isScopePart(region) && { region }),
    ...(isScopePart(cluster) && { cluster }),
  }
}
