import type { Trx } from '../graph/dictionary.ts'
import { addCounts, type Delta, foldRequests, type Place } from '../graph/write.ts'
import type { RequestObservation } from '../model/observation.ts'
import { digest, type Entry, rankOf, readLedger, writeLedger } from './ledger.ts'

/** What became of one record. */
export type Verdict = 'landed' | 'duplicate' | 'conflicting'

/**
 * Absorbs stages of requests of one leased scope and says for each what became of it. A request counts once, at
 * its earliest stage, whichever stage comes first: when an earlier one turns up later and differs, the count moves.
 */
export async function absorbRequests(
  trx: Trx,
  scope: number,
  cluster: string | null,
  observations: readonly RequestObservation[],
): Promise<readonly Verdict[]> {
  const events = observations.map((observation) => digest(observation.eventId))
  const known = await readLedger(trx, scope, 'request', [...new Set(events)])
  const stages = new Map<string, Map<number, { readonly body: string; place: Place | null }>>()
  const stagesOf = (event: string): Map<number, { readonly body: string; place: Place | null }> => {
    const existing = stages.get(event)
    if (existing !== undefined) return existing
    const fresh = new Map<number, { readonly body: string; place: Place | null }>()
    stages.set(event, fresh)
    return fresh
  }
  for (const entry of known) stagesOf(entry.event).set(entry.stage, { body: entry.body, place: entry.place })
  const before = new Map([...stages].map(([event, entries]) => [event, countedOf(entries)]))

  const fresh: {
    readonly event: string
    readonly stage: number
    readonly observation: RequestObservation
  }[] = []
  const verdicts = observations.map((observation, at): Verdict => {
    const event = events[at] ?? ''
    const stage = rankOf(observation.stage)
    const body = observation.body.slice(0, 32)
    const existing = stagesOf(event).get(stage)
    if (existing !== undefined) return existing.body === body ? 'duplicate' : 'conflicting'
    stagesOf(event).set(stage, { body, place: null })
    fresh.push({ event, stage, observation })
    return 'landed'
  })

  const places = await foldRequests(
    trx,
    scope,
    cluster,
    fresh.map((item) => item.observation),
  )
  const entries = fresh.map(({ event, stage, observation }, at): Entry => {
    const place = places[at] ?? null
    const body = observation.body.slice(0, 32)
    stagesOf(event).set(stage, { body, place })
    return { event, stage, body, place }
  })
  await writeLedger(trx, scope, 'request', entries)

  const deltas: Delta[] = []
  for (const event of new Set(fresh.map((item) => item.event))) {
    const was = before.get(event) ?? null
    const is = countedOf(stagesOf(event))
    if (was !== null && is !== null && samePlace(was, is)) continue
    if (was !== null) deltas.push({ ...was, n: -1 })
    if (is !== null) deltas.push({ ...is, n: 1 })
  }
  await addCounts(trx, scope, deltas)
  return verdicts
}

function countedOf(entries: ReadonlyMap<number, { readonly place: Place | null }>): Place | null {
  const [first] = [...entries.keys()].toSorted((a, b) => a - b)
  return first === undefined ? null : (entries.get(first)?.place ?? null)
}

function samePlace(a: Place, b: Place): boolean {
  return a.edge === b.edge && a.hour === b.hour && a.outcome === b.outcome
}
