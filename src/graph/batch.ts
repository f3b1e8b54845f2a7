import { isCallKept, isUriKept } from '../model/kept.ts'
import { LOG_SOURCES, OUTCOMES, type Outcome, type RequestObservation, STAGES } from '../model/observation.ts'
import { HOUR, type Micros } from '../model/time.ts'
import { type Characters, charactersOf, digestId, mix, readUuid, uuidText } from './hashing.ts'
import { type About, NAMELESS, type ScopeState } from './scope-state.ts'
import { EDGE_BITS } from './seen.ts'

/** What became of a request stage. `too-late`: its hour is sealed. */
export const VERDICTS = ['landed', 'duplicate', 'conflicting', 'too-late'] as const
export type Verdict = (typeof VERDICTS)[number]

/** What only some requests carry: those that are kept one by one, and those that go through the ledger. */
export interface Detail {
  /** The audit id as it was recorded, or its beginning, where it is no UUID. */
  readonly auditId?: string
  readonly code?: number | null
  readonly requestUri?: string | null
  /** SHA-256 of the canonical record (hex), for the ledger. */
  readonly body?: string
  readonly about?: About
}

/** Characters of an id that are kept; the whole of it is in the digest that it is known by. */
const LONGEST_ID = 300

const UUID = 0x10
const UNDATED = 0x20
const KEPT = 0x40
const SOURCE_SHIFT = 7
// A row has eight bits for all of it: another log needs a wider column.
if (LOG_SOURCES.length > 2 ** (8 - SOURCE_SHIFT)) throw new Error('a log does not fit into its bits')

/**
 * Stages of requests of one scope on their way into the graph, as columns of numbers of that scope's state. Rows are added
 * at the end and folded in ranges.
 */
export class RequestBatch {
  readonly state: ScopeState
  size = 0
  #room: number
  edges: Int32Array
  times: Float64Array
  /** Four numbers a row. */
  ids: Uint32Array
  /** Number of the user agent's triple, less one for none. */
  agents: Int32Array
  /** Numbers in `state.abouts`: what stands behind the caller, and what the request is about. */
  callers: Int32Array
  objects: Int32Array
  lines: Float64Array
  /** stage | outcome << 2 | flags | source << SOURCE_SHIFT. */
  #bits: Uint8Array
  readonly #details = new Map<number, Detail>()
  /** About so many bytes of details. */
  detailBytes = 0
  readonly #id = new Uint32Array(4)

  constructor(state: ScopeState, room = 1024) {
    this.state = state
    this.#room = room
    this.edges = new Int32Array(room)
    this.times = new Float64Array(room)
    this.ids = new Uint32Array(room * 4)
    this.agents = new Int32Array(room)
    this.callers = new Int32Array(room)
    this.objects = new Int32Array(room)
    this.lines = new Float64Array(room)
    this.#bits = new Uint8Array(room)
  }

  /** Adds a request whose columns are known, and whose audit id stands between two places of a text. */
  addNumbers(
    source: Characters,
    idFrom: number,
    idTo: number,
    row: {
      readonly stage: number
      readonly outcome: number
      readonly at: Micros
      readonly edge: number
      readonly agent: number
      readonly caller: number
      readonly object: number
    },
    line: number,
    detail: Detail | null,
  ): void {
    const isUuid = this.#readId(source, idFrom, idTo)
    this.#push(row.edge, row.at, row.stage | (row.outcome << 2) | (isUuid ? UUID : 0), row.agent, line)
    this.callers[this.size - 1] = row.caller
    this.objects[this.size - 1] = row.object
    if (isUuid && detail === null) return
    this.#setDetail({
      ...detail,
      ...(!isUuid && { auditId: source.text(idFrom, idTo).slice(0, LONGEST_ID) }),
    })
  }

  /** Adds what a parser understood. */
  add(observation: RequestObservation, line: number): void {
    const { state } = this
    const { at, caller, ip, actingAs, userAgent, eventId } = observation
    const edge = state.edge(
      caller === null ? 0 : state.entity(caller),
      ip === null ? 0 : state.entities.of('ip', ip),
      state.calls.of(observation.verb, observation.resource),
      state.names.of(observation.namespace ?? ''),
      state.names.of(observation.object ?? ''),
      actingAs === null ? 0 : state.entities.of('subject', actingAs),
    )
    const agent = state.agent(state.edges.get(edge, 0), state.edges.get(edge, 1), userAgent)
    const isUuid = this.#readId(charactersOf(eventId), 0, eventId.length)
    const bits =
      STAGES.indexOf(observation.stage) |
      (OUTCOMES.indexOf(observation.outcome) << 2) |
      (isUuid ? UUID : 0) |
      (observation.isDated ? 0 : UNDATED) |
      (isCallKept(observation) ? KEPT : 0) |
      (LOG_SOURCES.indexOf(observation.source) << SOURCE_SHIFT)
    this.#push(edge, at, bits, agent, line)
    const about = state.about(observation.entities, observation.traits, observation.links)
    this.#setDetail({
      ...(!isUuid && { auditId: eventId.slice(0, LONGEST_ID) }),
      ...(!observation.isDated && { body: observation.body }),
      ...(about !== NAMELESS && { about }),
      ...(this.isKept(this.size - 1) && {
        code: observation.code,
        ...(isUriKept(observation) && { requestUri: observation.requestUri }),
      }),
    })
  }

  /** Of the row that was added last. */
  #setDetail(detail: Detail): void {
    this.#details.set(this.size - 1, detail)
    const { entities, traits, links } = detail.about ?? NAMELESS
    const texts =
      (detail.auditId?.length ?? 0) + (detail.requestUri?.length ?? 0) + (detail.body?.length ?? 0)
    this.detailBytes += DETAIL + texts + (entities.length + traits.length + links.length) * 8
  }

  detailOf(row: number): Detail {
    return this.#details.get(row) ?? NOTHING_MORE
  }

  /** Place in STAGES. */
  stage(row: number): number {
    return (this.#bits[row] ?? 0) & 3
  }

  /** Place in OUTCOMES. */
  outcome(row: number): number {
    return ((this.#bits[row] ?? 0) >>> 2) & 3
  }

  /** False for a request whose record does not say when it was received: it goes through the ledger. */
  isDated(row: number): boolean {
    return ((this.#bits[row] ?? 0) & UNDATED) === 0
  }

  /** True for a request that gets a row of its own. */
  isKept(row: number): boolean {
    return ((this.#bits[row] ?? 0) & KEPT) !== 0 || this.state.edgeKept[this.edges[row] ?? 0] === 1
  }

  /** Place in LOG_SOURCES. */
  source(row: number): number {
    return (this.#bits[row] ?? 0) >>> SOURCE_SHIFT
  }

  hour(row: number): number {
    return Math.floor((this.times[row] ?? 0) / HOUR)
  }

  /**
   * 16 bits for what makes two records with one audit id the same request: when it was received, which the server alone says,
   * and in the last EDGE_BITS its edge.
   */
  check(row: number): number {
    const at = this.times[row] ?? 0
    const high = Math.floor(at / 0x1_0000_0000)
    const time = mix(mix(at - high * 0x1_0000_0000) ^ high) >>> (16 + EDGE_BITS)
    const edge = (this.state.edgeHashes[this.edges[row] ?? 0] ?? 0) >>> (32 - EDGE_BITS)
    return (time << EDGE_BITS) | edge
  }

  /** The audit id as the ledger knows it: 16 bytes in hex. */
  eventKey(row: number): string {
    return uuidText(this.ids, row * 4).replaceAll('-', '')
  }

  hasUuid(row: number): boolean {
    return ((this.#bits[row] ?? 0) & UUID) !== 0
  }

  /** The audit id as it was recorded. */
  auditId(row: number): string {
    return this.hasUuid(row) ? uuidText(this.ids, row * 4) : (this.detailOf(row).auditId ?? '')
  }

  /** What was understood of a row, for the record of a reject. */
  describe(row: number): object {
    const { state } = this
    const edge = this.edges[row] ?? 0
    const part = (element: number): number => state.edges.get(edge, element)
    const outcome: Outcome | undefined = OUTCOMES[this.outcome(row)]
    return {
      auditID: this.auditId(row),
      stage: STAGES[this.stage(row)],
      at: this.times[row],
      subject: state.entities.keys[part(0)],
      ip: state.entities.keys[part(1)],
      verb: state.calls.verbs[part(2)],
      resource: state.calls.resources[part(2)],
      namespace: state.names.text(part(3)),
      object: state.names.text(part(4)),
      actingAs: state.entities.keys[part(5)],
      outcome,
    }
  }

  /** True for a UUID; any other id stands for itself by its digest. */
  #readId(source: Characters, from: number, to: number): boolean {
    if (readUuid(source, from, to, this.#id)) return true
    digestId(source.text(from, to), this.#id)
    return false
  }

  #push(edge: number, at: Micros, bits: number, agent: number, line: number): void {
    if (this.size === this.#room) this.#grow()
    const row = this.size++
    this.edges[row] = edge
    this.times[row] = at
    const id = this.#id
    const { ids } = this
    ids[row * 4] = id[0] ?? 0
    ids[row * 4 + 1] = id[1] ?? 0
    ids[row * 4 + 2] = id[2] ?? 0
    ids[row * 4 + 3] = id[3] ?? 0
    this.agents[row] = agent
    this.lines[row] = line
    this.#bits[row] = bits
  }

  #grow(): void {
    this.#room *= 2
    const room = this.#room
    const grown = <A extends Int32Array | Float64Array | Uint32Array | Uint8Array>(array: A, into: A): A => {
      into.set(array)
      return into
    }
    this.edges = grown(this.edges, new Int32Array(room))
    this.times = grown(this.times, new Float64Array(room))
    this.ids = grown(this.ids, new Uint32Array(room * 4))
    this.agents = grown(this.agents, new Int32Array(room))
    this.callers = grown(this.callers, new Int32Array(room))
    this.objects = grown(this.objects, new Int32Array(room))
    this.lines = grown(this.lines, new Float64Array(room))
    this.#bits = grown(this.#bits, new Uint8Array(room))
  }
}

const NOTHING_MORE: Detail = {}

/** Bytes of an object with its place in a map. */
const DETAIL = 200
