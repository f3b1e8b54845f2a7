import type { Hours } from '../graph/read.ts'
import type { Window } from '../model/answer.ts'
import type { CoveredLog } from '../model/observation.ts'
import { hourOf } from '../model/time.ts'
import type { Graph } from './lookup.ts'

/**
 * Hours of each log, by `logName`, in each of which there are more than thirty minutes between the first and the last record. They
 * stay so until a month is dropped, which `dropped` counts: records are only added to an hour.
 */
type WholeHours = Map<string, Hours & { readonly dropped: number }>

const found = new WeakMap<Graph, WholeHours>()

export function wholeHours(graph: Graph): WholeHours {
  const known = found.get(graph) ?? new Map<string, Hours & { readonly dropped: number }>()
  found.set(graph, known)
  return known
}

export function logName(scope: number, source: CoveredLog): string {
  return `${scope} ${source}`
}

/** Those of the hours that need no look: an hour that the window may cut is looked at, and the ends. */
export function passedOver(whole: Hours | undefined, window: Window | null): Hours {
  if (whole === undefined) return NONE
  const first = window === null ? whole.from : Math.max(whole.from, hourOf(window.from) + 1)
  const last = window === null ? whole.to - 1 : Math.min(whole.to, hourOf(window.to)) - 1
  return first + 1 < last ? { from: first + 1, to: last } : NONE
}

/** Before all hours. */
const NONE: Hours = { from: -(2 ** 31), to: -(2 ** 31) }

/** The hours with more of them; those alone where others lie between. */
export function joined(known: Hours | undefined, more: Hours): Hours {
  if (known === undefined || more.from > known.to || more.to < known.from) return more
  return { from: Math.min(known.from, more.from), to: Math.max(known.to, more.to) }
}
