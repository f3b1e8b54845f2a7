import type { Micros } from '../model/time.ts'
import { HOUR } from '../model/time.ts'
import { type RequestBatch, VERDICTS } from './batch.ts'
import { EdgeCounters } from './counters.ts'
import { type About, NAMELESS, type ScopeState } from './scope-state.ts'
import { idHalves, type SeenHour } from './seen.ts'
import { BatchSpans } from './spans.ts'

const LANDED = VERDICTS.indexOf('landed')
const DUPLICATE = VERDICTS.indexOf('duplicate')
const CONFLICTING = VERDICTS.indexOf('conflicting')
const TOO_LATE = VERDICTS.indexOf('too-late')

/** Rows of a batch, from one to before another. */
export interface Range {
  readonly from: number
  readonly to: number
}

/** What a range of a batch changes: one verdict a row, and the counters. */
export class Fold {
  readonly batch: RequestBatch
  readonly range: Range
  /** Places in VERDICTS, by row of the range. */
  readonly verdicts: Uint8Array
  readonly counters = new EdgeCounters()
  /** Edges of what landed. */
  readonly edges: BatchSpans

  constructor(batch: RequestBatch, range: Range) {
    this.batch = batch
    this.range = range
    this.edges = new BatchSpans(range.to - range.from)
    this.verdicts = new Uint8Array(range.to - range.from).fill(255)
  }

  /** Hours of the rows that are told apart by their hashes. */
  hours(): Iterable<number> {
    const hours = new Set<number>()
    let last = Number.NaN
    for (let row = this.range.from; row < this.range.to; row++) {
      if (!this.batch.isDated(row)) continue
      const hour = this.batch.hour(row)
      if (hour === last) continue
      last = hour
      hours.add(hour)
    }
    return hours
  }

  /** Rows that go through the ledger. */
  undated(): readonly number[] {
    const rows: number[] = []
    for (let row = this.range.from; row < this.range.to; row++) if (!this.batch.isDated(row)) rows.push(row)
    return rows
  }

  /** Decides about all dated rows, and counts those that count. Their hours must be loaded. */
  run(): void {
    const { batch } = this
    const { seen } = batch.state
    const halves = new Uint32Array(2)
    let at = Number.NaN
    let hour: SeenHour | null = null
    for (let row = this.range.from; row < this.range.to; row++) {
      if (!batch.isDated(row)) continue
      const next = batch.hour(row)
      if (next !== at) {
        at = next
        hour = seen.isSealed(next) ? null : seen.hour(next)
      }
      if (hour === null) {
        this.decide(row, TOO_LATE)
        continue
      }
      idHalves(batch.ids, row * 4, halves)
      this.#take(row, at, hour, halves[0] ?? 0, halves[1] ?? 0)
    }
  }

  decide(row: number, verdict: number): void {
    this.verdicts[row - this.range.from] = verdict
  }

  hasLanded(row: number): boolean {
    return this.verdicts[row - this.range.from] === LANDED
  }

  /** How many of the landed rows are earlier than a moment. */
  landedBefore(moment: Micros): number {
    let rows = 0
    for (let row = this.range.from; row < this.range.to; row++)
      if (this.hasLanded(row) && (this.batch.times[row] ?? 0) < moment) rows++
    return rows
  }

  /** Counts a request at an edge and hour; see EdgeCounters. */
  count(edge: number, hour: number, outcome: number, n: 1 | 0 | -1, at: Micros): void {
    this.counters.add(edge, hour, outcome, n, at)
  }

  #take(row: number, hourNr: number, hour: SeenHour, high: number, low: number): void {
    const { batch } = this
    const stage = batch.stage(row) + 1
    const outcome = batch.outcome(row)
    const check = batch.check(row)
    const known = hour.find(high, low, stage, outcome, check)
    if (known === 'duplicate' || known === 'conflicting') {
      this.decide(row, known === 'duplicate' ? DUPLICATE : CONFLICTING)
      return
    }
    const { earliestStage, earliestOutcome } = hour
    hour.add(high, low, stage, outcome, check)
    batch.state.seen.added(hourNr)
    this.decide(row, LANDED)
    const edge = batch.edges[row] ?? 0
    const at = batch.times[row] ?? 0
    if (known === 'new') this.count(edge, hourNr, outcome, 1, at)
    else if (stage < earliestStage && outcome !== earliestOutcome) {
      // An earlier stage than the one that was counted: the request ended as this one says.
      this.count(edge, hourNr, earliestOutcome, -1, at)
      this.count(edge, hourNr, outcome, 1, at)
    }
  }
}

/**
 * Notes what the landed rows saw: edges, entities and agents exactly, traits and links by whole hours. `cluster` is the number
 * of the scope's cluster, 0 where it is not known.
 */
export function widenSpans({ batch, range, verdicts, edges }: Fold, cluster: number): void {
  const { state } = batch
  const { entitySpans } = state
  const agents = new BatchSpans(range.to - range.from)
  const abouts = new BatchSpans(range.to - range.from)
  for (let row = range.from; row < range.to; row++) {
    if (verdicts[row - range.from] !== LANDED) continue
    const at = batch.times[row] ?? 0
    edges.see(batch.edges[row] ?? 0, at)
    const agent = batch.agents[row] ?? -1
    if (agent >= 0) agents.see(agent, at)
    const caller = batch.callers[row] ?? 0
    if (caller !== 0) abouts.see(caller, at)
    const object = batch.objects[row] ?? 0
    if (object !== 0) abouts.see(object, at)
    const { about } = batch.detailOf(row)
    if (about !== undefined) widenAbout(state, about, at, at)
  }
  // Each once, however many requests there were.
  for (const agent of agents.numbers) {
    const [first, last] = [agents.first(agent), agents.last(agent)]
    state.agentSpans.widen(agent, first, last)
    entitySpans.widen(state.agents.get(agent, 2), first, last)
  }
  for (const nr of abouts.numbers)
    widenAbout(state, state.abouts[nr] ?? NAMELESS, abouts.first(nr), abouts.last(nr))
  for (const edge of edges.numbers) {
    const [first, last] = [edges.first(edge), edges.last(edge)]
    if (cluster !== 0) entitySpans.widen(cluster, first, last)
    for (const part of ENTITY_PARTS) {
      const entity = state.edges.get(edge, part)
      if (entity !== 0) entitySpans.widen(entity, first, last)
    }
  }
}

/** Parts of an edge that are entities: subject, ip, acting as. */
const ENTITY_PARTS = [0, 1, 5]

function widenAbout(state: ScopeState, about: About, first: Micros, last: Micros): void {
  const [firstHour, lastHour] = [Math.floor(first / HOUR) * HOUR, Math.floor(last / HOUR) * HOUR]
  for (const entity of about.entities) state.entitySpans.widen(entity, first, last)
  for (const trait of about.traits) state.traitSpans.widen(trait, firstHour, lastHour)
  for (const link of about.links) state.linkSpans.widen(link, firstHour, lastHour)
}
