import { Draw } from '../generate/draw.ts'
import {
  ADDRESSES,
  ANONYMOUS,
  CALLS,
  INTRUDER,
  NAMESPACES,
  namesSecret,
  reachesSecrets,
  SECRETS,
  STRANGERS,
  SUBJECTS,
} from './cast.ts'
import type { HistoryEdge } from './edge.ts'
import { packed, type Sums } from './sums.ts'

/** How long and how much. */
export interface HistoryOptions {
  readonly clusters: number
  /** May end within a day. */
  readonly days: number
  /** The last day, in days since 1970. */
  readonly end: number
  readonly seed: string
}

/** Edges that are there every day, and others that come with pods and strangers and go. */
const STEADY = 600
const PASSING = 1_400
/** Edges of the intruder, and how often each is used. */
const INTRUDED = 12
const ATTEMPTS = 100

const FORBIDDEN = 3
const FAILURE = 1
const SUCCESS = 0

/** What a cluster's history is written to, row by row. */
export interface HistorySink {
  /** An edge that is used no more. */
  edge(edge: HistoryEdge): void
  edgeDay(edge: HistoryEdge, day: number, v: string): void
  /** A request that is kept as a row of its own. */
  kept(edge: HistoryEdge, hour: number, outcome: number, auditId: string): void
  readonly sums: Sums
  dayDone(day: number): Promise<void>
}

/** Walks through the history of one cluster, day by day; returns how many edge-hours and edges it has. */
export async function walkCluster(
  nr: number,
  options: HistoryOptions,
  sink: HistorySink,
): Promise<{ readonly edgeHours: number; readonly edges: number }> {
  const draw = new Draw(`${options.seed} ${nr}`)
  const whole = Math.ceil(options.days)
  const begin = options.end - whole + 1
  const edges = new Edges(draw)
  let edgeHours = 0
  const add = (
    edge: HistoryEdge,
    day: number,
    hour: number,
    outcome: number,
    count: number,
  ): readonly number[] => {
    const since = day * 24 + hour
    if (edge.lastHour < edge.firstHour) edge.firstHour = since
    edge.lastHour = since
    edge.totals[outcome] = (edge.totals[outcome] ?? 0) + count
    edgeHours += 1
    sink.sums.add(edge, hour, outcome, count)
    return packed(hour, outcome, count)
  }
  const use = (edge: HistoryEdge, day: number, hours: number, outOf: number): void => {
    const v: number[] = []
    const isKept = edge.subject === ANONYMOUS || reachesSecrets(edge.call)
    for (let hour = 0; hour < outOf; hour++) {
      if (draw.next() * outOf >= hours) continue
      const outcome = edge.subject === ANONYMOUS ? FORBIDDEN : draw.once(40) ? FAILURE : SUCCESS
      const count = 1 + Math.floor(draw.after(119))
      // One of many: rows of single requests are not what questions over a year look at.
      if (isKept && v.length === 0) sink.kept(edge, day * 24 + hour, outcome, draw.uuid())
      v.push(...add(edge, day, hour, outcome, count))
    }
    if (v.length > 0) sink.edgeDay(edge, day, v.join(','))
  }
  const done = (edge: HistoryEdge): void => {
    if (edge.lastHour >= edge.firstHour) sink.edge(edge)
  }
  const steady = Array.from({ length: STEADY }, () => edges.next())
  for (let day = begin; day <= options.end; day++) {
    // A history that begins within a day has so many hours of it.
    const outOf = day === begin ? Math.round(24 * (options.days - whole + 1)) : 24
    for (const edge of steady) use(edge, day, 14, outOf)
    if (day === options.end) for (const edge of steady) done(edge)
    for (let at = 0; at < PASSING; at++) {
      const edge = edges.next()
      use(edge, day, 3.6, outOf)
      done(edge)
    }
    for (let at = 0; day === options.end && at < INTRUDED; at++) {
      const edge = edges.next(INTRUDER)
      sink.edgeDay(edge, day, add(edge, day, outOf - 1, SUCCESS, ATTEMPTS).join(','))
      done(edge)
    }
    await sink.dayDone(day)
  }
  return { edgeHours, edges: edges.made }
}

/** Hands out edges, each once. */
class Edges {
  readonly #draw: Draw
  readonly #known = new Set<number>()

  constructor(draw: Draw) {
    this.#draw = draw
  }

  get made(): number {
    return this.#known.size
  }

  /** Of somebody who is drawn, or of a known subject from a stranger's address. */
  next(known?: number): HistoryEdge {
    const draw = this.#draw
    for (;;) {
      const isStranger = known !== undefined || draw.once(12)
      const subject = known ?? (isStranger ? ANONYMOUS : 2 + draw.skewed(INTRUDER - 2))
      const ip =
        1 + SUBJECTS + (isStranger ? ADDRESSES + draw.whole(0, STRANGERS - 1) : draw.skewed(ADDRESSES))
      const call = 1 + draw.skewed(CALLS)
      const namespace = draw.skewed(NAMESPACES)
      const secret = namesSecret(call) ? 1 + draw.skewed(SECRETS) : 0
      const key = (((subject * 2 ** 16 + ip) * 2 ** 7 + call) * 2 ** 6 + namespace) * 2 ** 5 + secret
      if (this.#known.has(key)) continue
      this.#known.add(key)
      const totals: HistoryEdge['totals'] = [0, 0, 0, 0]
      return { id: this.made, subject, ip, call, namespace, secret, totals, firstHour: 0, lastHour: -1 }
    }
  }
}
