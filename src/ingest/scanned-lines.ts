import { RequestBatch } from '../graph/batch.ts'
import { agentKey, NAMELESS, type ScopeState } from '../graph/scope-state.ts'
import { TupleTable } from '../graph/tuples.ts'
import { canonicalIp } from '../model/ip.ts'
import { isUriKept } from '../model/kept.ts'
import { OUTCOMES } from '../model/observation.ts'
import type { Micros } from '../model/time.ts'
import { outcomeOf } from '../sources/audit.ts'
import { AuditScan, scanAudit } from '../sources/audit-scan.ts'
import {
  scannedCall,
  scannedObject,
  scannedObjectKept,
  scannedUri,
  scannedUser,
} from '../sources/audit-scanned.ts'
import { ByteTexts } from './byte-texts.ts'
import type { FastLines } from './read-lines.ts'
import { whenOf } from './when.ts'

/** The most that copies of texts may take before they are let go with all that is known by them. */
const MOST_BYTES = 64 * 1024 * 1024

const SUCCESS = OUTCOMES.indexOf('success')
const CODES = Array.from({ length: 1000 }, (_, code) => OUTCOMES.indexOf(outcomeOf(code)))

/**
 * Takes audit events straight from their bytes into a batch: whatever was seen before is known by its bytes, without
 * making a string or an object of it. Events that need the parser are left to it.
 */
export class ScannedLines implements FastLines {
  readonly #scan = new AuditScan()
  readonly #now: () => Micros
  #known: KnownBytes
  #chunk: Buffer = Buffer.alloc(0)
  #batch: RequestBatch
  #taken = 0
  #ignored = 0
  readonly #row = { stage: 0, outcome: SUCCESS, at: 0, edge: 0, agent: -1, caller: 0, object: 0 }

  constructor(state: ScopeState, now: () => Micros) {
    this.#now = now
    this.#known = new KnownBytes(state)
    this.#batch = new RequestBatch(state)
  }

  /** Lines taken, those that are ignored among them. */
  get taken(): number {
    return this.#taken
  }

  /** What was taken since the last `next`. */
  get batch(): RequestBatch {
    return this.#batch
  }

  /** RequestReceived stages among them, which are no rows of the batch. */
  get ignored(): number {
    return this.#ignored
  }

  /** Goes on with an empty batch, for a state that may be a new one. */
  next(state: ScopeState): void {
    if (state !== this.#batch.state || this.#known.bytes > MOST_BYTES) this.#known = new KnownBytes(state)
    this.#batch = new RequestBatch(state, Math.max(1024, this.#batch.size))
    this.#ignored = 0
  }

  begin(chunk: Buffer): void {
    this.#chunk = chunk
  }

  take(start: number, end: number, line: number): boolean {
    const scan = this.#scan
    if (!scanAudit(this.#chunk, start, end, scan)) return false
    if (scan.stage < 0) {
      this.#ignored++
      this.#taken++
      return true
    }
    // A clock that is ahead is the parser's.
    if (whenOf(scan.at, this.#now()) === 'future') return false
    const known = this.#known
    if (!known.read(scan)) return false
    const row = this.#row
    row.stage = scan.stage
    row.outcome = scan.code < 0 ? NO_CODE : (CODES[scan.code] ?? NO_CODE)
    row.at = scan.at
    row.edge = known.edge
    row.agent = known.agent
    row.caller = known.caller
    row.object = known.object
    const isKept = this.#batch.state.edgeKept[known.edge] === 1
    this.#batch.addNumbers(
      scan.source.text(scan.idFrom, scan.idTo),
      row,
      line,
      isKept
        ? {
            code: scan.code < 0 || scan.code > 999 ? null : scan.code,
            ...(known.isUriKept && { requestUri: scannedUri(scan) }),
          }
        : null,
    )
    this.#taken++
    return true
  }
}

const NO_CODE = OUTCOMES.indexOf(outcomeOf(null))

/** What parts of events mean in a scope, by their bytes; `read` leaves the numbers of an event's edge here. */
class KnownBytes {
  readonly #state: ScopeState
  readonly #users = new ByteTexts()
  readonly #userSubjects: number[] = []
  readonly #userAbouts: number[] = []
  readonly #names = new ByteTexts()
  readonly #nameNumbers: number[] = []
  readonly #ips = new ByteTexts()
  readonly #ipNumbers: number[] = []
  readonly #agents = new ByteTexts()
  readonly #agentNumbers: number[] = []
  readonly #words = new ByteTexts()
  /** verb, resource, group, subresource → call. */
  readonly #calls = new TupleTable(4)
  readonly #callNumbers: number[] = []
  /** The last event's URI says more than its edge. */
  isUriKept = false
  /** call, namespace, object → what the request is about. */
  readonly #objects = new TupleTable(3)
  readonly #objectAbouts: number[] = []
  readonly #objectKept: number[] = []
  edge = 0
  agent = -1
  caller = 0
  object = 0

  constructor(state: ScopeState) {
    this.#state = state
  }

  get bytes(): number {
    return this.#users.bytes + this.#names.bytes + this.#agents.bytes + this.#ips.bytes + this.#words.bytes
  }

  /** False when the parser has to look at the event. */
  read(scan: AuditScan): boolean {
    const state = this.#state
    const isNamed = scan.userFrom >= 0
    // Somebody without a name who says more is the parser's.
    if (!isNamed && (scan.roleFrom >= 0 || scan.sessionFrom >= 0 || scan.keyFrom >= 0 || scan.podFrom >= 0))
      return false
    const user = isNamed ? this.#user(scan) : -1
    const subject = this.#userSubjects[user] ?? 0
    const ip = scan.ipFrom < 0 ? 0 : this.#ip(scan)
    const call = this.#call(scan)
    if (call === 0) return false
    this.isUriKept = isUriKept({ resource: state.calls.resources[call] ?? '' })
    const namespace = scan.namespaceFrom < 0 ? 0 : this.#name(scan, scan.namespaceFrom, scan.namespaceTo)
    const name = scan.nameFrom < 0 ? 0 : this.#name(scan, scan.nameFrom, scan.nameTo)
    const as = scan.asFrom < 0 ? 0 : state.entities.of('subject', scan.source.text(scan.asFrom, scan.asTo))
    const object = this.#object(scan, call, namespace, name)
    this.object = this.#objectAbouts[object] ?? 0
    this.caller = this.#userAbouts[user] ?? 0
    this.edge = state.edge(subject, ip, call, namespace, this.#objectKept[object] ?? 0, as)
    this.agent = scan.agentFrom < 0 ? -1 : state.agents.of(subject, ip, this.#agent(scan))
    return true
  }

  #user(scan: AuditScan): number {
    const user = this.#users.of(scan.source, scan.userFrom, scan.userEnd)
    if (user === this.#userSubjects.length) {
      const { subject, known } = scannedUser(scan)
      const state = this.#state
      this.#userSubjects.push(subject === null ? 0 : state.entities.of('subject', subject))
      const about = state.about(known.entities, known.traits, known.links)
      this.#userAbouts.push(about === NAMELESS ? 0 : state.abouts.push(about) - 1)
    }
    return user
  }

  #ip(scan: AuditScan): number {
    const nr = this.#ips.of(scan.source, scan.ipFrom, scan.ipTo)
    if (nr === this.#ipNumbers.length) {
      const ip = canonicalIp(scan.source.text(scan.ipFrom, scan.ipTo))
      this.#ipNumbers.push(ip === null ? 0 : this.#state.entities.of('ip', ip))
    }
    return this.#ipNumbers[nr] ?? 0
  }

  #name(scan: AuditScan, from: number, to: number): number {
    const nr = this.#names.of(scan.source, from, to)
    if (nr === this.#nameNumbers.length)
      this.#nameNumbers.push(this.#state.names.of(scan.source.text(from, to)))
    return this.#nameNumbers[nr] ?? 0
  }

  #agent(scan: AuditScan): number {
    const nr = this.#agents.of(scan.source, scan.agentFrom, scan.agentTo)
    if (nr === this.#agentNumbers.length)
      this.#agentNumbers.push(
        this.#state.entities.of('agent', agentKey(scan.source.text(scan.agentFrom, scan.agentTo))),
      )
    return this.#agentNumbers[nr] ?? 0
  }

  #call(scan: AuditScan): number {
    // A request for no resource is known by its path, of which there is no end.
    if (scan.resourceFrom < 0) return this.#understand(scan)
    const word = (from: number, to: number): number =>
      from < 0 ? 0 : this.#words.of(scan.source, from, to) + 1
    const nr = this.#calls.of(
      word(scan.verbFrom, scan.verbTo),
      word(scan.resourceFrom, scan.resourceTo),
      word(scan.groupFrom, scan.groupTo),
      word(scan.subresourceFrom, scan.subresourceTo),
    )
    if (nr === this.#callNumbers.length) this.#callNumbers.push(this.#understand(scan))
    return this.#callNumbers[nr] ?? 0
  }

  #understand(scan: AuditScan): number {
    const call = scannedCall(scan)
    return call === null ? 0 : this.#state.calls.of(call.verb, call.resource)
  }

  #object(scan: AuditScan, call: number, namespace: number, name: number): number {
    const nr = this.#objects.of(call, namespace, name)
    if (nr === this.#objectAbouts.length) {
      const { names, abouts } = this.#state
      const said = (text: number): string | null => (text === 0 ? null : names.text(text))
      const { entities, traits, links } = scannedObject(scan, said(namespace), said(name))
      const about = this.#state.about(entities, traits, links)
      this.#objectAbouts.push(about === NAMELESS ? 0 : abouts.push(about) - 1)
      this.#objectKept.push(scannedObjectKept(scan, said(name)) ? name : 0)
    }
    return nr
  }
}
