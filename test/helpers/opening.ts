import { opening } from '../../src/gameday/opening/opening.ts'
import type { Scenario } from '../../src/gameday/scenario.ts'
import type { Micros } from '../../src/model/time.ts'
import { recognises } from '../../src/sources/index.ts'

/** The opening scenario of one seed, and those of its records that some source reads, to be fed at once. */
export function openingAt(
  endsAt: Micros,
  seed = 1,
): { readonly scenario: Scenario; readonly readable: readonly object[] } {
  const scenario = opening({ seed, endsAt })
  const readable = scenario.records
    .map(({ raw }) => raw)
    .filter((raw): raw is object => typeof raw === 'object' && recognises(raw))
  return { scenario, readable }
}

/** The last version of the finding of a type, to be changed by a test. */
export function lastFinding(readable: readonly object[], type: string): FindingRecord {
  const found = (readable as readonly Partial<FindingRecord>[]).findLast(
    ({ detail }) => detail?.type === type,
  )
  if (found === undefined) throw new Error(`no finding of type ${type}`)
  return structuredClone(found) as FindingRecord
}

export interface FindingRecord {
  readonly detail: {
    readonly type: string
    severity: number
    updatedAt: string
    readonly service: { count: number; eventLastSeen: string }
  }
}
