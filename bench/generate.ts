import { accountTraffic } from './generate/accounts.ts'
import { castNodes, castWorkloads } from './generate/cast.ts'
import { controlPlaneTraffic } from './generate/control-plane.ts'
import { Draw } from './generate/draw.ts'
import { type Call, lineOf } from './generate/event.ts'
import { intrusionTraffic } from './generate/intrusion.ts'
import { nodeTraffic } from './generate/nodes.ts'
import { peopleTraffic, pipelineTraffic } from './generate/people.ts'
import { Pods } from './generate/pods.ts'
import { Queue } from './generate/queue.ts'
import { strangerTraffic } from './generate/strangers.ts'
import type { Traffic, World } from './generate/world.ts'

/** What is generated. The same options give the same bytes. */
export interface GenerateOptions {
  readonly events: number
  readonly seed: string
  /** When the first request comes, in milliseconds since 1970. */
  readonly start: number
}

const NODES = 50
const WORKLOADS = 140
const PODS = 1_500
/** How far the order in which lines are written may stray from the order of their stages, in microseconds. */
const STRAY = 40_000

/**
 * Audit events of one cluster, a line each, in the order in which its API server writes them: by the time of the
 * stage, though not strictly.
 */
export function* auditLines({ events, seed, start }: GenerateOptions): Generator<string> {
  const draw = new Draw(seed)
  const nodes = castNodes(draw, NODES)
  const workloads = castWorkloads(draw, WORKLOADS, PODS, NODES)
  const pods = new Pods(draw, workloads, nodes, Math.floor(start / 1000))
  const world: World = { draw, nodes, workloads, pods, micros: start * 1000, version: 48_000_000 }
  const traffic = [
    ...nodeTraffic(world),
    ...accountTraffic(world),
    ...controlPlaneTraffic(world),
    ...peopleTraffic(world),
    ...pipelineTraffic(world),
    ...strangerTraffic(world),
    ...intrusionTraffic(world),
  ]
  const pick = picker(draw, traffic)
  const pause = 1e6 / traffic.reduce((n, { rate }) => n + rate, 0)
  const queue = new Queue()
  let written = 0
  for (;;) {
    for (const call of pick().requests(world)) {
      world.micros += Math.round(draw.after(pause))
      enqueue(queue, world, call)
    }
    while (queue.next <= world.micros) {
      yield queue.pop()
      written += 1
      if (written === events) return
    }
  }
}

function enqueue(queue: Queue, { draw, micros }: World, call: Call): void {
  const id = draw.uuid()
  const at = micros + call.took
  const written = (stage: number): number => stage + draw.whole(0, STRAY)
  if (call.lasts === undefined) {
    queue.push(written(at), lineOf(call, id, 'ResponseComplete', micros, at))
    return
  }
  queue.push(written(at), lineOf(call, id, 'ResponseStarted', micros, at))
  const end = at + Math.round(call.lasts * 1e6)
  queue.push(written(end), lineOf(call, id, 'ResponseComplete', micros, end))
}

function picker(draw: Draw, traffic: readonly Traffic[]): () => Traffic {
  const sum = traffic.reduce((n, one) => n + one.rate, 0)
  const slots = 4_096
  const table: Traffic[] = []
  let reached = 0
  for (const one of traffic) {
    reached += one.rate
    while (table.length < Math.round((reached / sum) * slots)) table.push(one)
  }
  return () => draw.any(table)
}
