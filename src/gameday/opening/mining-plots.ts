import type { Micros } from '../../model/time.ts'
import { networkAction } from '../records/finding-parts.ts'
import type { Cast } from './cast.ts'
import { type FindingResources, whereabouts } from './finding-resources.ts'
import type { Plot, Told } from './plot.ts'
import { MINING, type RoguePod } from './takeover.ts'
import type { Timeline } from './timeline.ts'

/** Findings about the pod's talk with a mining pool: one of the agent on the node, one of the node's flow logs. */
export function miningPlots(
  cast: Cast,
  pod: RoguePod,
  resources: FindingResources,
  timeline: Timeline,
): readonly Plot[] {
  const { ip, port, host } = cast.pool
  const began = timeline.at(MINING + 1)
  const action = networkAction(whereabouts(cast, ip), { local: 40_112, remote: port }, pod.ip)
  const threat = { threatListName: 'Amazon', threatNames: ['CryptoCurrency'], threatFileSha256: null }
  const service = { evidence: { threatIntelligenceDetails: [threat] } }
  const container = resources.container()
  const process = {
    name: 'kw',
    executablePath: '/tmp/.kw/kw',
    executableSha256: 'f1eb0'.repeat(13).slice(0, 64),
    pid: 21_877,
    namespacePid: 214,
    userId: 0,
    euid: 0,
    user: 'root',
    startTime: began / 1_000_000,
    lineage: [
      { name: 'sh', pid: 21_860, executablePath: '/bin/sh', startTime: (began - 900_000) / 1_000_000 },
    ],
  }
  const runtime = {
    ...service,
    featureName: 'RuntimeMonitoring',
    runtimeDetails: { process, context: null },
    additionalInfo: { value: JSON.stringify({ domain: host }), type: 'default' },
  }
  const instance = resources.instance()
  // The pool is called again every two minutes or so.
  const spoken = (by: Micros): Pick<Told, 'firstSeen' | 'lastSeen' | 'count'> => {
    const count = 1 + Math.floor((by - began) / 120_000_000)
    return { firstSeen: began, lastSeen: began + (count - 1) * 120_000_000, count }
  }
  return [
    {
      type: 'CryptoCurrency:Runtime/BitcoinTool.B',
      severity: 8,
      versions: [74, 94, 114],
      told: (by) => ({ resource: container, action, service: runtime, ...spoken(by) }),
    },
    {
      type: 'CryptoCurrency:EC2/BitcoinTool.B',
      severity: 8,
      versions: [86, 117],
      told: (by) => ({ resource: instance, action, service, ...spoken(by) }),
    },
  ]
}
