import { Draw } from '../generate/draw.ts'
import type { HistoryEdge } from './edge.ts'
import type { Sums } from './sums.ts'

/** How long and how much. */
export interface HistoryOptions {
  readonly clusters: number
  /** May end within a day. */
  readonly days: number
  /** The last day, in days since 1970. */
  readonly end: number
  readonly seed: string
}

/** What one cluster is made of: edges that are there every day, and others that come with pods and strangers and go. */
const STEADY = 600
const PASSING = 1_400
const SUBJECTS = 240
const CALLS = 120
const NAMESPACES = 36
const ADDRESSES = 9_000
const STRANGERS = 40_000

/** Ids that are fixed in every cluster: subjects come first, then addresses. */
export const ANONYMOUS = 1
export const IDS = { subjects: SUBJECTS, addresses: ADDRESSES, strangers: STRANGERS, calls: CALLS } as const

/** What a cluster's history is written to, row by row. */
export interface HistorySink {
  edge(edge: HistoryEdge): void
  edgeDay(edge: number, day: number, cells: string): void
  readonly sums: Sums
  /** A day is complete; a week is, when the next one begins. */
  dayDone(day: number): Promise<void>
}

/** Walks through the history of one cluster, day by day; returns how many edge-hours it has. */
export async function walkCluster(nr: number, options: HistoryOptions, sink: HistorySink): Promise<number> {
  const draw = new Draw(`${options.seed} ${nr}`)
  const whole = Math.ceil(options.days)
  const begin = options.end - whole + 1
  let id = 0
  let edgeHours = 0
  const known = new Set<number>()
  const make = (first: number, last: number): HistoryEdge => {
    for (;;) {
      const isStranger = draw.once(12)
      const subject = isStranger ? ANONYMOUS : 2 + draw.skewed(SUBJECTS - 1)
      const ip =
        SUBJECTS + 1 + (isStranger ? ADDRESSES + draw.whole(0, STRANGERS - 1) : draw.skewed(ADDRESSES))
      const call = 1 + draw.skewed(CALLS)
      const namespace = draw.skewed(NAMESPACES)
      const key = ((subject * 100_000 + ip) * 1_000 + call) * 100 + namespace
      if (known.has(key)) continue
      known.add(key)
      id += 1
      return { id, subject, ip, call, namespace, first, last }
    }
  }
  const use = (edge: HistoryEdge, day: number, hours: number, outOf: number): void => {
    let cells = ''
    for (let hour = 0; hour < outOf; hour++) {
      if (draw.next() * outOf >= hours) continue
      const outcome = edge.subject === ANONYMOUS ? 3 : draw.once(40) ? 1 : 0
      const count = 1 + Math.floor(draw.after(119))
      cells += `${cells === '' ? '' : ','}${(hour << 27) | (outcome << 25) | count}`
      edgeHours += 1
      sink.sums.add(edge, hour, outcome, count)
    }
    if (cells !== '') sink.edgeDay(edge.id, day, cells)
  }
  const steady = Array.from({ length: STEADY }, () => make(begin, options.end))
  for (const edge of steady) sink.edge(edge)
  for (let day = begin; day <= options.end; day++) {
    // A history that begins within a day has so many hours of it.
    const outOf = day === begin ? Math.round(24 * (options.days - whole + 1)) : 24
    for (const edge of steady) use(edge, day, 14, outOf)
    for (let at = 0; at < PASSING; at++) {
      const edge = make(day, day)
      sink.edge(edge)
      use(edge, day, 3.6, outOf)
    }
    await sink.dayDone(day)
  }
  return edgeHours
}
