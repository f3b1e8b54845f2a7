import type { OnConnection } from '../db/transaction.ts'
import { VERDICTS } from '../graph/batch.ts'
import { edgeNumbers } from '../graph/edges-by-id.ts'
import type { Fold } from '../graph/fold.ts'
import type { Lease } from '../graph/writer.ts'
import { hourStart, type Micros } from '../model/time.ts'
import { type Entry, type Place, readLedger, writeLedger } from './ledger.ts'

interface Known {
  readonly body: string
  /** Where it would be counted; null for a row of this batch until its edge has an id. */
  place: Place | null
  /** Row of the batch; null for what the ledger had. */
  readonly row: number | null
}

/** Requests whose records do not say when they were received, on their way through the ledger. */
export interface Undated {
  /** By event and stage. */
  readonly stages: ReadonlyMap<string, Map<number, Known>>
  /** What the ledger counted before, by event. */
  readonly before: ReadonlyMap<string, Place | null>
}

/**
 * Decides about the undated rows of a fold: each event once at each stage, whatever hour a stage says. Nothing is counted yet,
 * see `countUndated`.
 */
export async function decideUndated(on: OnConnection, lease: Lease, fold: Fold): Promise<Undated> {
  const rows = fold.undated()
  const stages = new Map<string, Map<number, Known>>()
  if (rows.length === 0) return { stages, before: new Map() }
  const { batch } = fold
  const events = rows.map((row) => batch.eventKey(row))
  for (const { event, stage, body, place } of await readLedger(on.trx, lease.scope, 'request', [
    ...new Set(events),
  ])) {
    stagesOf(stages, event).set(stage, { body, place, row: null })
  }
  const before = new Map([...stages].map(([event, known]) => [event, countedOf(known)]))
  rows.forEach((row, at) => {
    const event = events[at] ?? ''
    const body = (batch.detailOf(row).body ?? '').slice(0, 32)
    const own = stagesOf(stages, event)
    const stage = batch.stage(row)
    const known = own.get(stage)
    if (known !== undefined) {
      fold.decide(row, VERDICTS.indexOf(known.body === body ? 'duplicate' : 'conflicting'))
      return
    }
    own.set(stage, { body, place: null, row })
    fold.decide(row, VERDICTS.indexOf('landed'))
  })
  return { stages, before }
}

/** Counts what was decided, now that its edges have ids: each request at its earliest stage, whichever came first. */
export async function countUndated(
  on: OnConnection,
  lease: Lease,
  fold: Fold,
  { stages, before }: Undated,
): Promise<void> {
  const entries: Entry[] = []
  const { batch } = fold
  const changed: { readonly was: Place | null; readonly is: Place | null; readonly at: Micros }[] = []
  for (const [event, known] of stages) {
    for (const [stage, item] of known) {
      if (item.row === null) continue
      const at = batch.times[item.row] ?? 0
      const edge = batch.edges[item.row] ?? 0
      item.place = {
        edge: lease.state.edgeIds[edge] ?? 0,
        hour: batch.hour(item.row),
        outcome: batch.outcome(item.row),
      }
      entries.push({ event, stage, body: item.body, place: item.place })
      // Seen, whether or not it counts.
      fold.count(edge, item.place.hour, item.place.outcome, 0, at)
    }
    const earliest = known.get(Math.min(...known.keys()))
    const at = typeof earliest?.row !== 'number' ? 0 : (batch.times[earliest.row] ?? 0)
    changed.push({ was: before.get(event) ?? null, is: countedOf(known), at })
  }
  await writeLedger(on.trx, lease.scope, 'request', entries)
  const moved = changed.filter(({ was, is }) => !isSame(was, is))
  const places = moved.flatMap(({ was, is }) => [was, is]).filter((place) => place !== null)
  const numbers = await edgeNumbers(
    on.client,
    lease,
    places.map((place) => place.edge),
  )
  for (const { was, is, at } of moved) {
    // What is taken back was seen in its hour, at whatever moment.
    if (was !== null) fold.count(numbers.of(was.edge), was.hour, was.outcome, -1, hourStart(was.hour))
    if (is !== null) fold.count(numbers.of(is.edge), is.hour, is.outcome, 1, at)
  }
}

function stagesOf(stages: Map<string, Map<number, Known>>, event: string): Map<number, Known> {
  const known = stages.get(event)
  if (known !== undefined) return known
  const fresh = new Map<number, Known>()
  stages.set(event, fresh)
  return fresh
}

function countedOf(known: ReadonlyMap<number, Known>): Place | null {
  const [first] = [...known.keys()].toSorted((a, b) => a - b)
  return first === undefined ? null : (known.get(first)?.place ?? null)
}

function isSame(a: Place | null, b: Place | null): boolean {
  return a === null || b === null
    ? a === b
    : a.edge === b.edge && a.hour === b.hour && a.outcome === b.outcome
}
