import type { Micros } from '../../model/time.ts'
import { Random } from '../random.ts'
import type { Call } from '../records/call.ts'
import { findingEvent } from '../records/finding-event.ts'
import { kubernetesAction } from '../records/finding-parts.ts'
import type { TimedRecord } from '../scenario.ts'
import { type Acts, callPlots } from './call-plots.ts'
import { type Cast, SCOPE } from './cast.ts'
import { FindingResources, whereabouts } from './finding-resources.ts'
import { findingText } from './finding-texts.ts'
import { miningPlots } from './mining-plots.ts'
import type { Told } from './plot.ts'
import { roguePod } from './takeover.ts'
import type { Timeline } from './timeline.ts'

/** GuardDuty sees what lies so many seconds of play back: real minutes, compressed. */
const DELAY = 2

/** What GuardDuty makes of the calls: counts and spans are those of the calls themselves. */
export function findingRecords(
  cast: Cast,
  acts: Acts,
  timeline: Timeline,
  key: string,
): readonly TimedRecord[] {
  const pod = roguePod(cast)
  const resources = new FindingResources(cast, pod, timeline.begin, key)
  const random = new Random(`${key}/findings`)
  const detector = random.hex(32)

  const ofCalls =
    (calls: readonly Call[], workload: object | null = null) =>
    (by: Micros): Told => {
      const seen = calls.filter((call) => call.at <= by)
      const [first, last] = [seen[0], seen.at(-1)]
      if (first === undefined || last === undefined) throw new Error('a finding comes before its calls')
      return {
        resource: resources.cluster(last.caller, workload),
        action: kubernetesAction(last, whereabouts(cast, last.caller.ip)),
        firstSeen: first.at,
        lastSeen: last.at,
        count: seen.length,
      }
    }
  const plots = [
    ...callPlots(acts, ofCalls, resources.workload()),
    ...miningPlots(cast, pod, resources, timeline),
  ]

  return plots.flatMap(({ type, severity, versions, told }) => {
    const id = random.hex(32)
    const [first = 0] = versions
    const { title, description } = findingText(type, cast, pod.node.instance)
    return versions.map((arrives): TimedRecord => {
      const updated = timeline.at(arrives - 0.2)
      const state = {
        id,
        detector,
        scope: SCOPE,
        type,
        severity,
        title,
        description,
        created: timeline.at(first - 0.2),
        updated,
      }
      const raw = findingEvent({ ...state, ...told(timeline.at(arrives - DELAY)) }, random.uuid())
      return { at: updated, arrives, kind: 'finding', raw }
    })
  })
}
