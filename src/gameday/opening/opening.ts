import type { Micros } from '../../model/time.ts'
import { Random } from '../random.ts'
import { auditEvents } from '../records/audit-event.ts'
import type { Call } from '../records/call.ts'
import type { Scenario, TimedRecord } from '../scenario.ts'
import { Callers } from './callers.ts'
import { castOf } from './cast.ts'
import { cloudTrailRecords } from './cloudtrail.ts'
import { findingRecords } from './findings.ts'
import { flowRecords } from './flows.ts'
import { hintsOf } from './hints.ts'
import { intrusionOf } from './intrusion.ts'
import { inventoryRecords } from './inventory.ts'
import { checksOf, ordinaryCalls } from './ordinary.ts'
import { roguePod } from './takeover.ts'
import { LENGTH, type Timeline, timelineOf } from './timeline.ts'

export const OPENING = 'opening'

/**
 * The opening scenario: a cluster that answers everybody, and strangers who use it, amid a day of ordinary traffic.
 * The same seed and end give the same records; another seed gives other names, addresses and counts, and the same story.
 */
export function opening({ seed, endsAt }: { readonly seed: number; readonly endsAt: Micros }): Scenario {
  const cast = castOf(seed)
  const timeline = timelineOf(seed, endsAt)
  // Of the ids of records: they differ between two plays of one seed, as those of two incidents do. All else, with the
  // uids of the cluster's objects, follows from the seed.
  const key = `${seed}/${timeline.end}`
  const callers = new Callers(cast)
  const intrusion = intrusionOf(cast, callers, timeline, key)
  const checks = checksOf(callers, timeline)
  const calls = [
    ...ordinaryCalls(cast, callers, timeline, seed),
    ...checks,
    ...intrusion.mistake,
    ...intrusion.discovery,
    ...intrusion.theft,
    ...intrusion.foothold,
    ...intrusion.takeover,
  ]
  const pod = roguePod(cast)
  const records = [
    ...auditRecords(calls, timeline, key),
    ...findingRecords(cast, { ...intrusion, checks }, timeline, key),
    ...cloudTrailRecords(cast, pod, timeline, key),
    ...flowRecords(cast, pod, timeline, key),
    ...inventoryRecords(cast, pod, timeline, key),
  ]
  return {
    name: OPENING,
    length: LENGTH,
    scope: cast.scope,
    cast,
    hints: hintsOf(cast),
    records: records.toSorted((a, b) => a.arrives - b.arrives || a.at - b.at),
  }
}

function auditRecords(calls: readonly Call[], timeline: Timeline, key: string): readonly TimedRecord[] {
  const random = new Random(`${key}/audit`)
  return calls.flatMap((call) =>
    auditEvents(call, random).map(
      (raw): TimedRecord => ({ at: call.at, arrives: timeline.arrival(call.at), kind: 'audit', raw }),
    ),
  )
}
