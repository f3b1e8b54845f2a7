import { grownInts } from '../graph/growing.ts'
import { type About, agentKey, NAMELESS, type ScopeState } from '../graph/scope-state.ts'
import { TupleTable } from '../graph/tuples.ts'
import { canonicalIp } from '../model/ip.ts'
import { isUriKept } from '../model/kept.ts'
import type { AuditScan } from '../sources/audit-scan.ts'
import {
  scannedBody,
  scannedCall,
  scannedObject,
  scannedObjectKept,
  scannedUser,
} from '../sources/audit-scanned.ts'
import { ByteTexts } from './byte-texts.ts'

/** Bytes of a tuple in its table, and of the numbers beside it. */
const TUPLE = 48

const HAS_OBJECT = 1
const READS_BODIES = 2
const SEEKS_NAME = 4

/** What parts of events mean in a scope, by their bytes; `read` leaves the numbers of an event's edge here. */
export class KnownBytes {
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
  /** By call: 1 where its objects are entities or stand in edges, 2 where bodies are read, 4 where they may hold a name. */
  readonly #callBits: number[] = []
  /** call, namespace, object → what the request is about. */
  readonly #objects = new TupleTable(3)
  readonly #objectAbouts: number[] = []
  readonly #objectKept: number[] = []
  /** By edge: the user agent that was seen last there, and the number of the two together. */
  #edgeTexts: Int32Array = new Int32Array(4096).fill(-1)
  #edgeAgents: Int32Array = new Int32Array(4096)
  #bits = 0
  #callRead = 0
  edge = 0
  agent = -1
  caller = 0
  object = 0

  constructor(state: ScopeState) {
    this.#state = state
  }

  get bytes(): number {
    const texts = [this.#users, this.#names, this.#agents, this.#ips, this.#words]
    const tuples = this.#objects.size + this.#calls.size
    return texts.reduce((sum, { bytes }) => sum + bytes, tuples * TUPLE + this.#edgeTexts.length * 8)
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
    const bits = this.#bits
    if (scan.nameFrom < 0 && (bits & SEEKS_NAME) !== 0 && (scan.requestFrom >= 0 || scan.responseFrom >= 0))
      return false
    this.#callRead = call
    this.isUriKept = isUriKept({ resource: state.calls.resources[call] ?? '' })
    const namespace = scan.namespaceFrom < 0 ? 0 : this.#name(scan, scan.namespaceFrom, scan.namespaceTo)
    const as = scan.asFrom < 0 ? 0 : state.entities.of('subject', scan.source.text(scan.asFrom, scan.asTo))
    let kept = 0
    this.object = 0
    if ((bits & HAS_OBJECT) !== 0) {
      const name = scan.nameFrom < 0 ? 0 : this.#name(scan, scan.nameFrom, scan.nameTo)
      const object = this.#object(scan, call, namespace, name)
      this.object = this.#objectAbouts[object] ?? 0
      kept = this.#objectKept[object] ?? 0
    }
    this.caller = this.#userAbouts[user] ?? 0
    this.edge = state.edge(subject, ip, call, namespace, kept, as)
    this.agent = scan.agentFrom < 0 ? -1 : this.#agent(scan, subject, ip)
    return true
  }

  /** What the object says that the event wrote, which is about the event that was read last. */
  body(scan: AuditScan): About {
    if ((this.#bits & READS_BODIES) === 0 || (scan.requestFrom < 0 && scan.responseFrom < 0)) return NAMELESS
    const { calls } = this.#state
    const { source } = scan
    const known = scannedBody(scan, {
      verb: calls.verbs[this.#callRead] ?? '',
      resource: calls.resources[this.#callRead] ?? '',
      namespace: scan.namespaceFrom < 0 ? null : source.text(scan.namespaceFrom, scan.namespaceTo),
      called: scan.nameFrom < 0 ? null : source.text(scan.nameFrom, scan.nameTo),
    })
    return this.#state.about(known.entities, known.traits, known.links)
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

  #agent(scan: AuditScan, subject: number, ip: number): number {
    const nr = this.#agents.of(scan.source, scan.agentFrom, scan.agentTo)
    if (nr === this.#agentNumbers.length)
      this.#agentNumbers.push(
        this.#state.entities.of('agent', agentKey(scan.source.text(scan.agentFrom, scan.agentTo))),
      )
    const { edge } = this
    if (edge >= this.#edgeTexts.length) {
      const known = this.#edgeTexts.length
      this.#edgeTexts = grownInts(this.#edgeTexts, edge + 1).fill(-1, known)
      this.#edgeAgents = grownInts(this.#edgeAgents, edge + 1)
    }
    if (this.#edgeTexts[edge] === nr) return this.#edgeAgents[edge] ?? -1
    const agent = this.#state.agents.of(subject, ip, this.#agentNumbers[nr] ?? 0)
    this.#edgeTexts[edge] = nr
    this.#edgeAgents[edge] = agent
    return agent
  }

  #call(scan: AuditScan): number {
    // A request for no resource is known by its path, of which there is no end.
    if (scan.resourceFrom < 0) {
      const call = scannedCall(scan)
      this.#bits = 0
      return call === null ? 0 : this.#state.calls.of(call.verb, call.resource)
    }
    const word = (from: number, to: number): number =>
      from < 0 ? 0 : this.#words.of(scan.source, from, to) + 1
    const nr = this.#calls.of(
      word(scan.verbFrom, scan.verbTo),
      word(scan.resourceFrom, scan.resourceTo),
      word(scan.groupFrom, scan.groupTo),
      word(scan.subresourceFrom, scan.subresourceTo),
    )
    if (nr === this.#callNumbers.length) this.#understand(scan)
    this.#bits = this.#callBits[nr] ?? 0
    return this.#callNumbers[nr] ?? 0
  }

  #understand(scan: AuditScan): void {
    const call = scannedCall(scan)
    this.#callNumbers.push(call === null ? 0 : this.#state.calls.of(call.verb, call.resource))
    // Some name for the object, to see whether anything is made of it.
    const named =
      scannedObject(scan, 'n', 'n').entities.length > 0 || scannedObject(scan, null, 'n').entities.length > 0
    const isKept = scannedObjectKept(scan, 'n') || scannedObjectKept(scan, 'aws-auth')
    this.#callBits.push(
      (named || isKept ? HAS_OBJECT : 0) |
        (call?.readsBodies === true ? READS_BODIES : 0) |
        (call?.seeksName === true ? SEEKS_NAME : 0),
    )
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
