import { HOUR, type Micros, SECOND } from '../../model/time.ts'
import { Random } from '../random.ts'
import type { TimedRecord } from '../scenario.ts'
import { type Cast, type Node, SCOPE } from './cast.ts'
import { vpcOf } from './finding-resources.ts'
import { MINING, type RoguePod } from './takeover.ts'
import type { Timeline } from './timeline.ts'

/** The first line of a file of flow logs: the format that the lines have, every field up to version 5. */
export const FLOW_FIELDS =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id sublocation-type sublocation-id pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path'

interface Flow {
  readonly from: string
  readonly to: string
  readonly ports: readonly [from: number, to: number]
  readonly packets: number
  readonly bytes: number
  readonly isOut: boolean
  readonly isRejected?: boolean
}

/** How long one line counts, in seconds. */
const WINDOW = 60

/** Flow logs of the nodes: talk among the workloads, knocks from outside, and the pod's talk with a mining pool. */
export function flowRecords(
  cast: Cast,
  pod: RoguePod,
  timeline: Timeline,
  key: string,
): readonly TimedRecord[] {
  const random = new Random(`${key}/flows`)
  const vpc = vpcOf(key)
  const records: TimedRecord[] = [{ at: timeline.dawn, arrives: 0, kind: 'flow', raw: FLOW_FIELDS }]
  const add = (start: Micros, node: Node, flow: Flow): void => {
    const at = start + WINDOW * SECOND
    records.push({ at, arrives: timeline.arrival(at), kind: 'flow', raw: lineOf(flow, start, node, vpc) })
  }
  const last = timeline.end - WINDOW * SECOND

  for (let at = timeline.dawn; at < last; at += HOUR / 3) {
    for (const node of cast.nodes) {
      const port = random.whole(32_768, 60_999)
      const bytes = random.whole(4_000, 90_000)
      add(at, node, talk(node.ip, '10.0.99.12', [port, 5432], bytes, true))
      add(at, node, talk('10.0.99.12', node.ip, [5432, port], bytes * 3, false))
    }
    const [, knock] = cast.scanners
    const node = random.of(cast.nodes)
    add(at, node, { ...talk(knock, node.ip, [random.whole(1_025, 65_000), 22], 60, false), isRejected: true })
  }
  const { ip, port } = cast.pool
  for (let at = timeline.at(MINING + 1); at < last; at += WINDOW * SECOND) {
    const local = 40_112
    add(at, pod.node, talk(pod.ip, ip, [local, port], random.whole(140_000, 220_000), true))
    add(at, pod.node, talk(ip, pod.ip, [port, local], random.whole(30_000, 60_000), false))
  }
  return records
}

function talk(from: string, to: string, ports: Flow['ports'], bytes: number, isOut: boolean): Flow {
  return { from, to, ports, bytes, packets: Math.max(1, Math.round(bytes / 480)), isOut }
}

function lineOf(flow: Flow, start: Micros, node: Node, vpc: string): string {
  const began = Math.floor(start / SECOND)
  const fields: readonly (string | number)[] = [
    5,
    SCOPE.account,
    node.eni,
    flow.from,
    flow.to,
    ...flow.ports,
    6,
    flow.packets,
    flow.bytes,
    began,
    began + WINDOW - 1,
    flow.isRejected === true ? 'REJECT' : 'ACCEPT',
    'OK',
    vpc,
    node.subnet,
    node.instance,
    flow.isRejected === true ? 2 : 19,
    'IPv4',
    flow.from,
    flow.to,
    SCOPE.region,
    `euw1-az${'abc'.indexOf(node.zone.at(-1) ?? 'a') + 1}`,
    '-',
    '-',
    '-',
    '-',
    flow.isOut ? 'egress' : 'ingress',
    flow.isOut ? pathTo(flow.to) : '-',
  ]
  return fields.join(' ')
}

/** `traffic-path` of what goes out: 1 stays in the VPC, 8 leaves through its internet gateway. */
function pathTo(ip: string): 1 | 8 {
  return ip.startsWith('10.0.') ? 1 : 8
}
